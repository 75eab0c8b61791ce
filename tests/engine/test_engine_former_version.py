"""A state, a stack's file and a workspace as the version before stacks had ids left them: nothing is made anew.

`former_version/` was recorded with that version: `orders` has ids derived from project/stack/name and no tag, `trips`
has none and the tag of then, `zones` was imported and carries no mark at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from engine_project import Project

from emulator.handle import Handle
from emulator.serving import running
from tests.lifecycles import set_rights

FORMER = Path(__file__).parent / "former_version"
NAMES = ("orders", "trips", "zones")


@pytest.fixture
def former_workspace() -> Iterator[Handle]:
    held = json.loads((FORMER / "workspace.json").read_text())
    with running(workspace_id=held["workspace_id"]) as workspace:
        for each in held["spaces"]:
            space_id = workspace.control.make_space(**each["space"])
            for group, level in each["groups"].items():
                set_rights(workspace, space_id, **{f"group:{group}": level})
            for key, value in each["tags"].items():
                _set_tag(workspace, space_id, key, value)
        yield workspace


@pytest.fixture
def former_project(former_workspace: Handle, new_project: Callable[..., Project]) -> Project:
    project = new_project(former_workspace)
    for file in (FORMER / "spaces").iterdir():
        project.write(file.stem, file.read_text())
    for name, place in (("Pulumi.dev.yaml", project.folder), ("state.json", project.folder)):
        (place / name).write_text((FORMER / name).read_text().replace("WORKSPACE", former_workspace.url))
    project.config = yaml.safe_load((project.folder / "Pulumi.dev.yaml").read_text())["config"]
    project.pulumi("stack", "import", "--file", "state.json")
    former_workspace.control.clear_requests()
    return project


def test_the_preview_is_empty_and_the_first_write_brings_the_new_marks(
    former_project: Project, former_workspace: Handle
) -> None:
    before = _ids(former_workspace)

    former_project.unchanged()
    former_project.up("--expect-no-changes")
    assert former_project.sent() == []

    _edit_all(former_project)
    former_project.up()

    assert _ids(former_workspace) == before
    stack_id = _stack_id(former_project)
    for name in NAMES:
        mark = _tags(former_workspace, former_project.space_id(name))["genie_owner"]
        assert mark.startswith(f"genie/dev/{name} #{stack_id} ")
    former_project.unchanged()


def test_a_state_lost_after_the_new_marks_makes_no_second_space(
    former_project: Project, former_workspace: Handle
) -> None:
    before = _ids(former_workspace)
    _edit_all(former_project)
    former_project.up()
    former_project.lose_state()
    former_project.lose_journal()

    said = former_project.up()

    assert all(f"taken over: {space_id}" in said.text for space_id in before)
    assert _ids(former_workspace) == before


def test_a_state_lost_before_the_new_marks_is_told_and_makes_no_second_space(
    former_project: Project, former_workspace: Handle
) -> None:
    before = former_workspace.control.spaces(trashed=True)
    former_project.lose_state()

    said = former_project.up("--continue-on-error", ok=False)

    assert "genie:takeOver unmarked" in said.text
    assert "already has a space titled 'Zones'" in said.text
    assert former_workspace.control.spaces(trashed=True) == before
    former_project.configure(takeOver="unmarked")
    former_project.remove("zones")  # imported, without a mark: its way is the import
    taken = former_project.up()
    assert all(f"taken over: {former_project.space_id(name)}" in taken.text for name in ("orders", "trips"))
    assert _ids(former_workspace) == sorted(each["space_id"] for each in before)


def test_destroy_right_after_the_change_of_version_trashes_what_the_state_has(
    former_project: Project, former_workspace: Handle
) -> None:
    other = former_workspace.control.make_space("Somebody else's", parent_path="/Shared/chaos")

    former_project.destroy()

    assert _ids(former_workspace) == [other]


def _edit_all(project: Project) -> None:
    for name in NAMES:
        file = project.folder / "spaces" / f"{name}.yaml"
        project.write(name, {**yaml.safe_load(file.read_text()), "description": "Edited after the change of version"})


def _ids(workspace: Handle) -> list[str]:
    return sorted(each["space_id"] for each in workspace.control.spaces())


def _stack_id(project: Project) -> str:
    return str(yaml.safe_load((project.folder / "Pulumi.dev.yaml").read_text())["config"]["genie:stackId"])


def _tags(workspace: Handle, space_id: str) -> dict[str, str]:
    answer = _ask(workspace, "GET", space_id)
    return {each["tag_key"]: each["tag_value"] for each in answer["tag_assignments"]}


def _set_tag(workspace: Handle, space_id: str, key: str, value: str) -> None:
    _ask(workspace, "POST", space_id, {"tag_key": key, "tag_value": value})


def _ask(workspace: Handle, method: str, space_id: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    address = f"{workspace.url}/api/2.0/entity-tag-assignments"
    path = address if body else f"{address}/geniespaces/{space_id}/tags"
    sent = {"entity_type": "geniespaces", "entity_id": space_id, **body} if body else None
    answer = requests.request(method, path, json=sent, headers={"Authorization": "Bearer root"}, timeout=10)
    answer.raise_for_status()
    return dict(answer.json())
