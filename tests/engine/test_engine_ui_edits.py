"""How edits in the UI look to a person before `pulumi up` overwrites them; expected texts are whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from engine_project import Project
from own_commands import genie
from specs import TRIPS, trips

from emulator.handle import Handle

TABLE = f'tables["{TRIPS}"]'
WARNING = "warning: edited in the UI since the last up (last edit TIME): "
WAY_OUT = "pulumi up undoes it; to keep it, run before that: python -m genie_provider pull trips"

UI_ALONE = f"""\
      ~ tables: {{
          ~ {TRIPS}: {{
              ~ description: "Rows of the taxi office" => "One row a trip"
            }}
        }}
Resources:
    ~ 1 to update
    1 unchanged
{WARNING}{TABLE}
{WAY_OUT}
"""

SPEC_ALONE = f"""\
      ~ tables: {{
          ~ {TRIPS}: {{
              ~ columns: {{
                  ~ trip_distance: {{
                      ~ description: "Miles" => "Kilometres"
                    }}
                }}
            }}
        }}
Resources:
    ~ 1 to update
    1 unchanged
"""

DIFFERENT_ENTRIES = f"""\
      ~ tables: {{
          ~ {TRIPS}: {{
              ~ columns    : {{
                  ~ trip_distance: {{
                      ~ description: "Miles" => "Kilometres"
                    }}
                }}
              ~ description: "Rows of the taxi office" => "One row a trip"
            }}
        }}
Resources:
    ~ 1 to update
    1 unchanged
{WARNING}{TABLE}
{WAY_OUT}
"""

SAME_ENTRY = f"""\
      ~ tables: {{
          ~ {TRIPS}: {{
              ~ description: "Rows of the taxi office" => "One row per trip"
            }}
        }}
Resources:
    ~ 1 to update
    1 unchanged
{WARNING}{TABLE} (and in the spec)
{WAY_OUT}
"""

REFRESH = f"""\
      ~ tables: {{
          ~ {TRIPS}: {{
              ~ description: "One row a trip" => "Rows of the taxi office"
            }}
        }}
Resources:
    ~ 1 to update
    1 unchanged
error: no changes were expected for refresh but changes were proposed
"""

TEXT = f"""\
      ~ examples: {{
          ~ How many trips?: {{
              ~ sql:
                    SELECT count(*)
                    FROM {TRIPS}
                  - WHERE fare_amount > 0
                  + WHERE fare_amount > 10

            }}
        }}
Resources:
    ~ 1 to update
    1 unchanged
"""


def shown(text: str) -> str:
    """What stands below the resource's id and urn: the changed entries, the counts, the warnings."""
    lines = text.splitlines()
    start = max(at for at, line in enumerate(lines) if line.strip().startswith("[urn=")) + 1
    return "\n".join(line for line in lines[start:] if line) + "\n"


def edit(workspace: Handle, space_id: str, description: str = "Rows of the taxi office") -> None:
    workspace.control.edit_in_ui(space_id, describe_table={"identifier": TRIPS, "description": description})


def table_description(workspace: Handle, space_id: str) -> str:
    (table,) = workspace.control.body(space_id)["data_sources"]["tables"]
    return "".join(table["description"])


def kilometres(**fields: Any) -> dict[str, Any]:
    spec = trips(**fields)
    spec["data_sources"]["tables"][0]["column_configs"][1]["description"] = "Kilometres"
    return spec


def test_every_case_of_who_edited_what_reads_as_it_is(project: Project, workspace: Handle) -> None:
    project.write("trips", trips())
    project.up()
    space_id = project.space_id("trips")

    project.write("trips", kilometres())
    assert shown(project.preview().plain) == SPEC_ALONE

    edit(workspace, space_id)
    assert shown(project.preview().plain) == DIFFERENT_ENTRIES
    assert project.preview_json() == {
        "trips": {
            f"{TABLE}.columns.trip_distance.description": {"kind": "update", "inputDiff": True},
            f"{TABLE}.description": {"kind": "update", "inputDiff": True},
        }
    }

    project.write("trips", trips(description="One row per trip"))
    assert shown(project.preview().plain) == SAME_ENTRY

    project.write("trips", trips())
    assert shown(project.preview().plain) == UI_ALONE
    assert project.preview_json() == {"trips": {f"{TABLE}.description": {"kind": "update", "inputDiff": True}}}
    refresh = project.pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes", ok=False)
    assert shown(refresh.plain) == REFRESH

    # A refresh moves the state to the live space; who edited what is known all the same.
    project.refresh()
    assert shown(project.preview().plain) == UI_ALONE
    project.write("trips", kilometres())
    assert shown(project.preview().plain) == DIFFERENT_ENTRIES

    workspace.control.clear_requests()
    up = project.up()
    assert f"{WARNING}{TABLE}" in up.plain
    assert project.sent() == ["PATCH /api/2.0/genie/spaces/ID"]
    project.unchanged()


