"""What one edit of a spec does to the workspace: this much and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine_project import Project
from specs import trips

from emulator.handle import Handle
from emulator.serving import running


def ids_in(value: Any) -> list[str]:
    """Every id of a definition, in its order."""
    if isinstance(value, dict):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [each for part in value.values() for each in ids_in(part)]
    if isinstance(value, list):
        return [each for part in value for each in ids_in(part)]
    return []


def kept(project: Project) -> dict[str, Any]:
    """What the state holds of each space, and no message about it."""
    return {
        name: (held["id"], held["inputs"], {key: held["outputs"].get(key) for key in ("etag", "url", "fingerprint")})
        for name, held in project.resources().items()
    }


def test_one_edited_description_is_one_patch_and_every_id_stays(project: Project, workspace: Handle) -> None:
    for name in ("east", "north", "west"):
        project.write(name, trips(f"Trips {name}"))
    project.up()
    north = project.space_id("north")
    before = {each["space_id"]: ids_in(workspace.control.body(each["space_id"])) for each in workspace.control.spaces()}
    assert all(len(ids) == 4 for ids in before.values())
    workspace.control.clear_requests()

    project.write("north", trips("Trips north", "One row a trip, since 2016"))
    said = project.up()

    assert project.sent() == ["PATCH /api/2.0/genie/spaces/ID"]
    assert "~ 1 updated\n    3 unchanged" in said.text
    table = workspace.control.body(north)["data_sources"]["tables"][0]
    assert table["description"] == ["One row a trip, since 2016"]
    after = {each["space_id"]: ids_in(workspace.control.body(each["space_id"])) for each in workspace.control.spaces()}
    assert after == before

    spec = trips("Trips north", "One row a trip, since 2016")
    spec["data_sources"]["tables"][0]["column_configs"].reverse()
    project.write("north", dict(reversed(spec.items())))
    project.unchanged()


def test_a_removed_spec_goes_to_the_trash_unless_it_is_held(project: Project, workspace: Handle) -> None:
    for name, held in (("gone", {}), ("guarded", {"protect": True}), ("left", {"retain_on_delete": True})):
        project.write(name, trips(f"Trips {name}", **held))
    project.up()
    ids = {name: kept["id"] for name, kept in project.resources().items()}

    project.remove("guarded")
    refused = project.up(ok=False)
    assert "because it is protected" in refused.text
    assert len(workspace.control.spaces()) == 3

    project.write("guarded", trips("Trips guarded"))
    project.remove("gone")
    project.remove("left")
    project.up()

    there = {each["space_id"] for each in workspace.control.spaces()}
    assert there == {ids["left"], ids["guarded"]}
    assert project.resources().keys() == {"guarded"}
    project.destroy()
    assert [each["space_id"] for each in workspace.control.spaces()] == [ids["left"]]


def test_protect_of_the_stack_holds_for_every_space(project: Project, workspace: Handle) -> None:
    project.configure(protect=True)
    project.write("trips", trips())
    project.up()

    refused = project.destroy(ok=False)

    assert "protected" in refused.text
    assert len(workspace.control.spaces()) == 1


def test_folder_warehouse_and_title_change_in_place(project: Project, workspace: Handle) -> None:
    workspace.control.add_warehouse("Big")
    project.write("trips", trips())
    project.up()
    space_id = project.space_id("trips")
    made = workspace.control.space(space_id)
    workspace.control.clear_requests()

    project.write("trips", trips("Journeys", parent_path="/Workspace/Shared/Team/Taxi", warehouse="Big"))
    preview = project.preview()
    said = project.up()
    after = workspace.control.space(space_id)

    assert "replace" not in preview.text
    assert '+ parent_path: "/Shared/Team/Taxi"' in preview.text
    assert f'~ warehouse  : "{project.config["genie:warehouse"]}" => "Big"' in preview.text
    assert project.space_id("trips") == space_id
    assert (after["title"], after["parent_path"]) == ("Journeys", "/Shared/Team/Taxi")
    assert after["warehouse_id"] != made["warehouse_id"]
    assert "the warehouse changes: a known fault of the workspace" in said.text
    assert len(workspace.control.spaces()) == 1
    project.unchanged()


def test_a_space_trashed_in_the_ui_is_made_anew(project: Project, workspace: Handle) -> None:
    project.write("trips", trips())
    project.up()
    old = project.space_id("trips")
    workspace.control.trash_in_ui(old)

    preview = project.preview()
    refreshed = project.refresh()
    project.up()

    assert "to create" in preview.text
    assert "- 1 deleted" in refreshed.text
    assert project.space_id("trips") != old
    assert [each["title"] for each in workspace.control.spaces()] == ["Trips"]
    project.unchanged()


def test_a_space_that_may_not_be_read_stays_in_the_state(project: Project, workspace: Handle) -> None:
    project.write("trips", trips())
    project.up()
    before = kept(project)
    workspace.control.add_token(project.env["DATABRICKS_TOKEN"], "someone@example.com", admin=False)

    for said in (project.preview(ok=None), project.refresh(ok=None)):
        assert "read trips (spaces/trips.yaml): someone@example.com does not have CAN_READ permission" in said.text
        assert "The deploying identity needs CAN EDIT on the space." in said.text
    assert kept(project) == before
    assert len(workspace.control.spaces()) == 1


def test_dev_and_prod_side_by_side_touch_only_their_own_workspace(
    new_project: Callable[..., Project], workspace: Handle
) -> None:
    with running(workspace_id="6666666666666666") as real:
        dev, prod = new_project(), new_project(real, stack="prod")
        for stack, handle in ((dev, workspace), (prod, real)):
            catalog = f"{stack.stack}_catalog"
            stack.configure(variables={"catalog": catalog}, titlePrefix=f"[{stack.stack}] ")
            spec = trips("Orders")
            spec["data_sources"]["tables"] = ["${catalog}.sales.orders"]
            stack.write("orders", spec)
            handle.control.add_table(f"{catalog}.sales.orders", "id bigint")
            stack.up()
            stack.unchanged()

        for stack, handle in ((dev, workspace), (prod, real)):
            (space,) = handle.control.spaces()
            assert space["title"] == f"[{stack.stack}] Orders"
            tables = handle.control.body(space["space_id"])["data_sources"]["tables"]
            assert tables == [{"identifier": f"{stack.stack}_catalog.sales.orders"}]


def test_a_stack_pointed_at_another_workspace_stops_and_can_be_put_back(project: Project, workspace: Handle) -> None:
    with running(workspace_id="6666666666666666") as other:
        project.write("trips", trips())
        project.up()
        before = kept(project)
        project.configure(host=other.url)

        said = [project.preview(ok=False), project.up(ok=False), project.up(ok=False)]
        project.configure(host=workspace.url)
        workspace.control.clear_requests()
        project.up("--expect-no-changes")

        for each in said:
            assert f"this stack's spaces live in workspace {workspace.workspace_id}" in each.text
            assert f"{other.url} is workspace 6666666666666666" in each.text
        assert kept(project) == before
        assert [each for each in other.control.requests() if each["method"] != "GET"] == []
        assert project.sent() == []


def test_a_workspace_at_another_address_is_followed(project: Project, workspace: Handle) -> None:
    """The engine reads with the configuration of the last `up`, whose address is dead by now."""
    with running(workspace_id=workspace.workspace_id) as moved:
        project.write("trips", trips())
        project.configure(host=moved.url)
        project.up()
        space = moved.control.space(project.space_id("trips"))
        fields = {name: space[name] for name in ("space_id", "title", "parent_path", "warehouse_id")}
        workspace.control.make_space(serialized_space=space["serialized_space"], **fields)

    project.configure(host=workspace.url)
    project.unchanged()
    project.destroy()

    assert workspace.control.spaces() == []
