"""encode: a section of the inputs → the list the workspace wants, on top of the one it holds.

An entry that did not change stays as the workspace holds it; new ones get ids between their neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import entry_ids
from ..model.authored_order import authored_order
from ..model.identifiers import last_part
from ..model.schema import INSTRUCTIONS, JOINS, METRIC_VIEWS, TABLES, Section
from ..text import json_text, lines
from . import normalize
from .decode import decode, has_key, keyed, sort_key
from .paths import look

Body = dict[str, Any]
Properties = dict[str, Any]


def encode_section(section: Section, inputs: Properties, owner: str, held: Mapping[str, Any]) -> list[Body]:
    wanted: dict[str, Properties] = inputs.get(section.name) or {}
    live = _held_entries(section, held, owner, wanted)
    order = authored_order(inputs, section)
    given = {key: wanted[key]["id"] for key in order if "id" in wanted[key]}
    kept = {key: live[key][1]["id"] for key in order if key in live and "id" in live[key][1]}
    new_ids = entry_ids.assign(order, {**kept, **given}, owner, section.kind) if section.has_id else {}
    entries = []
    for key in order:
        if key in live and normalize.same_entry(live[key][1], wanted[key]):
            entry = dict(live[key][0])
        else:
            entry = _encode(section, key, wanted[key])
        if section.has_id:
            entry["id"] = new_ids[key]
        entries.append(entry)
    return sorted(entries, key=lambda entry: sort_key(section, entry))


def _held_entries(
    section: Section, held: Mapping[str, Any], owner: str, wanted: Mapping[str, Any]
) -> dict[str, tuple[Body, Properties]]:
    """Live entries as (as held, as inputs), under the keys the wanted inputs use for them."""
    entries = list(look(held, section.wire))
    if section is METRIC_VIEWS:
        entries += [entry for entry in look(held, TABLES.wire) if has_key(section, entry)]
    entries = [entry for entry in entries if has_key(section, entry)]
    named = keyed(section, entries, owner)
    originals = dict(zip(named, entries, strict=True))
    ours = {normalize.name_in_workspace(section, key, wanted[key]): key for key in wanted}
    found: dict[str, tuple[Body, Properties]] = {}
    for key, fields in named.items():
        wanted_key = key if key in wanted else ours.get(normalize.name_in_workspace(section, key, fields), key)
        if section.key and section.key in wanted.get(wanted_key, {}):
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
            entry[name] = lines(value)
        elif name in nested:
            wire_name, inner = nested[name]
            encoded = [_encode(inner, inner_key, inner_fields) for inner_key, inner_fields in value.items()]
            entry[wire_name] = sorted(encoded, key=lambda item, by=inner.key: item[by])  # type: ignore[misc]
        else:
            entry[name] = value
    _encode_specials(section, entry)
    for name, text in (fields.get("extra") or {}).items():
        value = json_text.loads(text)
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
            content = lines(entry.pop("expected_sql", ""))
            entry["answer"] = [{"format": "SQL", "content": content}]
    elif section.kind == "parameter" and "default_value" in entry:
        entry["default_value"] = {"values": entry["default_value"]}


def encode_instructions(fields: Properties, owner: str, held: Mapping[str, Any]) -> Body:
    live: Body = next(iter(look(held, INSTRUCTIONS.wire)), {})
    known = fields.get("id") or live.get("id")
    id_text = entry_ids.assign(["text"], {"text": known} if known else {}, owner, "text")["text"]
    if live and normalize.same_entry(decode(INSTRUCTIONS, live), fields):
        return {**live, "id": id_text}
    return {**_encode(INSTRUCTIONS, "", fields), "id": id_text}
