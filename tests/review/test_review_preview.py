"""A preview's document becomes a review: entries in words, who made them, what was said."""

from __future__ import annotations

import copy

from reviews import TABLE, document, inputs, step

from genie_provider.review.preview import review_of


def test_entries_are_told_in_words() -> None:
    new = copy.deepcopy(inputs())
    new["examples"]["How fast are we?"]["sql"] = "SELECT 2"
    new["tables"][TABLE]["columns"]["id"]["synonyms"] = ["key", "pk"]
    new["tables"][TABLE]["description"] = "One row per order"
    new["instructions"]["content"] = "Be brief."
    del new["filters"]["recent"]
    new["measures"]["cost"] = {"sql": "sum(b)"}

    (space,) = review_of(document(step("update", "sales", inputs(), new)), "dev").spaces

    assert [str(entry.words) for entry in space.entries] == [
        "instructions",
        "column orders.id synonyms +1",
        "table orders description",
        'example "How fast are we?" sql',
        "filter recent removed",
        "measure cost added",
    ]
    assert (space.entries[3].old, space.entries[3].new) == ("SELECT 1\nFROM t\nWHERE a > 0\n", "SELECT 2")


def test_an_edit_in_the_ui_is_told_apart_from_one_in_the_spec() -> None:
    last_up = inputs()
    live = inputs(title="Sales (edited)", description="Edited here")
    wanted = inputs(description="And there", warehouse="Large")

    review = review_of(document(step("update", "sales", live, wanted, marks=last_up)), "dev")

    authors = {entry.path: entry.author for entry in review.spaces[0].entries}
    assert authors == {"title": "ui", "description": "both", "warehouse": "spec"}
    assert [space.name for space in review.edited] == ["sales"]
    assert review.spaces[0].edited == "2026-11-21T10:00:00.000Z"


def test_spaces_to_be_trashed_come_first() -> None:
    steps = [step("same", "a", inputs(), inputs()), step("create", "b", None, inputs()), step("delete", "c", inputs())]

    review = review_of(document(*steps), "dev")

    assert [(space.name, space.op) for space in review.spaces] == [("c", "delete"), ("b", "create"), ("a", "same")]
    assert review.spaces[1].counts["tables"] == 1


def test_what_was_said_stands_at_its_space_and_ui_edits_are_not_told_twice() -> None:
    urn = step("update", "sales", inputs(), inputs(title="New"))["urn"]
    said = [
        {"urn": urn, "severity": "warning", "message": "warning: table main.sales.gone is not there\n"},
        {"urn": urn, "severity": "info", "message": "reading"},
        {"severity": "error", "message": "error: no such warehouse"},
        {"severity": "error", "message": "error: preview failed"},
    ]
    review = review_of(document(step("update", "sales", inputs(), inputs(title="New")), diagnostics=said), "dev")

    assert [each.message for each in review.spaces[0].findings] == ["table main.sales.gone is not there"]
    assert [each.message for each in review.findings] == ["no such warehouse"]


def test_other_resources_are_counted() -> None:
    table = {"op": "create", "urn": "u", "newState": {"type": "pulumi-python:dynamic/genie:SeedTable"}}
    stack = {"op": "create", "urn": "s", "newState": {"type": "pulumi:pulumi:Stack"}}

    assert review_of(document(table, stack), "dev").others == {"create SeedTable": 1}
