"""Specs and definitions of other people go up on the strict workspace, stay quiet, and come down again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from engine_project import ROOT, Project

from emulator.handle import Handle

GIVEN = ROOT.parent / "shared" / "specs"

pytestmark = pytest.mark.skipif(not GIVEN.is_dir(), reason="needs ../shared/specs: data files of other projects")


def _quiet_until_destroyed(project: Project, workspace: Handle, count: int) -> None:
    """The next preview and refresh are empty, nothing more is sent, and destroy leaves nothing."""
    assert len(workspace.control.spaces()) == count
    workspace.control.clear_requests()
    project.unchanged()
    project.refresh("--expect-no-changes")
    project.up("--expect-no-changes")
    assert project.sent() == []
    project.destroy()
    assert workspace.control.spaces() == []
    assert project.resources() == {}


def test_specs_of_genie_forge_go_up_with_values_for_their_placeholders(project: Project, workspace: Handle) -> None:
    files = sorted((GIVEN / "genie_forge" / "spaces").glob("*.yaml"))
    given = yaml.safe_load((GIVEN / "genie_forge" / "environments" / "dev.yaml").read_text())
    here = {"warehouse_id": "0123456789abcdef", "parent_path": f"/Workspace/Users/{workspace.user}"}
    variables = {**given["variables"], **here}
    project.configure(variables=variables, titlePrefix=given["naming"]["title_prefix"])
    for file in files:
        project.write(file.stem, file.read_text())
    _furnish(workspace, [file.read_text() for file in files], variables)

    project.up()

    _quiet_until_destroyed(project, workspace, len(files))


def test_raw_bodies_go_up_as_they_are(project: Project, workspace: Handle) -> None:
    files = sorted((GIVEN / "serialized").glob("*.json"))
    for file in files:
        body = json.loads(file.read_text())
        workspace.control.add_tables_of(body)
        for function in body.get("instructions", {}).get("sql_functions", []):
            workspace.control.add_function(function["identifier"])
        project.write(file.stem, {"title": file.stem, "serialized_space": body})

    project.up()

    for file in files:
        sent = json.loads(file.read_text())
        held = workspace.control.body(project.space_id(file.stem))
        assert _without_defaults(held) == _without_defaults(sent), file.stem
    _quiet_until_destroyed(project, workspace, len(files))


def _furnish(workspace: Handle, texts: list[str], variables: dict[str, str]) -> None:
    """The tables, columns and functions that the specs speak of."""
    columns: dict[str, dict[str, str]] = {}
    for text in texts:
        for name, value in variables.items():
            text = text.replace(f"${{{name}}}", value)
        for space in yaml.safe_load(text)["spaces"]:
            for table in space["data_sources"]["tables"]:
                named = {each["column_name"]: "string" for each in table.get("column_configs", [])}
                columns.setdefault(table["identifier"], {"id": "bigint"}).update(named)
            for function in space.get("instructions", {}).get("sql_functions", []):
                workspace.control.add_function(function if isinstance(function, str) else function["identifier"])
    for identifier, named in columns.items():
        workspace.control.add_table(identifier, named)


def _without_defaults(value: object) -> object:
    """A definition with texts joined and without what the workspace drops: false flags and empty lists."""
    if isinstance(value, dict):
        kept = {name: _without_defaults(part) for name, part in value.items() if name != "version"}
        return {name: part for name, part in kept.items() if part not in (False, [], {}, None, "")}
    if isinstance(value, list):
        if value and all(isinstance(part, str) for part in value):
            return "".join(value).strip()
        return sorted((_without_defaults(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value


def test_the_data_files_are_not_copied_into_the_project() -> None:
    ours = {file.name for file in Path(ROOT, "spaces").iterdir()}
    assert not ours & {file.name for file in GIVEN.rglob("*.yaml")}
