"""Whose a space is: other stacks, lost state, strangers of the same title, another workspace."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from crowds import assert_same_spaces, small, titles_in, write_crowd
from engine_project import NO_PLAN, Project

from emulator.handle import Handle
from emulator.serving import running


def test_a_second_stack_with_the_same_specs_says_so_and_makes_nothing(
    new_project: Callable[..., Project], workspace: Handle
) -> None:
    first, second = new_project(), new_project(stack="other")
    for project in (first, second):
        for number in range(3):
            project.write(f"space-{number}", small(f"Space {number}"))
    first.up()
    before = workspace.control.spaces(trashed=True)

    said = second.up("--continue-on-error", ok=False)

    for space in before:
        assert f"already has a space titled '{space['title']}' ({space['space_id']})" in said.text
    assert "that this stack did not make; nothing was made" in said.text
    assert "import" in said.text
    assert workspace.control.spaces(trashed=True) == before
    assert second.resources() == {}
    first.unchanged()


def test_lost_state_is_no_second_space(new_project: Callable[..., Project], workspace: Handle) -> None:
    first, again = new_project(), new_project()
    for project in (first, again):
        write_crowd(project, 8)
    first.up()
    before = workspace.control.spaces(trashed=True)
    workspace.control.clear_requests()

    said = again.up()

    for space in before:
        assert f"taken over: {space['space_id']}" in said.text
    assert workspace.control.spaces(trashed=True) == before
    assert not [sent for sent in again.sent() if not sent.startswith("POST /api/2.0/entity-tag-assignments")]
    assert_same_spaces(again, workspace)
    again.unchanged()


@pytest.mark.parametrize("ui_edits", ["undo", "stop"])
def test_lost_state_and_an_edit_in_the_ui(
    new_project: Callable[..., Project], workspace: Handle, ui_edits: str
) -> None:
    first, again = new_project(), new_project()
    for project in (first, again):
        project.write("trips", small("Trips"))
    first.up()
    (space,) = workspace.control.spaces()
    workspace.control.edit_in_ui(space["space_id"], description="From the UI")
    again.configure(uiEdits=ui_edits)

    said = again.up(ok=ui_edits == "undo")

    assert "description" in said.text
    kept = workspace.control.space(space["space_id"]).get("description")
    if ui_edits == "stop":
        assert kept == "From the UI"
        assert "Nothing was sent" in said.text
    assert titles_in(workspace) == ["Trips"]


def test_a_strangers_title_stops_one_and_the_others_go_on(project: Project, workspace: Handle) -> None:
    theirs = workspace.control.make_space("Trips")
    workspace.control.make_space("Fares", parent_path="/Shared/elsewhere")
    project.write("trips", small("Trips"))
    project.write("fares", small("Fares"))

    said = project.up("--continue-on-error", ok=False)

    assert f"already has a space titled 'Trips' ({theirs}) that this stack did not make; nothing was made" in said.text
    assert f"import {theirs} --as trips" in said.text
    assert sorted(project.resources()) == ["fares"]
    assert titles_in(workspace) == ["Fares", "Fares", "Trips"]


def test_a_strangers_space_that_we_may_not_read_stops_nobody_elsewhere(project: Project, workspace: Handle) -> None:
    workspace.control.add_token("theirs", "somebody@example.com")
    workspace.control.add_token("mine", "me@example.com", admin=False)
    workspace.control.make_space("Trips", creator="somebody@example.com")
    project.env["DATABRICKS_TOKEN"] = "mine"
    project.write("trips", small("Trips"))

    project.up()

    assert titles_in(workspace) == ["Trips", "Trips"]
    project.unchanged()


def test_a_list_that_lags_never_makes_a_second_space(project: Project, workspace: Handle) -> None:
    workspace.control.set_settings(list_lag_s=4)
    project.write("trips", small("Trips"))
    project.up()
    (first,) = workspace.control.spaces()
    project.pulumi("state", "delete", "--all", "--yes")

    said = project.up()

    assert f"taken over: {first['space_id']}" in said.text
    assert [each["space_id"] for each in workspace.control.spaces()] == [first["space_id"]]
    project.unchanged()


def test_up_right_after_destroy_takes_no_dying_space(project: Project, workspace: Handle) -> None:
    workspace.control.set_settings(trash_delay_s=3)
    project.write("trips", small("Trips"))
    project.up()
    project.destroy()

    project.up()
    time.sleep(3)

    assert titles_in(workspace) == ["Trips"]
    assert_same_spaces(project, workspace)
    project.unchanged()


@pytest.mark.parametrize("command", ["up", "refresh", "destroy"])
def test_another_workspace_stops_before_anything_is_changed(project: Project, workspace: Handle, command: str) -> None:
    for name in ("west", "north"):
        project.write(name, small(name))
    project.up()
    before = workspace.control.spaces(trashed=True)
    project.write("a-new-one", small("New"))  # the program names it first
    project.remove("west")

    with running() as elsewhere:
        project.configure(host=elsewhere.url)
        flags = ("--continue-on-error",) if command != "refresh" else ()
        said = project.pulumi(command, *NO_PLAN, *flags, ok=command != "up")
        if command == "up":
            assert f"workspace {workspace.workspace_id}" in said.text
            assert elsewhere.workspace_id in said.text
        sent = [each["method"] for each in elsewhere.control.requests() if each["method"] != "GET"]
        assert sent == []
        assert elsewhere.control.spaces(trashed=True) == []
    if command != "destroy":
        assert [each["space_id"] for each in before] == [each["space_id"] for each in workspace.control.spaces()]


def test_the_same_address_with_another_workspace_behind_it(project: Project, workspace: Handle) -> None:
    port = int(workspace.url.rpartition(":")[2]) + 0
    project.write("west", small("West"))
    with running() as mine:
        port = int(mine.url.rpartition(":")[2])
        project.configure(host=mine.url)
        project.up()
    project.write("a-new-one", small("New"))
    with running(port=port) as other:
        said = project.up("--continue-on-error", ok=False)
        assert other.control.spaces(trashed=True) == []
        assert other.workspace_id in said.text
    assert "Traceback" not in said.text
