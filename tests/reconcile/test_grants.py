"""Rights and tags: only ours are touched, nobody is locked out, drift shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.errors import WorkspaceError
from genie_provider.model.state import OWNER_TAG
from tests.lifecycles import Life, set_rights, trips

ME = "user:you@example.com"
SOMEONE = "user:someone@example.com"
PIPELINE = "service_principal:11111111-2222-3333-4444-555555555555"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def life(workspace: Handle) -> Life:
    return Life(workspace)


def test_only_what_the_spec_names_is_granted(life: Life) -> None:
    spec = trips(permissions={"group:analysts": "CAN_RUN", SOMEONE: "CAN_MANAGE", PIPELINE: "CAN_VIEW"})
    life.up(spec)

    assert life.rights() == {ME: "CAN_MANAGE", "group:analysts": "CAN_RUN", SOMEONE: "CAN_MANAGE", PIPELINE: "CAN_READ"}
    assert life.preview(spec) == []


def test_grants_by_hand_survive_three_updates_and_are_reported(life: Life, workspace: Handle) -> None:
    life.up(trips(permissions={"group:analysts": "CAN_RUN"}))
    set_rights(workspace, life.id, **{SOMEONE: "CAN_EDIT"})
    for level in ("CAN_READ", "CAN_EDIT", "CAN_RUN"):
        life.up(trips(permissions={"group:analysts": level}))
        assert life.rights() == {ME: "CAN_MANAGE", SOMEONE: "CAN_EDIT", "group:analysts": level}

    assert f"info: granted by hand, and left as it is: {SOMEONE} CAN_EDIT" in life.said


def test_a_grant_taken_out_of_the_spec_is_revoked_and_nothing_else(life: Life, workspace: Handle) -> None:
    life.up(trips(permissions={"group:analysts": "CAN_RUN", PIPELINE: "CAN_RUN"}))
    set_rights(workspace, life.id, **{SOMEONE: "CAN_EDIT"})

    preview = life.preview(trips(permissions={PIPELINE: "CAN_RUN"}))
    life.up(trips(permissions={PIPELINE: "CAN_RUN"}))

    assert [(change.path, change.kind) for change in preview] == [(("permissions", "group:analysts"), "delete")]
    assert life.rights() == {ME: "CAN_MANAGE", SOMEONE: "CAN_EDIT", PIPELINE: "CAN_RUN"}


def test_the_last_grant_can_be_taken_out_too(life: Life) -> None:
    life.up(trips(permissions={"group:analysts": "CAN_RUN"}))
    life.up(trips())

    assert life.rights() == {ME: "CAN_MANAGE"}
    assert "granted" not in life.outputs


def test_what_could_not_be_revoked_is_tried_again(life: Life, workspace: Handle) -> None:
    life.up(trips(permissions={"group:analysts": "CAN_RUN"}))
    workspace.control.add_fault("status", method="PUT", path_regex="/permissions/", status=403, every=True)
    failed = life.up(trips())
    workspace.control.clear_faults()
    life.inputs.pop("permissions", None)

    life.up(trips())

    assert "its permissions are not as the spec says" in failed.unfinished[0]
    assert life.rights() == {ME: "CAN_MANAGE"}


def test_exact_makes_the_list_the_truth(life: Life, workspace: Handle) -> None:
    spec = trips(permissions={"group:analysts": "CAN_RUN"}, permissions_mode="exact")
    life.up(spec)
    set_rights(workspace, life.id, **{SOMEONE: "CAN_EDIT"})

    preview = life.preview(spec)
    life.up(spec)

    assert [(change.path, change.kind) for change in preview] == [(("permissions", SOMEONE), "delete")]
    assert life.rights() == {ME: "CAN_MANAGE", "group:analysts": "CAN_RUN"}
    assert life.preview(spec) == []


def test_exact_without_grants_leaves_the_deployer_alone(life: Life, workspace: Handle) -> None:
    spec = trips(permissions={}, permissions_mode="exact")
    life.up(spec)
    set_rights(workspace, life.id, **{SOMEONE: "CAN_EDIT"})
    life.up(spec)

    assert life.rights() == {ME: "CAN_MANAGE"}


@pytest.mark.parametrize("mode", ["additive", "exact"])
def test_the_deployer_is_never_locked_out(life: Life, workspace: Handle, mode: str) -> None:
    workspace.control.add_token("ana", "ana@example.com", admin=False)
    life.token = "ana"
    ana = "user:ana@example.com"
    for permissions in ({ana: "CAN_RUN", "group:analysts": "CAN_RUN"}, {"group:analysts": "CAN_RUN"}, {}):
        life.up(trips(permissions=permissions, permissions_mode=mode))
        assert life.rights()[ana] == "CAN_MANAGE"

    assert any(text.startswith(f"warning: {ana} made or deploys this space") for text in life.said)


def test_exact_keeps_who_made_the_space_when_another_deploys(life: Life, workspace: Handle) -> None:
    workspace.control.add_token("ana", "ana@example.com", admin=False)
    life.token = "ana"
    life.up(trips())
    life.token = "anything"
    life.up(trips(permissions={"group:analysts": "CAN_RUN"}, permissions_mode="exact"))

    assert life.rights() == {"user:ana@example.com": "CAN_MANAGE", ME: "CAN_MANAGE", "group:analysts": "CAN_RUN"}


def test_unknown_principals_are_refused_before_anything_is_sent(life: Life, workspace: Handle) -> None:
    permissions = {"group:analists": "CAN_RUN", "user:nobody@example.com": "CAN_RUN", SOMEONE: "CAN_RUN"}
    with pytest.raises(WorkspaceError) as caught:
        life.up(trips(permissions=permissions))

    assert "does not know group:analists, user:nobody@example.com; nothing was sent" in str(caught.value)
    assert workspace.control.spaces() == []

    life.up(trips())
    before = workspace.control.space(life.id)
    with pytest.raises(WorkspaceError):
        life.up(trips(description="new", permissions={"group:analists": "CAN_RUN"}))
    assert workspace.control.space(life.id) == before


def test_drift_in_rights_and_tags_shows_like_any_entry(life: Life, workspace: Handle) -> None:
    spec = trips(permissions={"group:analysts": "CAN_RUN", PIPELINE: "CAN_RUN"}, tags={"owner": "ana", "team": "x"})
    life.up(spec)
    set_rights(workspace, life.id, "PUT", **{ME: "CAN_MANAGE", "group:analysts": "CAN_EDIT"})
    changes = life.preview(spec)

    assert [(change.path, change.kind) for change in changes] == [
        (("permissions", "group:analysts"), "update"),
        (("permissions", PIPELINE), "add"),
    ]
    assert any("edited in the UI since the last up" in text and "analysts" in text for text in life.said)
    life.up(spec)
    assert life.preview(spec) == []


def test_tags_follow_the_same_rules(life: Life, workspace: Handle) -> None:
    life.up(trips(tags={"owner": "ana", "team": "x"}))
    life.client().set_tag(life.id, "by_hand", "yes")
    life.up(trips(tags={"owner": "ben"}))

    assert without_mark(life.client().tags(life.id)) == {"owner": "ben", "by_hand": "yes"}
    assert "info: tagged by hand, and left as it is: by_hand" in life.said
    life.client().set_tag(life.id, "owner", "eve")
    assert [change.path for change in life.preview(trips(tags={"owner": "ben"}))] == [("tags", "owner")]


def test_lagging_rights_and_tags_are_no_drift(life: Life, workspace: Handle) -> None:
    workspace.control.set_settings(tag_lag_s=60, permission_lag_s=60)
    spec = trips(permissions={"group:analysts": "CAN_RUN"}, tags={"owner": "ana"})
    life.up(spec)

    assert life.outputs["stale"].keys() == {"permissions", "tags"}
    assert life.preview(spec) == []


def test_rights_that_may_not_be_seen_are_a_warning(life: Life, workspace: Handle) -> None:
    spec = trips(permissions={"group:analysts": "CAN_RUN"})
    life.up(spec)
    workspace.control.add_fault("status", method="GET", path_regex="/permissions/", status=403, every=True)

    assert life.preview(spec) == []
    assert any("cannot be seen" in text for text in life.said)


def test_a_space_without_rights_and_tags_costs_no_call_for_them(life: Life, workspace: Handle) -> None:
    life.up(trips())
    life.preview(trips())

    paths = [entry["path"] for entry in workspace.control.requests()]
    assert not [path for path in paths if "/permissions/" in path or path.endswith("/tags")]
    assert len([path for path in paths if "tag" in path]) == 1, "the mark, once"


def without_mark(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key != OWNER_TAG}
