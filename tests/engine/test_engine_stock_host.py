"""With the `plugins` lines taken out, Pulumi's stock host does the work: plainer, without import."""

from __future__ import annotations

from collections.abc import Callable

from engine_project import Project
from specs import TRIPS, trips

from emulator.handle import Handle


def test_the_stock_host_does_everything_but_import(new_project: Callable[..., Project], workspace: Handle) -> None:
    project = new_project(own_host=False)
    project.write("trips", trips())
    project.write("other", trips("Other", parent_path="/Shared/Team"))

    first = project.preview()
    project.up()
    project.unchanged()
    project.refresh("--expect-no-changes")

    project.write("trips", trips(description="One row per trip"))
    workspace.control.clear_requests()
    change = project.preview()
    project.up()
    assert project.sent() == ["PATCH /api/2.0/genie/spaces/ID"]
    project.unchanged()
    project.refresh("--expect-no-changes")

    workspace.control.edit_in_ui(
        project.space_id("trips"), describe_table={"identifier": TRIPS, "description": "Rows of the taxi office"}
    )
    drift = project.pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes", ok=False)
    project.refresh()
    project.up()
    table = workspace.control.body(project.space_id("trips"))["data_sources"]["tables"][0]
    project.destroy()

    assert "+ 3 to create" in first.text
    assert '"One row a trip" => "One row per trip"' in change.text
    assert "1 to update" in drift.text
    assert table["description"] == ["One row per trip"]
    assert workspace.control.spaces() == []


def test_a_stack_may_go_from_one_host_to_the_other(new_project: Callable[..., Project], workspace: Handle) -> None:
    own = new_project()
    own.write("trips", trips())
    own.up()

    own.use_stock_host()
    own.unchanged()
    own.write("trips", trips(description="One row per trip"))
    own.up()
    own.use_own_host()
    own.unchanged()

    assert len(workspace.control.spaces()) == 1
