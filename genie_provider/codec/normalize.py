"""normalize: when two values of a space are the same although they are not written the same.

The workspace re-splits texts, drops false flags, adds quotes and moves metric views: seen in
real exports and by others who compare them (databricks-genie-workbench, `config_fingerprint.py`).
None of that is a change. `same` answers for one value, `settle` brings a live space back to the
words we last used for it, so that reading an untouched space gives exactly the inputs in the state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..model import entry_ids
from ..model.authored_order import settle_order
from ..model.schema import JOINS, KEYED, METRIC_VIEWS, NESTED, TABLES, Section
from ..text import json_text, same_text

Properties = dict[str, Any]

_NUMBER = re.compile(r" #\S+( #\d+)?\Z")


def same(one: Any, other: Any) -> bool:
    """Whether two values of the inputs mean the same to the workspace."""
    if isinstance(one, str) and isinstance(other, str):
        return same_text(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def same_entry(one: Properties, other: Properties) -> bool:
    """As `same`, for two entries of a section: ids aside, join conditions without back-ticks."""
    if one.keys() - {"id"} != other.keys() - {"id"}:
        return False
    return all(key == "id" or same_field(key, one[key], other[key], "left" in one) for key in one)


def same_field(name: str, one: Any, other: Any, in_join: bool) -> bool:
    if name == "extra" and isinstance(one, dict) and isinstance(other, dict):
        return same_extra(one, other)
    if is_join_sql(name, in_join) and isinstance(one, str):
        return isinstance(other, str) and same_text(one.replace("`", ""), other.replace("`", ""))
    return same(one, other)


def is_join_sql(name: str, in_join: bool) -> bool:
    """Whether back-ticks are no difference in this field: the workspace adds them to joins of its own."""
    return in_join and name in ("sql", "left_alias", "right_alias")


def same_extra(one: Properties, other: Properties) -> bool:
    """Two maps of JSON texts: the order of keys in a value and the spelling of numbers are no difference."""
    return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)


def same_json(one: Any, other: Any) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and json_text.same(one, other))


def quoted_by_workspace(live: str, ours: str) -> bool:
    """WB saw the workspace put single quotes round some texts; only ever in this direction."""
    return len(live) > 1 and live[0] == live[-1] == "'" and same_text(live[1:-1], ours)


def settle(live: Properties, known: Properties) -> Properties:
    """The live inputs in the words of the known ones, wherever they mean the same.

    Ids that the known inputs leave open stay open; a metric view read back under `tables` is put
    back; keys of entries keep their spelling. What really differs is left as it is.
    """
    settled = dict(live)
    _put_back_metric_views(settled, known)
    for section in KEYED:
        if isinstance(settled.get(section.name), dict):
            settled[section.name] = _settle_section(section, settled[section.name], known.get(section.name) or {})
    if isinstance(live.get("instructions"), dict):
        settled["instructions"] = _settle_entry(live["instructions"], known.get("instructions") or {})
    if isinstance(live.get("extra"), dict):
        settled["extra"] = _settle_value("extra", live["extra"], known.get("extra") or {}, False)
    settle_order(settled, known)
    for name in ("title", "description"):
        if isinstance(known.get(name), str) and _same_or_quoted(live.get(name, ""), known[name]):
            settled[name] = known[name]
    return settled


def _put_back_metric_views(settled: Properties, known: Properties) -> None:
    """Two third parties say that metric views are read back among the tables; exports of 2025 show them apart."""
    moved = {
        name: entry
        for name, entry in (settled.get(TABLES.name) or {}).items()
        if name in (known.get(METRIC_VIEWS.name) or {}) and name not in (known.get(TABLES.name) or {})
    }
    if moved:
        settled[METRIC_VIEWS.name] = {**(settled.get(METRIC_VIEWS.name) or {}), **moved}
        rest = {name: entry for name, entry in settled[TABLES.name].items() if name not in moved}
        settled[TABLES.name] = rest
        if not rest:
            del settled[TABLES.name]


def name_in_workspace(section: Section, key: str, entry: Properties) -> str:
    """The name that the workspace's own entry gets, where ours goes by another: by a variable that is an
    Output, or by a number behind it."""
    if section is JOINS and isinstance(entry.get("left"), str) and isinstance(entry.get("right"), str):
        number = _NUMBER.search(key)
        return f"{entry['left']} -> {entry['right']}{number.group() if number else ''}"
    name = entry.get(section.key, key) if section.key else key
    return name if isinstance(name, str) else key


def _settle_section(section: Section, live: Properties, known: Properties) -> Properties:
    """Live entries under the keys the known ones have: the same key, or else the same name."""
    ours = {name_in_workspace(section, key, entry): key for key, entry in known.items() if isinstance(entry, dict)}
    settled: Properties = {}
    for key, entry in live.items():
        named = key if key in known else ours.get(name_in_workspace(section, key, entry), key)
        if named in settled:
            named = key
        if named not in known:
            settled[named] = entry
            continue
        if section.key and section.key in known[named] and section.key not in entry:
            entry = {**entry, section.key: key}
        settled[named] = _settle_entry(entry, known[named])
    return settled


def _settle_entry(live: Properties, known: Properties) -> Properties:
    if "id" in live and "id" not in known:
        live = {name: value for name, value in live.items() if name != "id"}
    in_join = "left" in live
    return {
        name: _settle_value(name, value, known[name], in_join) if name in known else value
        for name, value in live.items()
    }


def _settle_value(name: str, live: Any, known: Any, in_join: bool) -> Any:
    if isinstance(live, dict) and isinstance(known, dict):
        if name == "extra":
            return {key: known[key] if same_json(known.get(key), text) else text for key, text in live.items()}
        if name in NESTED:
            return {
                key: _settle_entry(value, known[key]) if isinstance(known.get(key), dict) else value
                for key, value in live.items()
            }
        return known if same(live, known) else live
    if same_field(name, live, known, in_join):
        return known
    if isinstance(live, str) and isinstance(known, str) and quoted_by_workspace(live, known):
        return known
    return live


def _same_or_quoted(live: str, known: str) -> bool:
    return same_text(live, known) or quoted_by_workspace(live, known)


def without_own_ids(inputs: Properties, owner: str) -> Properties:
    """The inputs without the ids that this owner's entries would be given anyway."""
    trimmed = dict(inputs)
    for section in KEYED:
        if section.has_id and section.name in inputs:
            trimmed[section.name] = {
                key: _without_own_id(entry, owner, section.kind, key) for key, entry in inputs[section.name].items()
            }
    if "instructions" in inputs:
        trimmed["instructions"] = _without_own_id(inputs["instructions"], owner, "text", "text")
    return trimmed


def _without_own_id(entry: Properties, owner: str, kind: str, key: str) -> Properties:
    if "id" in entry and entry_ids.is_derived(entry["id"], owner, kind, key):
        return {name: value for name, value in entry.items() if name != "id"}
    return entry


def own_entries(inputs: Properties, owner: str) -> Iterator[tuple[str, str]]:
    """(section, key) of every entry whose id says that this owner made it."""
    for section in KEYED:
        for key, entry in (inputs.get(section.name) or {}).items():
            if section.has_id and entry_ids.is_derived(entry.get("id", ""), owner, section.kind, key):
                yield section.name, key
    if entry_ids.is_derived((inputs.get("instructions") or {}).get("id", ""), owner, "text", "text"):
        yield "instructions", "text"
