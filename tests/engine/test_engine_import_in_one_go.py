"""Spaces made in the UI are taken over, with the real CLI: by our command, and by `import:` in a spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from engine_project import ROOT, Project
from own_commands import files, genie, held, in_ui
from specs import TRIPS, trips

from emulator.handle import Handle

GIVEN = ROOT.parent / "shared" / "specs" / "serialized"


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


def test_specs_that_live_outside_the_project_are_imported_there_and_nowhere_else(
    project: Project, workspace: Handle, tmp_path: Path
) -> None:
    """An absolute folder, with a blank and behind a link; the team's specs beside it are not copied about."""
    real, link = tmp_path / "our specs", tmp_path / "a link"
    real.mkdir()
    link.symlink_to(real)
    real.joinpath("mine.yaml").write_text(json.dumps(trips("Mine")))
    project.configure(specs=str(link))
    project.up()
    in_ui(workspace, "Theirs", workspace.control.body(project.space_id("mine")))

    for _ in range(2):
        assert "would be imported" in genie(project, "import", "Theirs", "--dry-run").text
        assert [file.name for file in real.iterdir()] == ["mine.yaml"]
    assert ": imported as theirs" in genie(project, "import", "Theirs").text

    assert sorted(file.name for file in real.iterdir()) == ["mine.yaml", "theirs.yaml"]
    project.unchanged()


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
    [
        ("wrong", "the workspace has no space"),
        ("trashed", "or it is in the trash"),
        ("hidden", "CAN EDIT"),
        ("malformed", "no-such-id"),
    ],
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

    assert words in said.text
    assert project.resources().keys() == state.keys()


def _call(workspace: Handle, method: str, path: str, body: Any) -> None:
    answer = requests.request(
        method, f"{workspace.url}{path}", json=body, headers={"Authorization": "Bearer ann@example.com"}, timeout=30
    )
    assert answer.ok, answer.text
