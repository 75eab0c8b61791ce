"""writer: inputs → the document a person would have written, and its text as YAML or JSON.

The way back of `loader`: what is written here loads to the same inputs. Keys stand in the order of
the spec's description, defaults and derivable ids are left out, short forms are used where an entry
says nothing more. A space that the typed sections cannot say is written as `serialized_space`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ..codec import normalize, wire
from ..codec.paths import put, split
from ..codec.spec_inputs import inputs_of
from ..lint.check import refused
from ..lint.rule import Space
from ..model.authored_order import authored_order
from ..model.schema import ABOUT_SPACE, BODY_KEYS, FILE_ORDER, HEAD, INSTRUCTIONS, KEYED, Field, Section
from ..model.spec import SpaceSpec
from ..model.state import ORDER
from ..model.variables import escaped
from ..text import json_text
from ..yamlio.printer import UNPRINTABLE, to_yaml

__all__ = ["authored", "to_json", "to_yaml"]

Properties = dict[str, Any]
Document = dict[str, Any]

_WAREHOUSE_ID = re.compile(r"[0-9a-f]{16}\Z")
_TAIL = tuple(field.name for field in HEAD if field.sent_by == "run")


def authored(inputs: Mapping[str, Any], owner: str = "") -> Document:
    """The document of a space, as a file holds it: a literal `${` in a text is written `$${`.

    Args:
        inputs: as `wire.from_body` gives them, plus title, description, warehouse, parent_path, tags
            and permissions. Missing ones are left out.
        owner: "project/stack/name" of the file's space; ids it would derive again are left out.
    """
    given = {name: value for name, value in inputs.items() if not name.startswith("__") or name == ORDER}
    if owner:
        given = normalize.without_own_ids(given, owner)
    body = _body(given)
    if not _reads_back(body, given, owner):
        raw = {"serialized_space": wire.to_body(given, owner)}
        if _reads_back(raw, given, owner) or not _is_valid(body):
            body = raw
    document = {name: given[name] for name in ABOUT_SPACE if given.get(name)}
    if "warehouse" in document and _WAREHOUSE_ID.match(str(document["warehouse"])):
        document = {"warehouse_id" if name == "warehouse" else name: document[name] for name in document}
    if document.get("tags") and not any(document["tags"].values()):
        document["tags"] = list(document["tags"])
    extra = body.pop("extra", None)
    tail = {name: given[name] for name in _TAIL if given.get(name)}
    document = {**document, **body, **tail, **({"extra": extra} if extra else {})}
    return escaped(document)


def to_json(document: Mapping[str, Any]) -> str:
    """The text of a JSON file that holds `document`, which is YAML as well."""
    text = json_text.dumps(document, indent=2) + "\n"
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _reads_back(body: Document, inputs: Properties, owner: str) -> bool:
    """Whether the loader would make the same inputs of the body's document."""
    try:
        spec = SpaceSpec.model_validate({"title": "as written", **body})
    except ValidationError:
        return False
    if refused(Space.alone("name", spec)):
        return False
    again = inputs_of(spec, owner)
    return all((again.get(name) or {}) == (inputs.get(name) or {}) for name in (*BODY_KEYS, ORDER))


def _is_valid(body: Document) -> bool:
    try:
        SpaceSpec.model_validate({"title": "as written", **body})
    except ValidationError:
        return False
    return True


def _body(inputs: Properties) -> Document:
    """The typed sections, in the order of the spec's description."""
    body: Document = {}
    for section in KEYED:
        put(body, section.places[0], _entries(section, inputs))
    put(body, INSTRUCTIONS.places[0], _text_instructions(inputs.get(INSTRUCTIONS.name) or {}))
    for holder, extra in _extras(inputs.get("extra") or {}).items():
        put(body, (*(holder.split(".") if holder else ()), "extra"), extra)
    return _in_order(_pruned(body))


def _in_order(body: Document, holder: tuple[str, ...] = ()) -> Document:
    order = FILE_ORDER.get(holder, ())
    return {
        name: _in_order(body[name], (*holder, name)) if (*holder, name) in FILE_ORDER else body[name]
        for name in sorted(body, key=order.index)
    }


def _pruned(body: Document) -> Document:
    """Without empty sections; what stands under `extra` is nobody's to prune."""
    kept = {name: _pruned(part) if isinstance(part, dict) and name != "extra" else part for name, part in body.items()}
    return {name: part for name, part in kept.items() if part not in ({}, [], "")}


def _extras(extra: Mapping[str, str]) -> dict[str, Properties]:
    """The values under dotted paths, by the container whose `extra` they belong to; "" is the space."""
    found: dict[str, Properties] = {}
    for path, text in extra.items():
        holder, name = split(path)
        found.setdefault(holder, {})[name] = json_text.loads(text)
    return found


def _entries(section: Section, inputs: Properties) -> list[Any]:
    entries = inputs.get(section.name) or {}
    return [_entry(section, key, entries[key]) for key in authored_order(inputs, section)]


def _entry(section: Section, key: str, fields: Properties) -> Any:
    """One entry; its key alone where there is no more to say and the file has that short form."""
    entry: Document = {"id": fields["id"]} if "id" in fields else {}
    own_key = {section.key: fields.get(section.key, key)} if section.key else {}
    written = {**own_key, **fields, **_specials(section, fields)}
    for field in section.fields:
        if written.get(field.name) is not None:
            entry.update(_field(field, written[field.name]))
    extra = {name: json_text.loads(text) for name, text in (fields.get("extra") or {}).items()}
    if section.kind == "join":
        extra = {name: value for name, value in extra.items() if name not in ("left", "right")}
    if extra:
        entry["extra"] = extra
    return entry[section.key] if section.short_form and list(entry) == [section.key] else entry


def _field(field: Field, value: Any) -> Document:
    if field.of is None:
        return {field.key: value}
    return {field.key: [_entry(field.of, key, fields) for key, fields in value.items()]}


def _specials(section: Section, fields: Properties) -> Properties:
    """Fields whose form in the file is another one; None for those the loader adds by itself."""
    if section.kind == "join":
        return {side: _side(side, fields) for side in ("left", "right")}
    if section.kind == "parameter":
        default = fields.get("default_value")
        return {
            "type_hint": None if fields.get("type_hint") == "STRING" else fields.get("type_hint", ""),
            "default_value": default[0] if default and len(default) == 1 else default,
        }
    if section.kind == "column":
        matching = fields.get("enable_entity_matching", False)
        assisted = fields.get("enable_format_assistance", False)
        return {"enable_format_assistance": None if assisted == matching else assisted}
    return {}


def _side(side: str, fields: Properties) -> Any:
    entry: Document = {"identifier": fields[side]}
    if f"{side}_alias" in fields:
        entry["alias"] = fields[f"{side}_alias"]
    extra = json_text.loads((fields.get("extra") or {}).get(side, "null"))
    if extra:
        entry["extra"] = extra
    return entry if len(entry) > 1 else fields[side]


def _text_instructions(fields: Properties) -> Any:
    if fields.keys() == {"content"}:
        return fields["content"]
    if not fields:
        return []
    entry = {name: fields[name] for name in ("id", "content") if name in fields}
    extra = {name: json_text.loads(text) for name, text in (fields.get("extra") or {}).items()}
    return [{**entry, **({"extra": extra} if extra else {})}]
