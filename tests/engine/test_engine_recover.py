"""`python -m genie_provider recover`: what a killed run leaves behind in the state, and who holds the lock."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from crowds import assert_same_spaces, kill_9, put_right, small, titles_in, wait_for_fault
from engine_project import Project

from emulator.handle import Handle


def state_file(project: Project) -> Path:
    (file,) = project.folder.glob(f"state/.pulumi/stacks/*/{project.stack}.json")
    return file


def empty_checksum(file: Path) -> None:
    file.with_name(f"{file.name}.attrs").write_text("")


def half_a_state(file: Path) -> None:
    file.write_text(file.read_text()[:2000])


def no_state(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("damage", [empty_checksum, half_a_state, no_state])
def test_a_state_cut_off_while_it_was_written(
    project: Project, workspace: Handle, damage: Callable[[Path], None]
) -> None:
    project.write("trips", small("Trips"))
    project.up()
    project.write("fares", small("Fares"))
    project.up()
    before = workspace.control.spaces(trashed=True)
    damage(state_file(project))
    project.up(ok=False)

    said = put_right(project)

    assert "next: pulumi up" in said
    project.up()
    assert workspace.control.spaces(trashed=True) == before
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_a_state_and_its_copy_cut_off_at_the_first_deploy(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    before = workspace.control.spaces(trashed=True)
    file = state_file(project)
    for part in (file, file.with_name(f"{file.name}.bak"), *project.folder.glob("state/.pulumi/backups/**/*.json")):
        part.write_text(part.read_text()[:50] if part.exists() else "{")

    said = put_right(project)

    assert "the state was cut off and so is every copy" in said
    assert "what this machine made: trips" in said
    project.up()
    assert workspace.control.spaces(trashed=True) == before
    assert_same_spaces(project, workspace)


def test_a_compressed_state_that_was_cut_off(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()  # plain; its copy stays behind
    project.env["PULUMI_DIY_BACKEND_ZSTD"] = "true"
    project.write("fares", small("Fares"))
    project.up()
    project.write("tips", small("Tips"))
    project.up()
    (file,) = project.folder.glob(f"state/.pulumi/stacks/*/{project.stack}.json.zst")

    assert "nothing was wrong" in put_right(project)
    project.unchanged()
    file.unlink()
    assert "is in its place" in put_right(project)

    project.up()
    assert titles_in(workspace) == ["Fares", "Tips", "Trips"]
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_the_lock_of_a_killed_run_and_what_it_had_begun_are_cleared(project: Project, workspace: Handle) -> None:
    for name in ("fares", "trips"):
        project.write(name, small(name))
    workspace.control.add_fault("hang", method="POST", path_regex="/genie/spaces$", after=True, seconds=60)
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_fault(workspace, running)
    kill_9(project, running, everything=True)

    said = put_right(project)
    again = put_right(project)

    assert "the lock of the run that ended is gone" in said
    assert "no longer pending: creating" in said
    assert "made or found by the next up:" in said
    assert "nothing was wrong" in again
    assert "pending_operations" not in json.loads(project.pulumi("stack", "export").out)["deployment"]
    project.up()
    assert titles_in(workspace) == ["fares", "trips"]
    project.unchanged()


def test_after_a_killed_destroy_it_says_to_give_the_workspace_a_minute(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    workspace.control.add_fault("hang", method="DELETE", path_regex="/genie/spaces/", after=True, seconds=60)
    running = project.start("destroy", "--yes", "--skip-preview")
    wait_for_fault(workspace, running)
    kill_9(project, running, everything=True)

    said = put_right(project)

    assert "no longer pending: deleting trips" in said
    assert "wait a minute before the next pulumi up" in said
    project.up()
    assert titles_in(workspace) == ["Trips"]
    project.unchanged()


def test_a_run_that_is_still_going_on_is_left_alone(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    workspace.control.add_fault("hang", method="POST", path_regex="/genie/spaces$", seconds=6)
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_fault(workspace, running)

    said = put_right(project, ok=False)
    text, _ = running.communicate()

    assert "still going on" in said
    assert f"@{socket.gethostname()}, process {running.pid})" in said
    assert running.returncode == 0, text
    assert titles_in(workspace) == ["Trips"]


def test_a_lock_from_another_machine_needs_a_word(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    folder = project.folder / "state" / ".pulumi" / "locks" / "organization" / "genie" / project.stack
    folder.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 7, "username": "ana", "hostname": "elsewhere", "timestamp": "2026-08-12T12:03:55Z"}
    (folder / "0a0a0a0a-0000-0000-0000-000000000000.json").write_text(json.dumps(lock))

    refused = put_right(project, ok=False)
    said = put_right(project, "--unlock")

    assert "locked by ana@elsewhere, process 7" in refused
    assert "the lock of the run that ended is gone" in said
    project.unchanged()


def test_a_stack_without_a_state_says_how_to_begin_one(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    for file in project.folder.glob("state/.pulumi/*/*/*"):
        if file.is_file():
            file.unlink()
    for file in project.folder.glob("state/.pulumi/backups/*/*/*"):
        file.unlink()

    said = put_right(project, ok=False)

    assert f"pulumi stack init {project.stack}" in said
    project.pulumi("stack", "init", project.stack)
    assert "taken over" in project.up().text
    assert titles_in(workspace) == ["Trips"]
