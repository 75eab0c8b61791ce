"""`pulumi import` by id, by file and by a spec: the next preview is empty and every byte of the body stays."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from engine_project import TYPE, Project
from specs import TRIPS

from emulator.handle import Handle
from emulator.serving import running

# Every section, and a key that nobody knows yet.
EVERYTHING: dict[str, Any] = {
    "version": 2,
    "config": {"sample_questions": [{"id": "a0000000000000000000000000000001", "question": ["How many trips?"]}]},
    "data_sources": {
        "tables": [
            {
                "identifier": TRIPS,
                "description": ["One row a trip.\n", "From the taxi office."],
                "column_configs": [
                    {"column_name": "fare_amount", "description": ["Dollars"], "synonyms": ["price", "cost"]},
                    {"column_name": "pickup_zip", "enable_format_assistance": True, "exclude": True},
                ],
            },
            {"identifier": "samples.tpch.nation", "column_configs": [{"column_name": "n_name"}]},
            {"identifier": "samples.tpch.region", "new_setting": {"since": 2027, "of": ["x", None]}},
        ]
    },
    "instructions": {
        "text_instructions": [
            {"id": "a0000000000000000000000000000002", "content": ["Amounts are in dollars.\n", "Round to cents."]}
        ],
        "example_question_sqls": [
            {
                "id": "a0000000000000000000000000000003",
                "question": ["Trips from a ZIP code?"],
                "sql": ["SELECT count(*)\n", f"FROM {TRIPS}\n", "WHERE pickup_zip = :zip"],
                "parameters": [
                    {
                        "name": "zip",
                        "type_hint": "INTEGER",
                        "description": ["The code"],
                        "default_value": {"values": ["10001"]},
                    }
                ],
                "usage_guidance": ["For questions about places."],
            },
            {"id": "a0000000000000000000000000000004", "question": ["Trips from a ZIP code?"], "sql": ["SELECT 1"]},
        ],
        "sql_functions": [{"id": "a0000000000000000000000000000005", "identifier": "main.default.fiscal_week"}],
        "join_specs": [
            {
                "id": "a0000000000000000000000000000006",
                "left": {"identifier": "samples.tpch.nation", "alias": "nation"},
                "right": {"identifier": "samples.tpch.region", "alias": "r"},
                "sql": [
                    "`nation`.`n_regionkey` = `r`.`r_regionkey`",
                    "--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--",
                ],
                "comment": ["By key"],
            }
        ],
        "sql_snippets": {
            "filters": [
                {
                    "id": "a0000000000000000000000000000007",
                    "sql": ["fare_amount > 100"],
                    "display_name": "dear",
                    "synonyms": ["expensive"],
                }
            ],
            "expressions": [
                {
                    "id": "a0000000000000000000000000000008",
                    "sql": ["fare_amount * 2"],
                    "display_name": "double",
                    "alias": "twice",
                }
            ],
            "measures": [
                {
                    "id": "a0000000000000000000000000000009",
                    "sql": ["sum(fare_amount)"],
                    "display_name": "takings",
                    "instruction": ["For money."],
                }
            ],
        },
    },
    "benchmarks": {
        "questions": [
            {
                "id": "a000000000000000000000000000000a",
                "question": ["How many?"],
                "answer": [{"format": "SQL", "content": ["SELECT\n", "  1"]}],
            }
        ]
    },
}


def furnish(workspace: Handle) -> None:
    workspace.control.set_settings(known_extra_fields=["new_setting"])
    workspace.control.add_function("main.default.fiscal_week")


def held(workspace: Handle, *ids: str) -> list[str]:
    """The definitions as the workspace holds them, to the byte."""
    return [workspace.control.space(space_id)["serialized_space"] for space_id in ids]


def test_a_space_made_by_hand_is_taken_over_as_it_is(project: Project, workspace: Handle) -> None:
    furnish(workspace)
    space_id = workspace.control.make_space(
        "Made by hand", EVERYTHING, description="By somebody", parent_path="/Shared/Team"
    )
    before = held(workspace, space_id)

    project.take_over("hand", space_id)
    project.write(
        "hand",
        {
            "title": "Made by hand",
            "description": "By somebody",
            "parent_path": "/Shared/Team",
            "serialized_space": EVERYTHING,
        },
    )
    workspace.control.clear_requests()
    project.unchanged()
    up = project.up()
    project.unchanged()

    assert "2 unchanged" in up.text or "~ 1 updated" in up.text  # `protect` of the import is taken off
    assert project.sent() == []
    assert held(workspace, space_id) == before
    assert project.resources()["hand"]["id"] == space_id

    spec = copy.deepcopy(EVERYTHING)
    spec["data_sources"]["tables"][2]["description"] = ["Continents"]
    project.write("hand", {"title": "Made by hand", "description": "By somebody", "serialized_space": spec})
    assert project.preview_json()["hand"].keys() == {'tables["samples.tpch.region"].description'}
    project.up()
    assert workspace.control.body(space_id) == spec


def test_ten_spaces_are_taken_over_by_one_file(project: Project, workspace: Handle) -> None:
    furnish(workspace)
    names = [f"space{number}" for number in range(10)]
    ids = [workspace.control.make_space(name, EVERYTHING) for name in names]
    before = held(workspace, *ids)
    resources = [{"type": TYPE, "name": name, "id": space_id} for name, space_id in zip(names, ids, strict=True)]
    (project.folder / "many.json").write_text(json.dumps({"resources": resources}))
    for name in names:
        project.write(name, {"title": name, "serialized_space": EVERYTHING})

    project.pulumi("import", "--yes", "--skip-preview", "--generate-code=false", "--file", "many.json")
    workspace.control.clear_requests()
    project.unchanged()
    project.up()
    project.unchanged()

    assert project.sent() == []
    assert held(workspace, *ids) == before
    assert {name: kept["id"] for name, kept in project.resources().items()} == dict(zip(names, ids, strict=True))


def test_a_spec_that_says_import_takes_the_space_over(project: Project, workspace: Handle) -> None:
    furnish(workspace)
    ids = [workspace.control.make_space(title, EVERYTHING) for title in ("By spec", "By option")]
    before = held(workspace, *ids)
    project.write("spec", {"title": "By spec", "import": ids[0], "serialized_space": EVERYTHING})
    project.write("option", {"title": "By option", "serialized_space": EVERYTHING})
    program = (project.folder / "__main__.py").read_text()
    option = f'pulumi.ResourceOptions(import_="{ids[1]}" if name == "option" else None)'
    program = program.replace("stack.options_for(name)", option)
    (project.folder / "__main__.py").write_text(program)

    preview = project.preview()
    up = project.up()
    again = project.unchanged()

    assert "= 2 to import" in preview.text
    assert "= 2 imported" in up.text
    assert "3 unchanged" in again.text
    assert project.sent() == []
    assert held(workspace, *ids) == before


def test_a_spec_that_says_import_and_something_else_shows_what_it_would_change(
    project: Project, workspace: Handle
) -> None:
    space_id = workspace.control.make_space("Taxi", {"version": 2, "data_sources": {"tables": [{"identifier": TRIPS}]}})
    project.write("taxi", {"title": "Taxi", "import": space_id, "data_sources": {"tables": ["samples.tpch.nation"]}})

    preview = project.preview()
    assert project.sent() == []
    project.up()
    project.unchanged()

    assert "= 1 to import" in preview.text
    assert "+ samples.tpch.nation" in preview.text
    assert f"- {TRIPS}" in preview.text
    assert [space["space_id"] for space in workspace.control.spaces()] == [space_id]


@pytest.fixture
def elsewhere_id() -> Any:
    with running() as other:
        yield other.control.make_space("Elsewhere", EVERYTHING)


def test_an_import_that_cannot_be_is_refused_and_the_state_is_as_it_was(
    project: Project, workspace: Handle, elsewhere_id: str
) -> None:
    furnish(workspace)
    trashed = workspace.control.make_space("Trashed", EVERYTHING)
    workspace.control.trash_in_ui(trashed)
    hidden = workspace.control.make_space("Hidden", EVERYTHING, creator="someone@example.com")
    readable = workspace.control.make_space("Readable", EVERYTHING, parent_path="/Team")
    workspace.control.grant_on_folder("/Team", "user", "clerk@example.com", "CAN_READ")
    ids = {"wrong": "0" * 32, "trashed": trashed, "elsewhere": elsewhere_id, "malformed": "../clusters/list"}
    wrong = {name: project.take_over("taken", space_id, ok=False).text for name, space_id in ids.items()}
    workspace.control.add_token(project.env["DATABRICKS_TOKEN"], "clerk@example.com", admin=False)
    wrong |= {
        "hidden": project.take_over("taken", hidden, ok=False).text,
        "readable": project.take_over("taken", readable, ok=False).text,
    }

    for name in ids:
        assert "read taken: the workspace has no space " in wrong[name], wrong[name]
        assert "or it is in the trash" in wrong[name]
    assert "does not have CAN_READ permission" in wrong["hidden"]
    assert "does not have CAN_EDIT permission" in wrong["readable"]
    for text in (wrong["hidden"], wrong["readable"]):
        assert "The deploying identity needs CAN EDIT on the space." in text
    assert project.resources() == {}
    deployment = json.loads(project.pulumi("stack", "export").out)["deployment"]
    assert not deployment.get("pending_operations"), "nothing that a later run would stumble over"
    assert [each for each in workspace.control.requests() if "clusters" in each["path"]] == [], "no id leads elsewhere"
