"""Killed runs and runs side by side: the next plain `up` ends with exactly the spaces of the specs."""

from __future__ import annotations

import pytest
from crowds import (
    assert_same_spaces,
    descriptions_in,
    ended,
    kill_9,
    repair,
    small,
    titles_in,
    wait_for_fault,
    wait_for_requests,
    write_crowd,
)
from engine_project import Project

from emulator.handle import Handle

MOMENTS = (1, 6, 12, 18, 24, 30, 36, 42, 48, 54)
"""Requests after which the run is killed: 20 spaces take about 55 from the first listing to the last tag."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_twenty_spaces_killed_at_ten_moments(project: Project, workspace: Handle, moment: int) -> None:
    titles = write_crowd(project, 20)
    workspace.control.set_settings(latency_s=0.02)
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_requests(workspace, moment, running)
    kill_9(project, running, everything=moment % 4 == 0)

    repair(project)

    assert titles_in(workspace) == titles
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_two_ups_of_one_stack_at_once_make_each_space_once(project: Project, workspace: Handle) -> None:
    titles = write_crowd(project, 20)
    workspace.control.set_settings(latency_s=0.05)

    both = [ended(each) for each in [project.start("up", "--yes", "--skip-preview") for _ in range(2)]]

    assert 0 in {said.code for said in both}
    for said in both:
        assert said.code == 0 or "the stack is currently locked" in said.text, said.text
        assert "Traceback" not in said.text
    assert titles_in(workspace) == titles
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_a_killed_update_leaves_no_space_between_two_specs(project: Project, workspace: Handle) -> None:
    titles = write_crowd(project, 8)
    project.up()
    before = {each["space_id"] for each in workspace.control.spaces()}
    write_crowd(project, 8, "One row a trip, since 2016")
    workspace.control.set_settings(latency_s=0.02)
    workspace.control.clear_requests()
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_requests(workspace, 4, running, "PATCH")
    kill_9(project, running, everything=True)

    said = repair(project)

    assert "edited in the UI" not in said.text, "our own lost write is no edit of somebody else"
    assert titles_in(workspace) == titles
    assert descriptions_in(workspace) == {"One row a trip, since 2016"}
    assert {each["space_id"] for each in workspace.control.spaces()} == before
    project.unchanged()


@pytest.mark.parametrize("step", ["POST /genie/spaces", "POST tag", "PATCH title"])
def test_a_space_without_ids_of_ours_is_found_again_after_each_step(
    project: Project, workspace: Handle, step: str
) -> None:
    project.write("trips", small("Trips", own_ids=False))
    method, path = {
        "POST /genie/spaces": ("POST", "/genie/spaces$"),
        "POST tag": ("POST", "entity-tag-assignments"),
        "PATCH title": ("PATCH", "/genie/spaces/"),
    }[step]
    workspace.control.add_fault("hang", method=method, path_regex=path, after=True, seconds=60)
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_fault(workspace, running)
    kill_9(project, running, everything=True)
    (made,) = workspace.control.spaces()

    said = repair(project)

    assert f"taken over: {made['space_id']}" in said.text
    assert titles_in(workspace) == ["Trips"]
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_what_a_doubly_interrupted_create_left_behind_is_cleared(project: Project, workspace: Handle) -> None:
    """The first attempt made it unseen, the second was renamed by the workspace and died before it gave way."""
    project.write("trips", small("Trips"))
    project.up()
    (first,) = workspace.control.spaces()
    renamed = workspace.control.make_space(
        "Trips 2026-08-12 12:03:55", first["serialized_space"], parent_path=first["parent_path"]
    )
    kept = project.pulumi("stack", "export").out
    project.pulumi("state", "delete", "--all", "--yes")
    assert kept

    said = project.up()

    assert f"taken over: {first['space_id']}" in said.text
    assert f"trashed {renamed}" in said.text
    assert titles_in(workspace) == ["Trips"]
    project.unchanged()


def test_bulk_mode_killed_without_checkpoints_finds_everything_again(project: Project, workspace: Handle) -> None:
    titles = write_crowd(project, 20)
    workspace.control.set_settings(latency_s=0.02)
    bulk = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
    project.env.update(bulk)
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_requests(workspace, 40, running)
    kill_9(project, running, everything=True)
    assert len(workspace.control.spaces()) > 3

    repair(project)

    assert titles_in(workspace) == titles
    assert_same_spaces(project, workspace)
    project.unchanged()
