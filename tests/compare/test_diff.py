"""Diff: changed entries down to the field, and who changed them."""

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


def test_a_mark_takes_twelve_characters_an_entry() -> None:
    assert len(diff.marks(SPACE)) == 12 * len(list(diff.entries(SPACE)))
