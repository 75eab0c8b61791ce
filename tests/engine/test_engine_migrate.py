"""migrate: the live spaces of a Genie-Forge project are taken over, and the first preview is empty."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from engine_project import ROOT, Project

from emulator.handle import Handle

GIVEN = ROOT.parent / "shared" / "specs" / "genie_forge"
VARIABLES = {"catalog": "shop", "schema": "core", "warehouse_id": "0123456789abcdef", "parent_path": "/Shared/genie"}

SHOP = """\
# Three spaces of one team.
spaces:
  - space_id: orders
    title: Orders
    description: Never sent by that tool
    warehouse_id: "${warehouse_id}"
    parent_path: "${parent_path}"
    tags: [retail]
    sample_questions: ["How many orders?"]
    data_sources:
      tables:
        - identifier: "${catalog}.${schema}.orders"  # every order
          description: ["One row per order.", "Loaded nightly."]
          column_configs:
            - column_name: region
              synonyms: [area]
              enable_entity_matching: true
            - column_name: status
              build_value_dictionary: true
    instructions:
      text_instructions:
        - content: ["Weeks start on Monday."]
        - content: ["Amounts are in euro."]
      example_question_sqls:
        - question: How many?
          sql: "SELECT count(*) FROM ${catalog}.${schema}.orders"
    benchmarks:
      questions:
        - question: How many orders are there?
          expected_sql: "SELECT count(*) FROM ${catalog}.${schema}.orders"
  - space_id: returns
    title: Returns
    warehouse_id: "${warehouse_id}"
    data_sources:
      tables: [{identifier: "${catalog}.${schema}.returns"}]
  - space_id: stores
    title: Stores
    warehouse_id: "${warehouse_id}"
    data_sources:
      tables: [{identifier: "${catalog}.${schema}.stores"}]
"""


def listed(text: Any) -> list[str]:
    return text if isinstance(text, list) else [text]


def new_id() -> str:
    return uuid.uuid4().hex


def sent_by_forge(space: dict[str, Any]) -> dict[str, Any]:
    """The body as that tool's serializer makes it: fresh ids, some fields left out, lists as they are."""
    instructions = space.get("instructions", {})
    tables = []
    for table in sorted(space.get("data_sources", {}).get("tables", []), key=lambda t: t["identifier"]):
        columns = [
            {
                "column_name": column["column_name"],
                **({"description": listed(column["description"])} if column.get("description") else {}),
                **({"synonyms": column["synonyms"]} if column.get("synonyms") else {}),
                **{
                    flag: True
                    for flag in ("enable_format_assistance", "enable_entity_matching")
                    if column.get(flag) or column.get("enable_entity_matching")
                },
            }
            for column in sorted(table.get("column_configs", []), key=lambda c: c["column_name"])
        ]
        tables.append(
            {
                "identifier": table["identifier"],
                **({"description": listed(table["description"])} if table.get("description") else {}),
                **({"column_configs": columns} if columns else {}),
            }
        )
    body: dict[str, Any] = {
        "version": 2,
        "config": {
            "sample_questions": sorted(
                ({"id": new_id(), "question": [q]} for q in space.get("sample_questions", [])),
                key=lambda entry: entry["id"],
            )
        },
        "data_sources": {"tables": tables},
        "instructions": {},
    }
    texts = [line for entry in instructions.get("text_instructions", []) for line in listed(entry["content"])]
    if texts:
        body["instructions"]["text_instructions"] = [{"id": new_id(), "content": texts}]
    examples = [
        {"id": new_id(), "question": listed(entry["question"]), "sql": listed(entry["sql"])}
        for entry in instructions.get("example_question_sqls", [])
    ]
    if examples:
        body["instructions"]["example_question_sqls"] = sorted(examples, key=lambda entry: entry["id"])
    return body


def deploy(workspace: Handle, folder: Path, specs: list[Path], variables: dict[str, str]) -> None:
    """What that tool's `apply` leaves behind: live spaces, and its state."""
    spaces: dict[str, Any] = {}
    columns: dict[str, dict[str, str]] = {}
    for file in specs:
        text = file.read_text()
        for name, value in variables.items():
            text = text.replace("${" + name + "}", value)
        for space in yaml.safe_load(text)["spaces"]:
            body = sent_by_forge(space)
            for table in body["data_sources"]["tables"]:
                names = [column["column_name"] for column in table.get("column_configs", [])]
                columns.setdefault(table["identifier"], {}).update(dict.fromkeys(names, "string"))
                workspace.control.add_table(table["identifier"], columns[table["identifier"]])
            for function in space.get("instructions", {}).get("sql_functions", []):
                workspace.control.add_function(function["identifier"])
            folder_path = space.get("parent_path", "/Shared/genie").removeprefix("/Workspace")
            workspace.control.add_folder(folder_path)
            space_id = workspace.control.make_space(space["title"], body, parent_path=folder_path)
            spaces[space["space_id"]] = {"databricks_space_id": space_id, "title": space["title"], "status": "APPLIED"}
    state = {"version": "1.0", "environments": {"staging": {"workspace_url": workspace.url, "spaces": spaces}}}
    (folder / ".genie-forge.json").write_text(json.dumps(state))
    environments = folder / "conf" / "environments"
    environments.mkdir(parents=True)
    (environments / "staging.yaml").write_text(yaml.safe_dump({"workspace_url": workspace.url, "variables": variables}))


def take_over(project: Project, forge: Path, *words: str) -> str:
    before = {file: file.read_bytes() for file in forge.rglob("*") if file.is_file()}
    done = subprocess.run(
        [sys.executable, "-m", "genie_provider", "migrate", str(forge), *words],
        cwd=project.folder,
        env=project.env,
        text=True,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert before == {file: file.read_bytes() for file in forge.rglob("*") if file.is_file()}
    project.pulumi("stack", "select", "--create", "staging")
    project.pulumi("import", "--file", "import.staging.json", "--protect=false", "--generate-code=false", "--yes")
    return done.stdout + done.stderr


@pytest.mark.parametrize("words", [(), ("--offline",)])
def test_three_deployed_spaces_are_taken_over_and_the_preview_is_empty(
    project: Project, workspace: Handle, tmp_path: Path, words: tuple[str, ...]
) -> None:
    forge = tmp_path / "forge"
    (forge / "conf" / "spaces").mkdir(parents=True)
    (forge / "conf" / "spaces" / "shop.yaml").write_text(SHOP)
    deploy(workspace, forge, [forge / "conf" / "spaces" / "shop.yaml"], VARIABLES)

    take_over(project, forge, *words)

    project.pulumi("preview", "--expect-no-changes")
    written = (project.folder / "spaces" / "shop.yaml").read_text()
    assert "# Three spaces of one team." in written
    assert '"${catalog}.${schema}.orders"  # every order' in written
    assert "#   description: Never sent by that tool" in written
    assert "#       - question: How many orders are there?" in written


@pytest.mark.skipif(not GIVEN.is_dir(), reason="needs ../shared/specs: data files of other projects")
def test_given_specs_that_were_deployed_are_taken_over_and_the_preview_is_empty(
    project: Project, workspace: Handle, tmp_path: Path
) -> None:
    forge = tmp_path / "forge"
    shutil.copytree(GIVEN / "spaces", forge / "conf" / "spaces")
    for file in (forge / "conf" / "spaces").iterdir():
        file.chmod(0o644)
    deploy(workspace, forge, sorted((forge / "conf" / "spaces").glob("*.yaml")), VARIABLES)

    take_over(project, forge)

    project.pulumi("preview", "--expect-no-changes")
