"""A deploy whose benchmarks fail leaves every space as it was; one that is killed is told and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from engine_project import NO_PLAN, Project
from own_commands import genie
from specs import TRIPS, trips

from emulator.handle import Handle

QUESTION = "How many trips are there?"
HEAD = ("title", "description", "warehouse_id", "parent_path")


def judged(title: str = "Trips", description: str = "One row a trip") -> dict[str, Any]:
    return trips(
        title, description, benchmarks=[{"question": QUESTION, "expected_sql": f"SELECT count(*) FROM {TRIPS}"}]
    )


def standing(workspace: Handle, space_id: str) -> dict[str, Any]:
    space = workspace.control.space(space_id)
    return {"body": json.loads(space["serialized_space"]), **{name: space.get(name) for name in HEAD}}


@pytest.fixture
def deployed(project: Project, workspace: Handle) -> Project:
    project.write("trips", judged())
    project.write("rides", judged("Rides"))
    workspace.control.set_settings(eval_verdicts={QUESTION: "GOOD"})
    genie(project, "up", *NO_PLAN)
    return project


def change(project: Project) -> None:
    project.write("trips", judged(description="Changed"))
    project.write("rides", judged("Other rides"))


def test_a_deploy_that_passes_stays(deployed: Project, workspace: Handle) -> None:
    change(deployed)

    said = genie(deployed, "deploy", "--yes")

    assert "2 spaces change" in said.out
    assert "deployed" in said.err
    assert standing(workspace, deployed.space_id("rides"))["title"] == "Other rides"
    deployed.unchanged()
    runs = json.loads(genie(deployed, "history", "--output", "json").out)["items"]
    assert [(run["command"], run["outcome"]) for run in runs[1:]] == [
        ("deploy", "succeeded"),
        ("deploy: judged", "succeeded"),
    ]


def test_a_deploy_that_fails_is_put_back_whole(deployed: Project, workspace: Handle) -> None:
    ids = {name: deployed.space_id(name) for name in ("trips", "rides")}
    before = {name: standing(workspace, each) for name, each in ids.items()}
    change(deployed)
    deployed.write("new", judged("New"))
    workspace.control.set_settings(eval_verdicts={QUESTION: "BAD"})

    said = genie(deployed, "deploy", "--yes", ok=False)

    assert said.code == 1
    assert "as before the deploy: " in said.err
    assert {name: standing(workspace, each) for name, each in ids.items()} == before
    assert sorted(space["title"] for space in workspace.control.spaces()) == ["Rides", "Trips"]
    assert sorted(deployed.preview_json()) == [
        "rides",
        "trips",
    ]  # the change is still to be made, and no edit of the UI
    assert "edited in the UI" not in deployed.preview().text


def test_what_is_not_known_is_put_back_too(deployed: Project, workspace: Handle) -> None:
    before = standing(workspace, deployed.space_id("trips"))
    deployed.write("trips", judged(description="Changed"))
    workspace.control.set_settings(eval_outcome="EVALUATION_FAILED")

    assert genie(deployed, "deploy", "--yes", ok=False).code == 3
    assert standing(workspace, deployed.space_id("trips")) == before


def test_nobody_to_be_asked_is_no_yes(deployed: Project) -> None:
    change(deployed)
    deployed.workspace.control.clear_requests()

    said = subprocess.run(
        [sys.executable, "-m", "genie_provider", "deploy"],
        cwd=deployed.folder,
        env=deployed.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 2
    assert "--yes" in said.stderr
    assert [each for each in deployed.sent() if not each.startswith("POST /api/2.0/preview")] == []


def test_a_deploy_that_was_killed_is_told_and_ended(deployed: Project, workspace: Handle) -> None:
    """Killed before its benchmarks were judged: recover says what is where, resume judges and puts back; what
    somebody edited meanwhile is left alone."""
    before = standing(workspace, deployed.space_id("trips"))
    change(deployed)
    workspace.control.set_settings(eval_verdicts={QUESTION: "BAD"}, eval_polls=10_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "genie_provider", "deploy", "--yes"],
        cwd=deployed.folder,
        env=deployed.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "2 spaces, 2 questions" in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()

    told = genie(deployed, "recover").err
    assert "was cut short before its benchmarks were judged: as after: rides, trips" in told
    assert "end it first: genie deploy --resume" in genie(deployed, "deploy", "--yes", ok=False).err
    workspace.control.set_settings(eval_polls=1)
    workspace.control.edit_in_ui(deployed.space_id("rides"), title="Edited meanwhile")
    ended = genie(deployed, "deploy", "--resume", ok=False)
    assert ended.code == 1
    assert "not as before: rides: " in ended.err
    assert "edited in the UI since the last up" in ended.err
    assert standing(workspace, deployed.space_id("rides"))["title"] == "Edited meanwhile"
    assert standing(workspace, deployed.space_id("trips")) == before
    assert "cut short" not in genie(deployed, "recover").err
