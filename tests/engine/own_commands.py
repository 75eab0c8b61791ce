"""Our own commands, run in a project, and spaces as people make them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from engine_project import TOKEN, Project, Said

from emulator.handle import Handle


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
