"""wire: Pulumi's inputs ⇄ the body that the workspace calls `serialized_space`.

`from_body` reads any body into inputs, keeping what it does not know under `extra`, word for
word. `to_body` writes inputs on top of the live body: an entry that did not change stays as the
workspace holds it, byte for byte, whatever it contains.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from . import canonical, ids
from .identifiers import last_part, plain_identifier
from .ordering import authored_order, remember_order
from .sections import INSTRUCTIONS, JOINS, KEYED, METRIC_VIEWS, TABLES, Section

Body = dict[str, Any]
Properties = dict[str, Any]

VERSION = 2
_MARKER = re.compile(r"\s*--\s*rt=FROM_RELATIONSHIP_TYPE_([A-Z_]+)--\s*\Z")
_V1_FLAGS = {
    "get_example_values": "enable_format_assistance",
    "build_value_dictionary": "enable_entity_matching",
}


def from_body(body: Mapping[str, Any], owner: str = "") -> Properties:
    """The inputs that describe `body`. Ids that `owner` would derive again are left out.

    Never fails on a strange body: what does not fit goes to `extra` as JSON text.
    """
    rest = json.loads(json.dumps(body))
    version = rest.pop("version", VERSION)
    inputs: Properties = {}
    texts = _take(rest, INSTRUCTIONS.wire)
    if texts and isinstance(texts[0], dict):
        inputs["instructions"] = _decode(INSTRUCTIONS, texts[0])
        texts = texts[1:]
    _leave(rest, INSTRUCTIONS.wire, texts)
    order: list[tuple[Section, list[str]]] = []
    for section in KEYED:
        entries = _take(rest, section.wire)
        known = [entry for entry in entries if _has_key(section, entry)]
        if known:
            known.sort(key=lambda entry, by=section: _sort_key(by, entry))  # type: ignore[misc]
            inputs[section.name] = _keyed(section, known, owner)
            order.append((section, list(inputs[section.name])))
        _leave(rest, section.wire, [entry for entry in entries if not _has_key(section, entry)])
    extra = dict(_leaves(rest))
    if version not in (1, VERSION):
        extra["version"] = _dump(version)
    if extra:
        inputs["extra"] = extra
    remember_order(inputs, order)
    return canonical.without_own_ids(inputs, owner) if owner else inputs


def to_body(inputs: Properties, owner: str, live: Mapping[str, Any] | None = None) -> Body:
    """The body that says what `inputs` say, in the order the workspace demands.

    Args:
        owner: "project/stack/name", the salt of derived ids.
        live: the body as the workspace holds it; unchanged entries are taken from it as they are.
    """
    held = live or {}
    body: Body = {"version": VERSION, "data_sources": {}}
    for section in KEYED:
        entries = _encode_section(section, inputs, owner, held)
        if entries:
            _put(body, section.wire, entries)
    if inputs.get("instructions"):
        _put(body, INSTRUCTIONS.wire, [_encode_instructions(inputs["instructions"], owner, held)])
    for path, text in (inputs.get("extra") or {}).items():
        _put(body, _steps(path), json.loads(text))
    return body


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def _keyed(section: Section, entries: list[Body], owner: str) -> Properties:
    decoded = [(_key_of(section, entry), _decode(section, entry)) for entry in entries]
    return name_entries(section, decoded, owner)


def name_entries(
    section: Section, entries: Iterable[tuple[str, Properties]], owner: str
) -> dict[str, Properties]:
    """Entries under distinct names. Of several with one key, those with an id of their own are
    told apart by it, the others are numbered in order."""
    groups: dict[str, list[Properties]] = {}
    order: list[tuple[str, int]] = []
    for key, entry in entries:
        group = groups.setdefault(key, [])
        order.append((key, len(group)))
        group.append(entry)
    named: dict[str, Properties] = {}
    for key, at in order:
        entry = groups[key][at]
        name = key if len(groups[key]) == 1 else _distinct_name(section, key, entry, owner, named)
        if name != key and section.key:
            entry = {section.key: key, **entry}
        named[name] = entry
    return named


def _distinct_name(
    section: Section, key: str, entry: Properties, owner: str, taken: Mapping[str, object]
) -> str:
    candidates = [key, *(f"{key} #{number}" for number in range(2, len(taken) + 3))]
    id_text = entry.get("id", "")
    for name in candidates:
        if id_text and ids.is_derived(id_text, owner, section.kind, name):
            return name
    if id_text:
        return f"{key} #{id_text[:8]}" if f"{key} #{id_text[:8]}" not in taken else f"{key} #{id_text}"
    return next(name for name in candidates if name not in taken)


def _has_key(section: Section, entry: Any) -> bool:
    return isinstance(entry, dict) and bool(_key_of(section, entry))


def _key_of(section: Section, entry: Body) -> str:
    if section is JOINS:
        sides = [entry.get(side) for side in ("left", "right")]
        names = [side.get("identifier") if isinstance(side, dict) else None for side in sides]
        if all(isinstance(name, str) for name in names):
            return join_key(str(names[0]), str(names[1]))
        return ""
    value = entry.get(section.key)
    if section.key_is_text:
        return "".join(value or ()) if _is_text(value) else ""
    if not isinstance(value, str):
        return ""
    return plain_identifier(value) if section.key == "identifier" else value


def join_key(left: str, right: str) -> str:
    return f"{plain_identifier(left)} -> {plain_identifier(right)}"


def _decode(section: Section, entry: Body) -> Properties:
    fields: Properties = {}
    extra: dict[str, str] = {}
    nested = {wire_name: (name, inner) for name, wire_name, inner in section.nested}
    for wire_name, value in entry.items():
        name = _V1_FLAGS.get(wire_name, wire_name) if section.flags else wire_name
        if value is None or value == [] or value == {} or name == section.key:
            continue
        if name == "id" and section.has_id and isinstance(value, str):
            fields["id"] = value
        elif name in section.texts and (_is_text(value) or isinstance(value, str)):
            fields[name] = "".join(value)
        elif name in section.scalars and isinstance(value, str):
            fields[name] = value
        elif name in section.lists and _is_text(value):
            fields[name] = list(value)
        elif name in section.flags and isinstance(value, bool):
            fields.update({name: True} if value else {})
        elif name in nested and isinstance(value, list) and all(_has_key(nested[name][1], e) for e in value):
            fields[nested[name][0]] = _keyed(nested[name][1], value, "")
        else:
            extra[name] = _dump(value)
    _decode_specials(section, fields, extra)
    if extra:
        fields["extra"] = extra
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _decode_specials(section: Section, fields: Properties, extra: dict[str, str]) -> None:
    if section is JOINS:
        _decode_join(fields, extra)
    elif section.name == "benchmarks" and "answer" in extra:
        answers = json.loads(extra["answer"])
        if len(answers) == 1 and _is_sql_answer(answers[0]):
            fields["expected_sql"] = "".join(answers[0].get("content", []))
            del extra["answer"]
    elif section.kind == "parameter" and "default_value" in extra:
        default = json.loads(extra["default_value"])
        if isinstance(default, dict) and default.keys() == {"values"} and _is_text(default["values"]):
            fields["default_value"] = default["values"]
            del extra["default_value"]


def _decode_join(fields: Properties, extra: dict[str, str]) -> None:
    for side in ("left", "right"):
        table = json.loads(extra.pop(side))
        identifier, alias = str(table.pop("identifier")), table.pop("alias", None)
        fields[side] = plain_identifier(identifier)
        if isinstance(alias, str) and alias.strip("`") != last_part(identifier):
            fields[f"{side}_alias"] = alias
        if table:
            extra[side] = _dump(table)
    sql = json.loads(extra.get("sql", "null"))
    marker = _MARKER.match(sql[1]) if _is_text(sql) and len(sql) == 2 else None
    if marker and sql[0].strip():
        fields["sql"], fields["relationship"] = sql[0].strip(), marker.group(1)
        del extra["sql"]


def _is_sql_answer(answer: Any) -> bool:
    return (
        isinstance(answer, dict)
        and answer.get("format") == "SQL"
        and answer.keys() <= {"format", "content"}
        and _is_text(answer.get("content", []))
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


# ── writing ─────────────────────────────────────────────────────────────────────────────────


def _encode_section(section: Section, inputs: Properties, owner: str, held: Mapping[str, Any]) -> list[Body]:
    wanted: dict[str, Properties] = inputs.get(section.name) or {}
    live = _held_entries(section, held, owner, wanted)
    order = authored_order(inputs, section)
    given = {key: wanted[key]["id"] for key in order if "id" in wanted[key]}
    kept = {key: live[key][1]["id"] for key in order if key in live and "id" in live[key][1]}
    new_ids = ids.assign(order, {**kept, **given}, owner, section.kind) if section.has_id else {}
    entries = []
    for key in order:
        if key in live and canonical.same_entry(live[key][1], wanted[key]):
            entry = dict(live[key][0])
        else:
            entry = _encode(section, key, wanted[key])
        if section.has_id:
            entry["id"] = new_ids[key]
        entries.append(entry)
    return sorted(entries, key=lambda entry: _sort_key(section, entry))


def _held_entries(
    section: Section, held: Mapping[str, Any], owner: str, wanted: Mapping[str, Any]
) -> dict[str, tuple[Body, Properties]]:
    """Live entries as (as held, as inputs), under the keys the wanted inputs use for them."""
    entries = list(_look(held, section.wire))
    if section is METRIC_VIEWS:
        entries += [entry for entry in _look(held, TABLES.wire) if _has_key(section, entry)]
    entries = [entry for entry in entries if _has_key(section, entry)]
    named = _keyed(section, entries, owner)
    originals = dict(zip(named, entries, strict=True))
    renamed = {wanted[key].get(section.key): key for key in wanted if section.key in wanted[key]}
    found: dict[str, tuple[Body, Properties]] = {}
    for key, fields in named.items():
        wanted_key = key if key in wanted else renamed.get(fields.get(section.key, key), key)
        if wanted_key in wanted and section.key in wanted[wanted_key]:
            fields = {**fields, section.key: fields.get(section.key, key)}
        found.setdefault(wanted_key, (originals[key], fields))
    return found


def _encode(section: Section, key: str, fields: Properties) -> Body:
    entry: Body = {}
    if section.key:
        text = fields.get(section.key, key)
        entry[section.key] = [text] if section.key_is_text else text
    nested = {name: (wire_name, inner) for name, wire_name, inner in section.nested}
    for name, value in fields.items():
        if name in ("extra", section.key):
            continue
        if name in section.texts and isinstance(value, str):
            entry[name] = value.splitlines(keepends=True)
        elif name in nested:
            wire_name, inner = nested[name]
            encoded = [_encode(inner, inner_key, inner_fields) for inner_key, inner_fields in value.items()]
            entry[wire_name] = sorted(encoded, key=lambda item, by=inner.key: item[by])  # type: ignore[misc]
        else:
            entry[name] = value
    _encode_specials(section, entry)
    for name, text in (fields.get("extra") or {}).items():
        value = json.loads(text)
        entry[name] = {**entry[name], **value} if isinstance(entry.get(name), dict) else value
    return entry


def _encode_specials(section: Section, entry: Body) -> None:
    if section is JOINS:
        for side in ("left", "right"):
            identifier, alias = entry.pop(side), entry.pop(f"{side}_alias", None)
            entry[side] = {"identifier": identifier, "alias": alias or last_part(identifier)}
        relationship = entry.pop("relationship", None)
        if relationship:
            entry["sql"] = [entry["sql"].strip(), f"--rt=FROM_RELATIONSHIP_TYPE_{relationship}--"]
    elif section.name == "benchmarks":
        if "expected_sql" in entry or "evaluation_note" in entry:
            content = entry.pop("expected_sql", "").splitlines(keepends=True)
            entry["answer"] = [{"format": "SQL", "content": content}]
    elif section.kind == "parameter" and "default_value" in entry:
        entry["default_value"] = {"values": entry["default_value"]}


def _encode_instructions(fields: Properties, owner: str, held: Mapping[str, Any]) -> Body:
    live: Body = next(iter(_look(held, INSTRUCTIONS.wire)), {})
    known = fields.get("id") or live.get("id")
    id_text = ids.assign(["text"], {"text": known} if known else {}, owner, "text")["text"]
    if live and canonical.same_entry(_decode(INSTRUCTIONS, live), fields):
        return {**live, "id": id_text}
    return {**_encode(INSTRUCTIONS, "", fields), "id": id_text}


def _sort_key(section: Section, entry: Body) -> tuple[str, str]:
    """The order the workspace demands: code points of the id, or of the identifier (genie-api 2.6)."""
    return (str(entry.get("id", "")) if section.has_id else "", str(entry.get("identifier", "")))


# ── paths into a body ───────────────────────────────────────────────────────────────────────


def _look(body: Mapping[str, Any], path: tuple[str, ...]) -> list[Any]:
    at: Any = body
    for name in path:
        at = at.get(name) if isinstance(at, Mapping) else None
    return at if isinstance(at, list) else []


def _take(body: Body, path: tuple[str, ...]) -> list[Any]:
    entries = _look(body, path)
    if entries:
        _leave(body, path, [])
    return entries


def _leave(body: Body, path: tuple[str, ...], entries: list[Any]) -> None:
    at: Any = body
    for name in path[:-1]:
        at = at.get(name) if isinstance(at, dict) else None
    if isinstance(at, dict):
        if entries:
            at[path[-1]] = entries
        elif isinstance(at.get(path[-1]), list):
            del at[path[-1]]


def _put(body: Body, path: tuple[str, ...], value: Any) -> None:
    at = body
    for name in path[:-1]:
        at = at.setdefault(name, {})
    if isinstance(at.get(path[-1]), list) and isinstance(value, list):
        value = [*at[path[-1]], *value]
    at[path[-1]] = value


_CONTAINERS = {"config", "data_sources", "instructions", "instructions.sql_snippets", "benchmarks"}


def _leaves(rest: Body, prefix: str = "") -> Iterable[tuple[str, str]]:
    """What nobody took, as dotted path and JSON text; the known containers are walked through."""
    for name, value in rest.items():
        path = f"{prefix}{name}"
        if path in _CONTAINERS and isinstance(value, dict):
            yield from _leaves(value, f"{path}.")
        elif value not in (None, [], {}):
            yield path, _dump(value)


def _steps(path: str) -> tuple[str, ...]:
    """The way to a dotted path: through the known containers; a dot after them is part of the name."""
    holder = next((name for name in sorted(_CONTAINERS, reverse=True) if path.startswith(f"{name}.")), "")
    return (*holder.split("."), path[len(holder) + 1 :]) if holder else (path,)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


