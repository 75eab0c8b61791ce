"""Many small spaces, and what there must be of them: each once, each as its spec says."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import Any

from engine_project import Project, Said
from specs import TRIPS

from emulator.handle import Handle


def small(title: str, description: str = "One row a trip", *, own_ids: bool = True, **more: Any) -> dict[str, Any]:
    """A space on one table; without `own_ids` nothing in it gets an id from us."""
    table = {"identifier": TRIPS, "description": description}
    spec: dict[str, Any] = {"title": title, "data_sources": {"tables": [table]}, **more}
    if own_ids:
        spec["sample_questions"] = ["How many trips?"]
    return spec


def write_crowd(project: Project, count: int, description: str = "One row a trip") -> list[str]:
    """`count` specs, every fourth without an id of ours; returns their titles."""
    titles = [f"Space {number:03d}" for number in range(count)]
    for number, title in enumerate(titles):
        project.write(f"space-{number:03d}", small(title, description, own_ids=number % 4 != 0))
    return titles


def titles_in(workspace: Handle) -> list[str]:
    return sorted(each["title"] for each in workspace.control.spaces())


def descriptions_in(workspace: Handle) -> set[str]:
    """The descriptions of all tables of all spaces."""
    bodies = [workspace.control.body(each["space_id"]) for each in workspace.control.spaces()]
    return {"".join(table["description"]) for body in bodies for table in body["data_sources"]["tables"]}


def assert_same_spaces(project: Project, workspace: Handle) -> None:
    """The state knows exactly the spaces that are in the workspace."""
    known = sorted(kept["id"] for kept in project.resources().values())
    assert known == sorted(each["space_id"] for each in workspace.control.spaces())


def ended(process: subprocess.Popen[str], timeout_s: float = 180) -> Said:
    text, _ = process.communicate(timeout=timeout_s)
    return Said(process.returncode, text, "")


def wait_for_requests(workspace: Handle, count: int, process: subprocess.Popen[str], method: str = "") -> None:
    """Until the workspace was asked `count` times (with that method), or the process is over."""
    while process.poll() is None:
        asked = [each for each in workspace.control.requests() if method in ("", each["method"])]
        if len(asked) >= count:
            return
        time.sleep(0.01)


def wait_for_fault(workspace: Handle, process: subprocess.Popen[str]) -> None:
    """Until a fault has struck, or the process is over."""
    while process.poll() is None and not any(fault["fired"] for fault in workspace.control.faults()):
        time.sleep(0.01)


def kill_9(project: Project, process: subprocess.Popen[str], *, everything: bool) -> None:
    """The CLI dies at once; with `everything`, the provider too, as when the machine goes."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if everything:
        project.end()


def repair(project: Project) -> Said:
    """What the README says to type after a killed run."""
    put_right(project)
    return project.up()


def put_right(project: Project, *args: str, ok: bool = True) -> str:
    """`python -m genie_provider recover`; what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "genie_provider", "recover", "--stack", project.stack, *args],
        cwd=project.folder,
        env=project.env,
        text=True,
        capture_output=True,
    )
    text = done.stdout + done.stderr
    assert (done.returncode == 0) is ok, text
    assert "Traceback" not in text, text
    return text
