"""`bulk`: the state written once; a killed run loses it, and the next one still ends with exactly the spaces."""

from __future__ import annotations

import subprocess
import sys

import pytest
from crowds import assert_same_spaces, kill_9, put_right, titles_in, wait_for_requests, write_crowd
from engine_project import NO_PLAN, Project
from own_commands import genie

from emulator.handle import Handle


def start_bulk(project: Project, *args: str) -> subprocess.Popen[str]:
    return project.begin(sys.executable, "-m", "genie_provider", "bulk", *args, "--stack", project.stack)


def bulk(project: Project, *args: str) -> str:
    process = start_bulk(project, *args)
    text, _ = process.communicate(timeout=180)
    assert process.returncode == 0, text
    assert "Traceback" not in text, text
    return text


@pytest.mark.parametrize("everything", [False, True], ids=["the CLI dies", "the machine goes"])
def test_a_bulk_up_killed_in_the_middle_and_again_makes_each_space_once(
    project: Project, workspace: Handle, everything: bool
) -> None:
    titles = write_crowd(project, 40)
    workspace.control.set_settings(latency_s=0.05)
    running = start_bulk(project, "up", *NO_PLAN)
    wait_for_requests(workspace, 20, running, "POST")
    kill_9(project, running, everything=everything)
    assert titles_in(workspace), "some were made"
    assert not project.resources(), "and the state knows of none"

    put_right(project)
    bulk(project, "up", *NO_PLAN)

    assert titles_in(workspace) == titles
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_bulk_writes_the_state_at_its_end_and_destroys_all(project: Project, workspace: Handle) -> None:
    write_crowd(project, 6)

    text = bulk(project, "up", *NO_PLAN)

    assert "+ 7 created" in text
    assert_same_spaces(project, workspace)
    bulk(project, "destroy", *NO_PLAN)
    assert not workspace.control.spaces()
    assert not project.resources()


def test_bulk_hands_everything_to_pulumi_and_its_failure_back(project: Project) -> None:
    project.write("broken", "title: [")

    said = genie(project, "bulk", "up", *NO_PLAN, "--stack", project.stack, ok=False)

    assert "spaces/broken.yaml" in said.text
