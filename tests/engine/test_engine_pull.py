"""What was edited in the UI goes into the spec files, with the real CLI."""

from __future__ import annotations

import difflib

from engine_project import Project
from own_commands import genie
from specs import TRIPS, trips

from emulator.handle import Handle

SPEC = """\
# Taxi trips, for the drivers.
title: Trips   # what people see
description: |
  Trips of the yellow taxis.
  Fares are in dollars.

data_sources:
  tables:
  # one row a trip
  - identifier: ${catalog}.nyctaxi.trips   # the only table
    description: 'One row a trip'
    column_configs:
    - column_name: fare_amount   # dollars
      synonyms: [price, fare]
    - column_name: trip_distance
      description: Miles   # not kilometres

sample_questions:
- How many trips?   # easy
- What was the longest trip?

instructions:
  text_instructions:
  - |
    Amounts are in dollars.
    Weeks start on Monday.
  - Be brief.   # they are driving
  example_question_sqls:
  # the first thing everybody asks
  - question: How many trips last week?
    sql: |
      -- a week is seven days
      SELECT count(*)
      FROM ${catalog}.nyctaxi.trips
      WHERE fare_amount > 0   -- paid
  sql_snippets:
    measures:
    - {display_name: revenue, sql: "sum(trips.fare_amount)"}  # short
# the end
"""


def changed_lines(before: str, after: str) -> list[str]:
    """What git would show, without the places."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_five_edits_in_the_ui_are_five_edits_in_the_file(project: Project, workspace: Handle) -> None:
    project.configure(titlePrefix="[dev] ")
    spec = project.write("trips", SPEC)
    project.up()
    space_id = project.space_id("trips")
    body = workspace.control.body(space_id)
    example = body["instructions"]["example_question_sqls"][0]
    sql = "".join(example["sql"]).replace("count(*)", "count(*) AS trips").replace("> 0 ", "> 1 ")
    workspace.control.edit_in_ui(
        space_id,
        title="[dev] Taxi trips",
        instruction="Amounts are in dollars.\nWeeks start on Sunday.\n\nBe brief.",
        example={"id": example["id"], "sql": sql},
        column={"identifier": TRIPS, "column_name": "fare_amount", "synonyms": ["price", "fare", "cost"]},
        sample_question={"question": "Which day was busiest?"},
    )

    said = genie(project, "pull")

    assert "wrote 5 from the UI" in said.text
    assert changed_lines(SPEC, spec.read_text()) == [
        "-title: Trips   # what people see",
        "+title: Taxi trips   # what people see",
        "-      synonyms: [price, fare]",
        "+      synonyms: [price, fare, cost]",
        "+- Which day was busiest?",
        "-    Weeks start on Monday.",
        "+    Weeks start on Sunday.",
        "-      SELECT count(*)",
        "+      SELECT count(*) AS trips",
        "-      WHERE fare_amount > 0   -- paid",
        "+      WHERE fare_amount > 1   -- paid",
    ]
    project.unchanged()
    workspace.control.clear_requests()
    project.up("--expect-no-changes")
    assert project.sent() == []
    assert "nothing was edited" in genie(project, "pull").text


def test_an_entry_changed_on_both_sides_is_left_until_somebody_decides(project: Project, workspace: Handle) -> None:
    spec = project.write("trips", SPEC)
    project.up()
    described = {"identifier": TRIPS, "description": "A row for every trip"}
    workspace.control.edit_in_ui(project.space_id("trips"), describe_table=described, title="Rides")
    mine = SPEC.replace("'One row a trip'", "'One line a trip'")
    spec.write_text(mine)

    said = genie(project, "pull", ok=False)

    assert 'tables["samples.nyctaxi.trips"]' in said.text
    assert "- One line a trip" in said.text
    assert "+ A row for every trip" in said.text
    assert spec.read_text() == mine
    assert "+    description: 'A row for every trip'" in genie(project, "pull", "--theirs", "--dry-run").out
    assert spec.read_text() == mine
    genie(project, "pull", "--ours")
    assert spec.read_text() == mine.replace("title: Trips ", "title: Rides ")
    assert list(project.preview_json()["trips"]) == ['tables["samples.nyctaxi.trips"].description']
    spec.write_text(mine)
    genie(project, "pull", "--theirs")
    project.unchanged()


def test_what_pull_cannot_do_it_says(project: Project, workspace: Handle) -> None:
    project.write("trips", SPEC)
    project.write("gone", trips("Gone"))
    project.up()
    workspace.control.trash_in_ui(project.space_id("gone"))

    assert "in the trash or gone" in genie(project, "pull", ok=False).text
    assert "stack dev has no space 'nobody' (there are: gone, trips)" in genie(project, "pull", "nobody", ok=False).text
    genie(project, "pull", "trips")
