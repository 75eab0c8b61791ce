"""decode: one entry of a workspace's body → the fields that Pulumi's inputs hold, under a name.

Never fails on a strange entry: what does not fit is kept as JSON text under `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Any

from ..model import entry_ids
from ..model.identifiers import last_part, plain_identifier
from ..model.schema import JOINS, Section
from ..text import json_text
from .paths import dump

Body = dict[str, Any]
Properties = dict[str, Any]

_MARKER = re.compile(r"\s*--\s*rt=FROM_RELATIONSHIP_TYPE_([A-Z_]+)--\s*\Z")


def keyed(section: Section, entries: list[Body], owner: str) -> Properties:
    decoded = [(key_of(section, entry), decode(section, entry)) for entry in entries]
    return name_entries(section, decoded, owner)


def name_entries(section: Section, entries: Iterable[tuple[str, Properties]], owner: str) -> dict[str, Properties]:
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
        alone = len(groups[key]) == 1
        name = key if alone else _distinct_name(section, key, entry, owner, {*named, *(groups.keys() - {key})})
        if name != key and section.key:
            entry = {section.key: key, **entry}
        named[name] = entry
    return named


def _distinct_name(section: Section, key: str, entry: Properties, owner: str, taken: Set[str]) -> str:
    numbered = [key, *(f"{key} #{number}" for number in range(2, len(taken) + 3))]
    id_text = entry.get("id", "")
    if not id_text:
        return next(name for name in numbered if name not in taken)
    for name in numbered:
        if name not in taken and entry_ids.is_derived(id_text, owner, section.kind, name):
            return name
    by_id = [f"{key} #{id_text[:8]}", f"{key} #{id_text}"]
    return next(name for name in (*by_id, *(f"{by_id[1]} #{n}" for n in range(2, len(taken) + 3))) if name not in taken)


def has_key(section: Section, entry: Any) -> bool:
    return isinstance(entry, dict) and bool(key_of(section, entry))


def key_of(section: Section, entry: Body) -> str:
    if section is JOINS:
        sides = [entry.get(side) for side in ("left", "right")]
        names = [side.get("identifier") if isinstance(side, dict) else None for side in sides]
        if all(isinstance(name, str) for name in names):
            return join_key(str(names[0]), str(names[1]))
        return ""
    value = entry.get(section.key)
    if section.key_is_text:
        return "".join(value or ()) if is_text(value) else ""
    if not isinstance(value, str):
        return ""
    return plain_identifier(value) if section.key == "identifier" else value


def join_key(left: str, right: str) -> str:
    return f"{plain_identifier(left)} -> {plain_identifier(right)}"


def decode(section: Section, entry: Body) -> Properties:
    fields: Properties = {}
    extra: dict[str, str] = {}
    nested = {wire_name: (name, inner) for name, wire_name, inner in section.nested}
    for wire_name, value in entry.items():
        name = section.version_1.get(wire_name, wire_name)
        if value is None or value == [] or value == {} or name == section.key:
            continue
        if name == "id" and section.has_id and isinstance(value, str):
            fields["id"] = value
        elif name in section.texts and (is_text(value) or isinstance(value, str)):
            fields[name] = "".join(value)
        elif name in section.scalars and isinstance(value, str):
            fields[name] = value
        elif name in section.lists and is_text(value):
            fields[name] = list(value)
        elif name in section.flags and isinstance(value, bool):
            fields.update({name: True} if value else {})
        elif name in nested and isinstance(value, list) and all(has_key(nested[name][1], e) for e in value):
            fields[nested[name][0]] = keyed(nested[name][1], value, "")
        else:
            extra[name] = dump(value)
    _decode_specials(section, fields, extra)
    if extra:
        fields["extra"] = extra
    return {name: value for name, value in fields.items() if value not in ("", [])}


def _decode_specials(section: Section, fields: Properties, extra: dict[str, str]) -> None:
    if section is JOINS:
        _decode_join(fields, extra)
    elif section.name == "benchmarks" and "answer" in extra:
        answers = json_text.loads(extra["answer"])
        if len(answers) == 1 and _is_sql_answer(answers[0]):
            fields["expected_sql"] = "".join(answers[0].get("content", []))
            del extra["answer"]
    elif section.kind == "parameter" and "default_value" in extra:
        default = json_text.loads(extra["default_value"])
        if isinstance(default, dict) and default.keys() == {"values"} and is_text(default["values"]):
            fields["default_value"] = default["values"]
            del extra["default_value"]


def _decode_join(fields: Properties, extra: dict[str, str]) -> None:
    for side in ("left", "right"):
        table = json_text.loads(extra.pop(side))
        identifier, alias = str(table.pop("identifier")), table.pop("alias", None)
        fields[side] = plain_identifier(identifier)
        if isinstance(alias, str) and alias.strip("`") != last_part(identifier):
            fields[f"{side}_alias"] = alias
        if table:
            extra[side] = dump(table)
    sql = json_text.loads(extra.get("sql", "null"))
    marker = _MARKER.match(sql[1]) if is_text(sql) and len(sql) == 2 else None
    if marker and sql[0].strip():
        fields["sql"], fields["relationship"] = sql[0].strip(), marker.group(1)
        del extra["sql"]


def _is_sql_answer(answer: Any) -> bool:
    return (
        isinstance(answer, dict)
        and answer.get("format") == "SQL"
        and answer.keys() <= {"format", "content"}
        and is_text(answer.get("content", []))
    )


def is_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def sort_key(section: Section, entry: Body) -> tuple[str, str]:
    """The order the workspace demands, else 400 "must be sorted by id": code points of the id, or identifier."""
    return (str(entry.get("id", "")) if section.has_id else "", str(entry.get("identifier", "")))
