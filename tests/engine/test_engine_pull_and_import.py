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
