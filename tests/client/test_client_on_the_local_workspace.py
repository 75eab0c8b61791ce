"""The client against the local workspace: whole stories, and each kind of fault at each kind of call."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, RemoteSpace, Workspace
from genie_provider.errors import WorkspaceError
from tests.client.oddities import FakeClock

BODY = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}
FAULTS: dict[str, dict[str, Any]] = {
    "dropped before the act": {"kind": "drop_before"},
    "answer lost after the act": {"kind": "drop_after"},
    "429 with Retry-After": {"kind": "429", "retry_after": 0},
    "500 before the act": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503},
    "HTML": {"kind": "garbage", "form": "html", "act": True},
    "broken JSON": {"kind": "garbage", "form": "broken_json", "act": True},
    "half a body": {"kind": "garbage", "form": "half_body", "act": True},
}


class QuickClock(FakeClock):
    """Real time for the sockets, none for the waits between attempts."""

    def now(self) -> float:
        return self.time + time.monotonic()


@pytest.fixture(scope="module")
def local() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def here(local: Handle) -> Workspace:
    local.control.reset()
    return Workspace(Access.find(local.url, None, "any-token", env={}), clock=QuickClock())


@pytest.fixture
def warehouse_id(here: Workspace) -> str:
    return next(w.id for w in here.warehouses() if not w.unusable)


def make(here: Workspace, warehouse_id: str, title: str = "Sales", **fields: Any) -> RemoteSpace:
    return here.create(title=title, warehouse_id=warehouse_id, body=BODY, **fields)


def test_a_space_lives_from_create_to_trash(here: Workspace, local: Handle, warehouse_id: str) -> None:
    made = make(here, warehouse_id, description="d")
    read = here.get(made.space_id)
    assert read
    assert read.title == "Sales"
    assert read.description == "d"
    assert read.body
    assert read.body["data_sources"] == BODY["data_sources"]
    assert read.etag
    assert read.create_time

    changed = here.update(made.space_id, {"title": "Sales 2", "serialized_space": {"version": 2}})
    assert changed.title == "Sales 2"
    head = here.get_head(made.space_id)
    assert head
    assert head.body is None
    assert head.title == "Sales 2"

    assert [space.space_id for space in here.list_spaces()] == [made.space_id]
    here.trash(made.space_id)
    here.trash(made.space_id)
    assert here.get(made.space_id) is None


def test_all_pages_are_listed(here: Workspace, local: Handle) -> None:
    ids = local.control.make_spaces(250)

    assert sorted(space.space_id for space in here.list_spaces()) == sorted(ids)


@pytest.mark.parametrize("status", [404, 400])
def test_a_missing_folder_is_made_and_the_create_tried_again(
    here: Workspace, local: Handle, warehouse_id: str, status: int
) -> None:
    local.control.set_settings(missing_folder_status=status)
    folder = f"/Users/{here.me().user_name}/new/deep"

    with pytest.raises(WorkspaceError) as caught:
        make(here, warehouse_id, parent_path=folder)
    assert caught.value.kind == "no_folder"

    here.make_folder(folder)
    assert make(here, warehouse_id, parent_path=f"/Workspace{folder}").parent_path == folder


def test_a_move_to_a_missing_folder_says_so(here: Workspace, warehouse_id: str) -> None:
    made = make(here, warehouse_id)

    with pytest.raises(WorkspaceError) as caught:
        here.update(made.space_id, {"parent_path": f"/Users/{here.me().user_name}/none"})
    assert caught.value.kind == "no_folder"


def test_titles_collide_loudly_on_update_and_are_renamed_on_create(here: Workspace, warehouse_id: str) -> None:
    make(here, warehouse_id, "Sales")
    second = make(here, warehouse_id, "Sales")
    assert second.title.startswith("Sales 20")

    with pytest.raises(WorkspaceError) as caught:
        here.update(second.space_id, {"title": "Sales"})
    assert caught.value.kind == "taken"


def test_a_missing_table_is_forbidden_with_the_way_out(here: Workspace, warehouse_id: str) -> None:
    body = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.none.at_all"}]}}

    with pytest.raises(WorkspaceError, match="must exist before the space") as caught:
        here.create(title="T", warehouse_id=warehouse_id, body=body)
    assert caught.value.kind == "forbidden"


def test_a_refused_definition_is_invalid_in_the_workspaces_words(here: Workspace, warehouse_id: str) -> None:
    with pytest.raises(WorkspaceError, match="Cannot find field") as caught:
        here.create(title="T", warehouse_id=warehouse_id, body={"version": 2, "odd": 1})
    assert caught.value.kind == "invalid"


def test_an_etag_that_is_not_the_current_one_is_outdated(here: Workspace, warehouse_id: str) -> None:
    made = make(here, warehouse_id)

    with pytest.raises(WorkspaceError) as caught:
        here.update(made.space_id, {"serialized_space": {"version": 2}, "etag": "0" * 64})
    assert caught.value.kind == "outdated"


def test_the_workspace_and_the_identity_are_known(here: Workspace, local: Handle) -> None:
    assert here.workspace_id() == local.workspace_id
    assert here.me().user_name == local.user


def test_rights_are_set_added_and_read(here: Workspace, local: Handle, warehouse_id: str) -> None:
    local.control.add_principal("group", "analysts")
    local.control.add_principal("user", "ann@example.com")
    made, me = make(here, warehouse_id), here.me().principal

    here.set_permissions(made.space_id, {me: "CAN_MANAGE", "group:analysts": "CAN_VIEW"})
    here.add_permissions(made.space_id, {"user:ann@example.com": "CAN_RUN"})

    direct = {grant.principal: grant.level for grant in here.permissions(made.space_id) if not grant.inherited}
    assert direct == {me: "CAN_MANAGE", "group:analysts": "CAN_READ", "user:ann@example.com": "CAN_RUN"}
    assert here.principal_exists("group:analysts")
    assert not here.principal_exists("group:nobody")


def test_tags_are_set_changed_and_deleted(here: Workspace, warehouse_id: str) -> None:
    space_id = make(here, warehouse_id).space_id

    assert here.set_tag(space_id, "owner", "a", settle_s=5)
    assert here.set_tag(space_id, "owner", "b", settle_s=5)
    assert here.tags(space_id) == {"owner": "b"}
    here.delete_tag(space_id, "owner")
    here.delete_tag(space_id, "owner")
    assert here.tags(space_id) == {}


def test_tables_have_columns_and_missing_ones_are_none(here: Workspace) -> None:
    table = here.table("samples.nyctaxi.trips")

    assert table
    assert "fare_amount" in table.columns
    assert here.table("samples.nyctaxi.none") is None
    assert here.function("samples.nyctaxi.none") is None


def done(call: Any) -> str:
    """ "done", or the kind of error."""
    try:
        call()
    except WorkspaceError as error:
        return error.kind
    return "done"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_a_create_never_makes_two_and_is_never_called_a_failure_when_it_made_one(
    here: Workspace, local: Handle, warehouse_id: str, fault: str
) -> None:
    local.control.add_fault(**FAULTS[fault], method="POST", path_regex="genie/spaces$")

    outcome = done(lambda: make(here, warehouse_id))

    there = len(local.control.spaces())
    assert there <= 1
    assert outcome == ("done" if fault.startswith("429") else "ambiguous")
    assert outcome != "done" or there == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_other_call_does_not_show(here: Workspace, local: Handle, warehouse_id: str, fault: str) -> None:
    space_id = make(here, warehouse_id).space_id
    calls: dict[str, Any] = {
        "GET": lambda: here.get(space_id),
        "PATCH": lambda: here.update(space_id, {"title": "New"}),
        "PUT": lambda: here.set_permissions(space_id, {here.me().principal: "CAN_MANAGE"}),
        "DELETE": lambda: here.trash(space_id),
    }
    for method, call in calls.items():
        local.control.clear_faults()
        local.control.add_fault(**FAULTS[fault], method=method, path_regex="genie")

        assert done(call) == "done", method
    assert local.control.spaces() == []


def test_thirty_percent_429_and_a_hundred_spaces_by_many_threads(local: Handle, here: Workspace) -> None:
    local.control.add_fault("429", probability=0.3, seed=1, retry_after=1)
    warehouse_id = next(w.id for w in here.warehouses() if not w.unusable)
    outcomes: list[str] = []

    def work(slot: int) -> None:
        for number in range(13):
            outcomes.append(done(partial(make, here, warehouse_id, f"S{slot}-{number}")))

    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    local.control.clear_faults()

    assert outcomes == ["done"] * 104
    assert len(local.control.spaces()) == 104
