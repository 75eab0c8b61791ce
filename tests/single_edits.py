"""Every single edit that somebody can make to a space in the UI, as the inputs it leads to."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from genie_provider.compare import diff

Properties = dict[str, Any]

TEXTS = [
    "One line",
    "two\nlines",
    "colon: and # hash, 'single' and \"double\"",
    "  indented first\nthen not",
    "tab\there",
    "${not_a_variable} and $${two}",
    "- dash",
    "yes",
    "2024-01-01",
    "trailing blank \nhere",
    "back\\slash",
    "emoji 🚕 and ümlaut",
    "a very long line that goes on and on, " * 6,
    "blank\n\nlines\n\n\nbetween",
    "control \x07 letter",
    "%percent",
    "a\u2028b",
]
LISTS = [["one"], ["a, b", "[c]"], ["it's", "x: y", "# z"], ["q", "w", "e", "r"]]
_UNREADABLE = {"title", "left", "right", "id", "relationship", "sql", "content", "expected_sql", "question"}


def edits(spec: Properties) -> Iterator[tuple[str, Properties]]:
    """Every kind of single edit that this space allows, with a word for it."""
    for path, value in list(diff.entries(spec)):
        name = diff.entry_name(path)
        if path[0] == "title":
            yield name, with_entry(spec, path, "Another title: #2")
        elif path[0] == "permissions":
            yield name, with_entry(spec, path, "CAN_EDIT")
        elif path[0] == "extra":
            for field in value:
                json_text = json.dumps("another value")
                yield f"{name}.{field} = {json_text}", with_entry(spec, path, {**value, field: json_text})
        elif isinstance(value, str):
            yield from ((f"{name} = {text[:12]!r}", with_entry(spec, path, text)) for text in TEXTS)
            yield f"{name} gone", with_entry(spec, path, None)
        elif isinstance(value, dict):
            yield from _entry_edits(spec, path, value, name)
    yield from _additions(spec)


def _entry_edits(spec: Properties, path: diff.Path, value: Properties, name: str) -> Iterator[tuple[str, Properties]]:
    if len(path) > 1:
        yield f"{name} gone", with_entry(spec, path, None)
    for field, held in value.items():
        if isinstance(held, str) and field not in ("left", "right", "id", "relationship"):
            if (path[0], field) == ("joins", "sql"):
                yield f"{name}.sql", with_entry(spec, path, {**value, field: "orders.id = customers.id"})
                continue
            for text in (*TEXTS, held.replace(" ", "  ", 1) + "\nand more", "first\n" + held):
                yield f"{name}.{field} = {text[:12]!r}", with_entry(spec, path, {**value, field: text})
            if field not in _UNREADABLE:
                rest = {each: part for each, part in value.items() if each != field}
                yield f"{name}.{field} gone", with_entry(spec, path, rest)
        if isinstance(held, list):
            for items in (*LISTS, [*held, "new"], ["new", *held], held[1:] or ["other"]):
                yield f"{name}.{field} = {items}", with_entry(spec, path, {**value, field: items})
    if path[0] in ("tables", "metric_views") and len(path) == 2:
        yield f"{name}.description new", with_entry(spec, path, {**value, "description": "What it is\nand what not"})
        column = (*path, "columns", "brand_new")
        yield f"{name} new column", with_entry(spec, column, {"enable_format_assistance": True})
    if len(path) == 4:
        flags = {"enable_format_assistance": True, "enable_entity_matching": True}
        for wanted in ({}, {"enable_format_assistance": True}, flags, {"exclude": True, **flags}):
            others = {each: part for each, part in value.items() if each not in ("exclude", *flags)}
            yield f"{name} flags {sorted(wanted)}", with_entry(spec, path, {**others, **wanted})
    if path[0] == "joins":
        yield f"{name} relationship", with_entry(spec, path, {**value, "relationship": "ONE_TO_ONE"})
        yield f"{name} alias", with_entry(spec, path, {**value, "right_alias": "other"})
    if path[0] == "examples":
        more = {**value.get("parameters", {}), "day": {"type_hint": "DATE", "default_value": ["today"]}}
        yield f"{name} parameter", with_entry(spec, path, {**value, "parameters": more})
    if len(path) == 2 and path[0] not in ("tags", "permissions", "joins"):
        yield f"{name} unknown field", with_entry(spec, path, {**value, "extra": {"new": '{"a":[1,null,"${x}"]}'}})


def _additions(spec: Properties) -> Iterator[tuple[str, Properties]]:
    fresh: list[tuple[str, str, Properties]] = [
        ("tables", "main.sales.fresh", {"description": "x", "columns": {"id": {}, "a": {"synonyms": ["b"]}}}),
        ("metric_views", "main.sales.metrics", {}),
        ("sample_questions", "Anything new?", {}),
        ("examples", "Anything: new?", {"sql": "SELECT 1\nFROM main.sales.fresh"}),
        ("functions", "main.sales.fresh", {}),
        ("filters", "fresh", {"sql": "orders.amount > 1", "synonyms": ["new", "a, b"]}),
        ("expressions", "fresh", {"sql": "year(orders.day)"}),
        ("measures", "fresh", {"sql": "max(orders.amount)", "alias": "top"}),
        ("benchmarks", "Anything new?", {"expected_sql": "SELECT 1"}),
    ]
    for at, (section, key, fields) in enumerate(fresh):
        has_id = section not in ("tables", "metric_views")
        entry = {**fields, **({"id": f"01f0{at:028x}"} if has_id else {})}
        yield f"{section} new", with_entry(spec, (section, key), entry)
    join = {"left": "main.sales.a", "right": "main.sales.b", "sql": "a.x = b.x", "relationship": "MANY_TO_ONE"}
    yield "joins new", with_entry(spec, ("joins", "main.sales.a -> main.sales.b"), join)
    yield "description", with_entry(spec, ("description",), "Quite\nanother")
    yield "warehouse", with_entry(spec, ("warehouse",), "0123456789abcdef")
    yield "tag", with_entry(spec, ("tags", "team"), "sales")
    yield "right", with_entry(spec, ("permissions", "group:sales"), "CAN_RUN")
    yield (
        "unknown",
        with_entry(spec, ("extra",), {**spec.get("extra", {}), "instructions.later": '{"x":1}', "top": "[2]"}),
    )


def with_entry(spec: Properties, path: diff.Path, value: Any) -> Properties:
    """The inputs with one entry changed; a table keeps its columns."""
    live = copy.deepcopy(spec)
    holder: Any = live
    for step in path[:-1]:
        holder = holder.setdefault(step, {})
    kept = holder.get(path[-1])
    if isinstance(value, dict) and isinstance(kept, dict) and "columns" in kept:
        value = {**value, "columns": kept["columns"]}
    if value is None:
        del holder[path[-1]]
        if not holder and len(path) == 4:
            del live[path[0]][path[1]]["columns"]
    else:
        holder[path[-1]] = value
    return live
