"""Diff: changed entries down to the field, and who changed them."""

import hashlib
import json
from typing import Any

import pytest

from genie_provider.compare import diff
from genie_provider.lifecycle import UNKNOWN, Change

TABLE = {"description": "One row per order", "columns": {"id": {"synonyms": ["key"]}}}
SPACE = {
    "title": "Sales",
    "tables": {"main.sales.orders": TABLE},
    "examples": {"How many?": {"sql": "SELECT 1"}},
}


def changed(**parts: object) -> dict[str, object]:
    return {**SPACE, **parts}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (SPACE, []),
        (changed(title="Sales 2"), [Change(("title",), "update")]),
        (
            changed(tables={"main.sales.orders": {**TABLE, "description": "Orders"}}),
            [Change(("tables", "main.sales.orders", "description"), "update")],
        ),
        (
            changed(tables={"main.sales.orders": {**TABLE, "columns": {"id": {"synonyms": ["key", "pk"]}}}}),
            [Change(("tables", "main.sales.orders", "columns", "id", "synonyms"), "update")],
        ),
        (
            changed(examples={"How many?": {"sql": "SELECT 1"}, "Why?": {"sql": "SELECT 2"}}),
            [Change(("examples", "Why?"), "add")],
        ),
        ({"title": "Sales", "tables": SPACE["tables"]}, [Change(("examples", "How many?"), "delete")]),
        (changed(measures={"revenue": {"sql": "sum(x)"}}), [Change(("measures", "revenue"), "add")]),
        (changed(title=UNKNOWN), [Change(("title",), "update")]),
    ],
)
def test_each_changed_entry_and_no_other(new: dict[str, object], expected: list[Change]) -> None:
    assert diff.changes(SPACE, new) == expected


def test_an_id_that_the_spec_leaves_open_is_no_change() -> None:
    live = changed(examples={"How many?": {"sql": "SELECT 1", "id": "0" * 32}})
    assert diff.changes(live, SPACE) == []


def test_white_space_at_line_ends_is_no_change() -> None:
    assert diff.changes(changed(examples={"How many?": {"sql": "SELECT 1  \n"}}), SPACE) == []


def test_hidden_inputs_are_no_change() -> None:
    assert diff.changes({**SPACE, "__marks": "a"}, {**SPACE, "__marks": "b"}) == []


def test_a_folder_that_the_spec_leaves_open_is_no_change() -> None:
    assert diff.changes({**SPACE, "parent_path": "/Users/me"}, SPACE) == []


def edited(live: dict[str, object], spec: dict[str, object]) -> dict[str, str]:
    return {str(edit): edit.author for edit in diff.edits(live, spec, diff.marks(SPACE))}


def test_an_edit_in_the_ui_is_told_from_one_of_the_spec() -> None:
    live = changed(tables={"main.sales.orders": {**TABLE, "description": "edited in the UI"}})
    spec = changed(examples={"How many?": {"sql": "SELECT 2"}})
    assert edited(live, spec) == {'tables["main.sales.orders"]': "ui", 'examples["How many?"]': "spec"}


def test_an_entry_edited_on_both_sides_says_so() -> None:
    live = changed(examples={"How many?": {"sql": "SELECT 'ui'"}})
    spec = changed(examples={"How many?": {"sql": "SELECT 'spec'"}})
    assert edited(live, spec) == {'examples["How many?"]': "both"}


def test_an_entry_added_in_the_ui_is_the_uis() -> None:
    live = changed(examples={"How many?": {"sql": "SELECT 1"}, "Added?": {"sql": "SELECT 3"}})
    assert edited(live, SPACE) == {'examples["Added?"]': "ui"}


def test_an_entry_that_somebody_added_to_the_spec_is_the_specs() -> None:
    spec = changed(measures={"revenue": {"sql": "sum(x)"}})
    assert edited(SPACE, spec) == {"measures.revenue": "spec"}


def test_the_same_edit_on_both_sides_is_no_edit() -> None:
    both = changed(title="Sales (new)")
    assert edited(both, both) == {}


def test_names_are_written_as_pulumi_writes_paths() -> None:
    path = ("tables", "samples.nyctaxi.trips", "columns", "fare_amount", "description")
    assert diff.entry_name(path) == 'tables["samples.nyctaxi.trips"].columns.fare_amount.description'


# ── marks and comparing agree ───────────────────────────────────────────────────────────────

JOIN = {"left": "a.b.c", "right": "a.b.d", "sql": "`c`.`x` = d.x", "left_alias": "`c`"}


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        (("joins", "a.b.c -> a.b.d"), JOIN, {**JOIN, "sql": "c.x = d.x", "left_alias": "c"}),
        (("joins", "a.b.c -> a.b.d"), JOIN, {**JOIN, "instruction": "`x`"}),
        (("examples", "q"), {"sql": "SELECT `a`"}, {"sql": "SELECT a"}),
        (("description",), "`a`", "a"),
        (("instructions",), {"content": "Use `a`."}, {"content": "Use a."}),
        (("tables", "a.b.c"), {"description": "x \n\n"}, {"description": "x"}),
        (("tables", "a.b.c"), {"extra": {"n": '{"a":1,"b":2}'}}, {"extra": {"n": '{"b":2,"a":1}'}}),
        (("extra",), {"n": "[1]"}, {"n": "[2]"}),
    ],
)
def test_what_compares_equal_has_the_same_mark_and_only_that(path: diff.Path, one: Any, other: Any) -> None:
    def inputs(value: Any) -> dict[str, Any]:
        return {path[0]: {path[1]: value}} if len(path) > 1 else {path[0]: value}

    is_same = not diff.changes(inputs(one), inputs(other))

    assert (diff.marks(inputs(one)) == diff.marks(inputs(other))) == is_same


def test_back_ticks_added_in_the_ui_are_an_edit_in_the_ui() -> None:
    spec = {"examples": {"q": {"sql": "SELECT a FROM t"}}}
    live = {"examples": {"q": {"sql": "SELECT `a` FROM t"}}}

    assert [(edit.path, edit.author) for edit in diff.edits(live, spec, diff.marks(spec))] == [
        (("examples", "q"), "ui")
    ]


def test_marks_of_states_before_are_recognised() -> None:
    spec = {"title": "Sales", "examples": {"q": {"sql": "SELECT a"}, "r": {"sql": "SELECT 1"}}}
    live = {"title": "Sales", "examples": {"q": {"sql": "SELECT b"}, "s": {"sql": "SELECT 2"}}}
    before = "".join(
        sorted(
            digest("\0".join(path)) + digest(json.dumps(value, sort_keys=True))
            for path, value in [
                (("title",), "Sales"),
                (("examples", "q"), {"sql": "SELECT a"}),
                (("examples", "r"), {"sql": "SELECT 1"}),
            ]
        )
    )

    found = {str(edit): edit.author for edit in diff.edits(live, spec, before)}

    assert found == {"examples.q": "ui", "examples.r": "ui", "examples.s": "ui"}


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=3).hexdigest()


def test_a_mark_is_too_long_to_be_met_on_purpose() -> None:
    one, two = (diff.marks({"title": title}).removeprefix("2.") for title in ("a", "b"))

    assert len(one) == len(two) == 24
    assert len(diff.marks(SPACE)) == len("2.") + 24 * len(list(diff.entries(SPACE)))
    assert one[:10] == two[:10] and one[10:] != two[10:]  # 60 bits of path, 84 of content
