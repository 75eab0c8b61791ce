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
    assert "that genie/dev/space-0 manages" in said.text
    assert "import" in said.text
    assert workspace.control.spaces(trashed=True) == before
    assert second.resources() == {}
    first.unchanged()


def test_lost_state_is_no_second_space(project: Project, workspace: Handle) -> None:
    write_crowd(project, 8)
    project.up()
    before = workspace.control.spaces(trashed=True)
    project.lose_state()
    workspace.control.clear_requests()

    seen = project.preview()
    said = project.up()

    for space in before:
        assert f"takes over {space['space_id']}" in seen.text
        assert f"taken over: {space['space_id']}" in said.text
    assert workspace.control.spaces(trashed=True) == before
    assert not [sent for sent in project.sent() if "/genie/spaces" in sent]
    assert_same_spaces(project, workspace)
    project.unchanged()


def test_another_team_of_the_same_names_is_not_served(new_project: Callable[..., Project], workspace: Handle) -> None:
    ours, theirs = new_project(), new_project()
    for project in (ours, theirs):
        project.write("trips", small("Trips"))
    ours.up()
    before = workspace.control.spaces(trashed=True)

    seen = theirs.preview()
    said = theirs.up(ok=False)

    assert "pulumi up stops here" in seen.text
    assert "that genie/dev/trips manages; nothing was made" in said.text
    assert workspace.control.spaces(trashed=True) == before
    ours.unchanged()


def test_two_clones_with_a_state_each_are_told(new_project: Callable[..., Project], workspace: Handle) -> None:
    ours, clone = new_project(), new_project()
    ours.write("trips", small("Trips"))
    clone.write("trips", small("Trips"))
    ours.up()
    ours.keep_config()
    clone.config = dict(ours.config)
    clone.configure()
    before = workspace.control.spaces(trashed=True)

    said = clone.up(ok=False)

    assert "worked with another state" in said.text
    assert workspace.control.spaces(trashed=True) == before
    insist = said.text.partition("genie:takeOver ")[2].split()[0]
    clone.configure(takeOver=insist)
    assert f"taken over: {before[0]['space_id']}" in clone.up().text
    assert [each["space_id"] for each in workspace.control.spaces()] == [before[0]["space_id"]]


def test_lost_state_and_a_title_that_changed_meanwhile(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.write("zones", small("Zones"))
    project.up()
    before = [each["space_id"] for each in workspace.control.spaces()]
    project.lose_state()
    project.lose_journal()
    project.write("trips", small("Trips by cab"))
    project.configure(titlePrefix="[dev] ")

    project.up()

    assert [each["space_id"] for each in workspace.control.spaces()] == before
    assert titles_in(workspace) == ["[dev] Trips by cab", "[dev] Zones"]
    project.unchanged()


def test_a_copy_of_our_space_is_never_ours(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    (ours,) = workspace.control.spaces()
    copy = workspace.control.make_space(
        "Trips copy", parent_path=ours["parent_path"], serialized_space=ours["serialized_space"]
    )
    workspace.control.trash_in_ui(ours["space_id"])
    project.lose_state()

    said = project.up()

    assert "taken for a copy" in said.text or "taken over" not in said.text
    assert project.space_id("trips") not in (ours["space_id"], copy)
    assert sorted(titles_in(workspace)) == ["Trips", "Trips copy"]


@pytest.mark.parametrize("ui_edits", ["undo", "stop"])
def test_lost_state_and_an_edit_in_the_ui(project: Project, workspace: Handle, ui_edits: str) -> None:
    project.write("trips", small("Trips"))
    project.up()
    (space,) = workspace.control.spaces()
    workspace.control.edit_in_ui(space["space_id"], description="From the UI")
    project.lose_state()
    project.configure(uiEdits=ui_edits)

    assert "changes description" in project.preview().text
    said = project.up(ok=ui_edits == "undo")

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
