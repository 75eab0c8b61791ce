"""Renames, replacements, mass loss, spaces of other stacks, one bad space: nobody's space is lost or taken."""

from __future__ import annotations

from collections.abc import Callable

from crowds import small, titles_in
from engine_project import Project
from own_commands import genie

from emulator.handle import Handle


def test_a_spec_renamed_without_a_word_loses_nothing_and_with_one_keeps_its_space(
    project: Project, workspace: Handle
) -> None:
    project.write("a", small("Trips"))
    project.up()
    (space,) = workspace.control.spaces()
    project.remove("a")
    project.write("b", small("Trips"))

    assert "was `a`?" in project.preview().text
    said = project.up("--continue-on-error", ok=False)
    assert "renamed_from: a" in said.text
    assert [each["space_id"] for each in workspace.control.spaces()] == [space["space_id"]]

    project.write("b", {**small("Trips"), "renamed_from": "a"})
    assert "was `a`: the space, its address and its conversations stay" in project.up().text
    assert project.space_id("b") == space["space_id"]
    project.unchanged()


def test_a_space_is_never_replaced(project: Project, workspace: Handle) -> None:
    project.write("trips", small("Trips"))
    project.up()
    (space,) = workspace.control.spaces()
    (resource,) = project.resources().values()

    said = project.up("--replace", resource["urn"])
    project.pulumi("state", "taint", resource["urn"], "--yes")
    again = project.up()

    assert "updated in place" in said.text
    assert "updated in place" in again.text
    assert [each["space_id"] for each in workspace.control.spaces()] == [space["space_id"]]
    assert project.space_id("trips") == space["space_id"]
    project.unchanged()


def test_an_up_that_would_trash_most_of_a_stack_stops(project: Project, workspace: Handle) -> None:
    for number in range(12):
        project.write(f"space-{number:02}", small(f"Space {number:02}"))
    project.up()
    for number in range(12):
        project.remove(f"space-{number:02}")

    said = project.up(ok=False)

    assert "would trash 12 of 12 spaces" in said.text
    assert "genie:maxDeletes 12" in said.text
    assert len(titles_in(workspace)) == 12
    project.configure(maxDeletes="12")
    project.up()
    assert titles_in(workspace) == []


def test_what_another_stack_manages_is_taken_on_demand_alone_and_that_one_hears_of_it(
    new_project: Callable[..., Project], workspace: Handle
) -> None:
    ours, theirs = new_project(), new_project(stack="other")
    ours.write("trips", small("Trips"))
    ours.up()
    (space,) = workspace.control.spaces()

    refused = genie(theirs, "import", space["space_id"], "--as", "mine", ok=False)
    assert "genie/dev/trips manages it" in refused.text
    genie(theirs, "import", space["space_id"], "--as", "mine", "--take-over", "--accept-changes")

    assert "is managed by genie/other/mine" in ours.preview().text
    ours.write("trips", {**small("Trips"), "description": "Ours"})
    assert "nothing was sent" in ours.up(ok=False).text
    ours.destroy(ok=False)
    assert [each["space_id"] for each in workspace.control.spaces()] == [space["space_id"]]
    assert "genie/other/mine" in genie(theirs, "list", "--owner").text


def test_one_space_that_cannot_be_read_stops_no_other(project: Project, workspace: Handle) -> None:
    for name in ("bad", "good"):
        project.write(name, small(name))
    project.up()
    bad = project.space_id("bad")
    workspace.control.add_fault("status", status=500, method="GET", path_regex=f"/genie/spaces/{bad}", times=1000)
    project.write("good", {**small("good"), "description": "Better"})

    seen = project.preview()
    said = project.up("--continue-on-error", ok=False)

    assert "500" in seen.text
    assert workspace.control.space(project.space_id("good"))["description"] == "Better"
    assert said.code != 0
    workspace.control.clear_faults()
    project.up()
    project.unchanged()


def test_a_token_in_clear_is_refused(project: Project) -> None:
    project.write("trips", small("Trips"))
    project.configure(token="dapi-in-clear-0000")

    said = project.up(ok=False)

    assert "pulumi config set --secret genie:token" in said.text
    assert "dapi-in-clear-0000" not in said.text