def test_a_text_changes_line_by_line(project: Project) -> None:
    project.write("trips", trips())
    project.up()
    spec = trips()
    example = spec["instructions"]["example_question_sqls"][0]
    example["sql"] = example["sql"].replace("> 0", "> 10")
    project.write("trips", spec)

    preview = project.preview()

    assert shown(preview.plain) == TEXT.replace("\n\n", "\n")


def test_what_the_ui_added_and_removed_shows_as_what_up_takes_back(project: Project, workspace: Handle) -> None:
    project.write("trips", trips())
    project.up()
    space_id = project.space_id("trips")
    question = workspace.control.body(space_id)["config"]["sample_questions"][0]
    workspace.control.edit_in_ui(
        space_id, add_table="samples.tpch.nation", title="Taxi", instruction="Say euros.", remove=question["id"]
    )

    preview = project.preview()
    report = project.preview_json()["trips"]
    project.up()
    body = workspace.control.body(space_id)

    (asked,) = question["question"]
    assert report == {
        "instructions.content": {"kind": "update", "inputDiff": True},
        f'sample_questions["{asked}"]': {"kind": "add", "inputDiff": True},
        'tables["samples.tpch.nation"]': {"kind": "delete", "inputDiff": True},
        "title": {"kind": "update", "inputDiff": True},
    }
    named = f'instructions; sample_questions["{asked}"]; tables["samples.tpch.nation"]'
    assert f"(last edit TIME): {named}" in preview.plain
    assert [table["identifier"] for table in body["data_sources"]["tables"]] == [TRIPS]
    assert len(body["config"]["sample_questions"]) == 2
    assert workspace.control.space(space_id)["title"] == "Trips"
    project.unchanged()


def test_an_unattended_up_stops_at_ui_edits_where_the_stack_says_so(project: Project, workspace: Handle) -> None:
    project.configure(uiEdits="stop")
    project.write("trips", trips())
    project.up()
    edit(workspace, project.space_id("trips"))
    workspace.control.clear_requests()

    preview = project.preview()
    refused = project.up(ok=False)
    project.refresh()
    again = project.up(ok=False)

    assert "pulumi up stops here (genie:uiEdits is stop)" in preview.text
    for said in (refused, again):
        assert "edited in the UI since the last up" in said.text
        assert "Nothing was sent" in said.text
        assert "python -m genie_provider pull trips" in said.text
    assert project.sent() == []


@pytest.mark.parametrize("reading", [True, False])
def test_without_reading_a_preview_sees_the_spec_alone(project: Project, workspace: Handle, reading: bool) -> None:
    project.configure(readBeforePreview=reading)
    project.write("trips", trips())
    project.up()
    edit(workspace, project.space_id("trips"))

    changes = project.preview_json()
    refresh = json.loads(project.pulumi("refresh", "--preview-only", "--json").out)

    assert bool(changes) is reading
    assert refresh["changeSummary"].get("update", 0) == 1


def test_an_edit_that_may_be_undone_ends_the_stop_and_no_later_one(project: Project, workspace: Handle) -> None:
    project.configure(uiEdits="stop")
    project.write("trips", trips())
    project.up()
    space_id = project.space_id("trips")
    edit(workspace, space_id)
    assert "pull trips --undo" in project.up(ok=False).text

    genie(project, "pull", "trips", "--undo")
    project.keep_config()
    previewed = project.preview()
    project.up()

    assert "pulumi up undoes it" in previewed.text
    assert table_description(workspace, space_id) == "One row a trip"
    edit(workspace, space_id, "Another one")
    assert "pull trips --undo" in project.up(ok=False).text
    assert table_description(workspace, space_id) == "Another one"


def test_what_a_terminal_would_obey_is_shown_as_letters(project: Project, workspace: Handle) -> None:
    project.write("trips", trips())
    project.up()
    space_id = project.space_id("trips")
    body = workspace.control.body(space_id)
    edit(workspace, space_id, "hidden\x1b[8m\nfrom here")
    workspace.control.edit_in_ui(space_id, sample_question={"question": "And then?\x1b[8m"})

    preview = project.preview()
    project.up()

    assert "\x1b[8m" not in preview.text
    assert "hidden\ufdd1\\x1b[8m" in preview.text
    assert "And then?\ufdd1\\x1b[8m" in preview.text
    assert workspace.control.body(space_id) == body
    project.unchanged()
