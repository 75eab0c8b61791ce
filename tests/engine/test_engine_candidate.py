"""Candidates of a branch: evaluated beside a stack that is only read, and gone afterwards, whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from crowds import kill_9
from engine_project import NO_PLAN, Project
from own_commands import genie
from specs import trips

from emulator.handle import Handle

BENCHMARKS = {
    "gate": {"min_correct": 0.5},
    "questions": [
        {"question": "How many trips were there?", "expected_sql": "SELECT count(*) FROM samples.nyctaxi.trips"},
        {"question": "What did they cost?", "expected_sql": "SELECT sum(fare_amount) FROM samples.nyctaxi.trips"},
    ],
}
GUARDED: dict[str, Any] = {
    "protect": True,
    "retain_on_delete": True,
    "permissions": {"group:users": "CAN_RUN"},
    "tags": {"domain": "taxi"},
}
CANDIDATE = ("eval", "--candidate", "7", "--stack", "dev")


@pytest.fixture
def deployed(project: Project, workspace: Handle) -> Project:
    """Two spaces in the stack, evaluated once; then a branch changes one of them."""
    project.write("trips", trips(benchmarks=BENCHMARKS, **GUARDED))
    project.write("fares", trips("Fares", benchmarks=BENCHMARKS))
    project.up()
    genie(project, "eval", "--stack", "dev")
    project.write("trips", trips(benchmarks=BENCHMARKS, description="Changed by the branch", **GUARDED))
    workspace.control.ask("DELETE", "/requests")
    return project


def test_a_branch_is_evaluated_beside_its_stack_and_gone(deployed: Project, workspace: Handle) -> None:
    before = _everything(deployed, workspace)
    workspace.control.set_settings(eval_verdicts={"What did they cost?": "BAD"})

    said = genie(deployed, *CANDIDATE, ok=False)

    assert said.code == 1
    assert "changed: trips\n" in said.err
    assert "“What did they cost?” got worse: wrong, the baseline right" in said.out
    assert "fares" not in said.out
    assert _everything(deployed, workspace) == before
    assert _left(deployed, workspace) == []

    deployed.up()
    asked = _asks(workspace, "eval-runs")

    said = genie(deployed, *CANDIDATE)

    assert "there is nothing to evaluate" in said.err
    assert _asks(workspace, "eval-runs") == asked


def test_a_candidate_killed_three_times_leaves_nothing_after_the_next_run(deployed: Project, workspace: Handle) -> None:
    before = _everything(deployed, workspace)
    workspace.control.set_settings(latency_s=0.05)

    _kill_when(deployed, lambda: len(workspace.control.spaces()) > 2)  # a space is there that no state knows yet
    workspace.control.set_settings(eval_polls=1_000_000)
    _kill_when(deployed, lambda: _asks(workspace, "eval-runs/") > 2)  # while its run goes on
    _kill_when(deployed, lambda: _says(deployed, "taking the candidate away"))  # at the clean-up
    workspace.control.set_settings(eval_polls=1, latency_s=0.0)
    assert _left(deployed, workspace) != []

    assert genie(deployed, *CANDIDATE).code == 0

    assert _left(deployed, workspace) == []
    assert _everything(deployed, workspace) == before


def test_a_candidate_that_is_cancelled_takes_itself_away(deployed: Project, workspace: Handle) -> None:
    workspace.control.set_settings(eval_polls=1_000_000)
    running = _start(deployed)
    _wait(running, lambda: _asks(workspace, "eval-runs/") > 2)

    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=120)

    assert running.returncode == 130
    assert _left(deployed, workspace) == []


def test_a_stack_of_that_name_that_is_no_candidate_is_left_alone(project: Project, workspace: Handle) -> None:
    project.write("trips", trips(benchmarks=BENCHMARKS))
    project.pulumi("stack", "init", "pr-7", "--copy-config-from", "dev")
    project.pulumi("up", "--stack", "pr-7", *NO_PLAN)

    said = genie(project, *CANDIDATE, ok=False)

    assert said.code == 3
    assert "which no candidate has" in said.err
    assert [each["title"] for each in workspace.control.spaces()] == ["Trips"]


# ── small parts ─────────────────────────────────────────────────────────────────────────────


def _start(project: Project) -> subprocess.Popen[str]:
    with (project.folder / "said.txt").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "genie_provider", *CANDIDATE],
            cwd=project.folder,
            env=project.env,
            text=True,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _kill_when(project: Project, moment: Callable[[], bool]) -> None:
    """Kills the command, and whatever it had started, at that moment."""
    running = _start(project)
    _wait(running, moment)
    kill_9(project, running, everything=True)


def _says(project: Project, words: str) -> bool:
    return words in (project.folder / "said.txt").read_text()


def _wait(running: subprocess.Popen[str], moment: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not moment():
        assert running.poll() is None, "it ended before the moment came"
        assert time.monotonic() < deadline, "the moment never came"
        time.sleep(0.02)


def _asks(workspace: Handle, part: str) -> int:
    return sum(part in each["path"] for each in workspace.control.requests())


def _everything(project: Project, workspace: Handle) -> Any:
    """What the stack's spaces are: as the workspace holds them, and as the state does."""
    ids = {each["id"] for each in project.resources().values()}
    return {each["space_id"]: each for each in workspace.control.spaces() if each["space_id"] in ids}


def _left(project: Project, workspace: Handle) -> list[str]:
    """What there is of a candidate: spaces, its stack, its folder in the project."""
    found = [each["title"] for each in workspace.control.spaces() if each["title"].startswith("[pr-7]")]
    found += [line for line in project.pulumi("stack", "ls").out.splitlines() if line.startswith("pr-7")]
    return found + [str(each) for each in (project.folder / ".genie" / "candidates").glob("*")]
