"""The ways between the UI and the spec files, with the real CLI: import in one go, and pull."""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from engine_project import ROOT, TOKEN, Project, Said
from specs import TRIPS, trips

from emulator.handle import Handle

GIVEN = ROOT.parent / "shared" / "specs" / "serialized"


def genie(project: Project, *args: str, ok: bool = True) -> Said:
    """One of our own commands, run in the project."""
    done = subprocess.run(
        [sys.executable, "-m", "genie_provider", *args],
        cwd=project.folder,
        env=project.env,
        text=True,
        capture_output=True,
        timeout=180,
    )
    said = Said(done.returncode, done.stdout, done.stderr)
    assert (said.code == 0) is ok, said.text
    assert "Traceback" not in said.text, said.text
    assert TOKEN not in said.text
    return said


def in_ui(workspace: Handle, title: str, body: dict[str, Any], **fields: Any) -> str:
    """A space as people make it, with everything it refers to."""
    workspace.control.add_tables_of(body)
    for function in body.get("instructions", {}).get("sql_functions", []):
        workspace.control.add_function(function["identifier"])
    return workspace.control.make_space(title, body, **fields)


def held(workspace: Handle, space_id: str) -> str:
    return str(workspace.control.space(space_id)["serialized_space"])


def files(project: Project) -> list[str]:
    return sorted(file.name for file in (project.folder / "spaces").iterdir())


# ── import ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not GIVEN.is_dir(), reason="needs ../shared/specs: data files of other projects")
def test_every_given_body_is_imported_by_one_command_and_stays_as_it_is(project: Project, workspace: Handle) -> None:
    ids = [
        in_ui(workspace, f"Made by hand: {file.stem}", json.loads(file.read_text()))
        for file in sorted(GIVEN.glob("*.json"))
    ]
    before = [held(workspace, space_id) for space_id in ids]

    said = genie(project, "import", "Made by hand*")

    assert said.text.count(": imported as ") == len(ids)
    assert {each["id"] for each in project.resources().values()} == set(ids)
    project.unchanged()
    workspace.control.clear_requests()
    project.up("--expect-no-changes")
    assert project.sent() == []
    assert [held(workspace, space_id) for space_id in ids] == before
    assert genie(project, "import", "Made by hand*").text.count("there already") == len(ids)


def test_what_stands_in_the_way_is_said_and_nothing_is_left_of_the_attempt(project: Project, workspace: Handle) -> None:
    project.write("mine", trips("Mine"))
    project.up()
    project.configure(titlePrefix="[dev] ")
    in_ui(workspace, "Theirs", workspace.control.body(project.space_id("mine")))
    state, specs = project.resources(), files(project)

    said = genie(project, "import", "Theirs", ok=False)

    assert "would change title (genie:titlePrefix puts '[dev] ' before every title" in said.text
    assert project.resources() == state
    assert files(project) == specs
    assert "pulumi up will change title" in genie(project, "import", "Theirs", "--accept-changes").text
    assert sorted(project.resources()) == ["mine", "theirs"]


def test_a_preview_that_is_not_empty_takes_the_import_back(project: Project, workspace: Handle) -> None:
    project.write("mine", trips("Mine"))
    project.up()
    in_ui(workspace, "Theirs", workspace.control.body(project.space_id("mine")))
    program = project.folder / "__main__.py"
    program.write_text(program.read_text() + "raise pulumi.RunError('the program has a fault of its own')\n")
    state = project.resources()

    said = genie(project, "import", "Theirs", "--as", "theirs", ok=False)

    assert "the program has a fault of its own" in said.text
    assert "files and state are as they were" in said.text
    assert project.resources() == state
    assert files(project) == ["mine.yaml"]


def test_a_dry_run_of_an_import_leaves_nothing(project: Project, workspace: Handle) -> None:
    in_ui(workspace, "Theirs", {"version": 2, "data_sources": {"tables": [{"identifier": TRIPS}]}})

    said = genie(project, "import", "Thei*", "--as", "hers", "--dry-run")

    assert "would be imported as hers, spaces/hers.yaml" in said.text
    assert files(project) == []
    assert project.resources() == {}


def test_rights_and_tags_of_a_space_are_imported_with_it(project: Project, workspace: Handle) -> None:
    workspace.control.add_principal("user", "ann@example.com")
    body = {"version": 2, "data_sources": {"tables": [{"identifier": TRIPS}]}}
    space_id = in_ui(workspace, "Shared", body, creator="ann@example.com")
    ours = {"access_control_list": [{"user_name": workspace.user, "permission_level": "CAN_MANAGE"}]}
    _call(workspace, "PATCH", f"/api/2.0/permissions/genie/{space_id}", ours)

    genie(project, "import", "Shared")

    assert "ann@example.com: CAN_MANAGE" in (project.folder / "spaces" / "shared.yaml").read_text()
    workspace.control.clear_requests()
    project.unchanged()
    project.up("--expect-no-changes")
    assert project.sent() == []


# ── the import option ───────────────────────────────────────────────────────────────────────


def test_a_spec_with_import_takes_a_space_over_without_changing_it(project: Project, workspace: Handle) -> None:
    project.write("first", trips("First"))
    project.up()
    space_id = in_ui(workspace, "By hand", workspace.control.body(project.space_id("first")))
    before = held(workspace, space_id)
    genie(project, "export", "By hand", "--as", "mine")
    spec = project.folder / "spaces" / "mine.yaml"
    spec.write_text(f"{spec.read_text()}import: {space_id}\n")
    workspace.control.clear_requests()

    said = project.up()

    assert "imported" in said.text
    assert "warning" not in said.text
    assert project.sent() == []
    assert held(workspace, space_id) == before
    project.unchanged()


@pytest.mark.parametrize(
    ("fault", "words"),
    [("wrong", "f" * 32), ("trashed", "trash"), ("hidden", "CAN EDIT"), ("malformed", "no-such-id")],
)
def test_an_import_that_cannot_be_is_refused_in_words(
    project: Project, workspace: Handle, fault: str, words: str
) -> None:
    project.write("first", trips("First"))
    project.up()
    space_id = in_ui(workspace, "By hand", workspace.control.body(project.space_id("first")))
    if fault == "trashed":
        workspace.control.trash_in_ui(space_id)
    if fault == "hidden":
        workspace.control.add_token("not-much", "ann@example.com")
        project.env["DATABRICKS_TOKEN"] = "not-much"
    wanted = {"wrong": "f" * 32, "malformed": "no-such-id"}.get(fault, space_id)
    state = project.resources()
    project.write("mine", trips("By hand", **{"import": wanted}))

    said = project.up(ok=False)

    assert words in said.text or "does not exist" in said.text
    assert project.resources().keys() == state.keys()
    assert "mine" not in project.state_text()


# ── pull ────────────────────────────────────────────────────────────────────────────────────

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


def _call(workspace: Handle, method: str, path: str, body: Any) -> None:
    import requests

    answer = requests.request(
        method, f"{workspace.url}{path}", json=body, headers={"Authorization": "Bearer ann@example.com"}, timeout=30
    )
    assert answer.ok, answer.text
