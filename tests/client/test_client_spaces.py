"""Spaces: what is read, made, changed, trashed and listed, and when the answer is not believed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from responses import matchers

from genie_provider.client import Workspace
from genie_provider.errors import WorkspaceError
from genie_provider.text import folder
from tests.client.oddities import HOST, SPACES, FakeClock, a_space

ID = "a" * 32
ONE = f"{SPACES}/{ID}"
GONE = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Unable to get space"}
DENIED = {"error_code": "PERMISSION_DENIED", "message": "no"}


def kind_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(WorkspaceError) as caught:
        call(*args, **kwargs)
    return caught.value.kind


def test_get_asks_for_the_definition_and_parses_it(workspace: Workspace, script: responses.RequestsMock) -> None:
    matching = [matchers.query_param_matcher({"include_serialized_space": "true"})]
    script.get(ONE, json=a_space(parent_path="/Users/me/", create_time="2026-11-01T00:00:00Z"), match=matching)

    space = workspace.get(ID)

    assert space is not None
    assert (space.body, space.etag, space.description) == ({"version": 2}, "e1", "")
    assert (space.parent_path, space.create_time) == ("/Users/me", "2026-11-01T00:00:00Z")


def test_get_head_asks_for_no_definition(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json={"space_id": ID, "title": "T"}, match=[matchers.query_param_matcher({})])

    head = workspace.get_head(ID)

    assert head
    assert head.body is None


def test_unknown_fields_are_kept(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json=a_space(shiny={"a": 1}, description=None))

    space = workspace.get(ID)

    assert space
    assert space.extra == {"shiny": {"a": 1}}


@pytest.mark.parametrize("text", [None, "", "{}"])
def test_an_empty_definition_means_unknown(workspace: Workspace, script: responses.RequestsMock, text: Any) -> None:
    script.get(ONE, json=a_space(serialized_space=text))

    space = workspace.get(ID)

    assert space
    assert space.body is None


@pytest.mark.parametrize("text", ["{", "[1]", '"x"', 3, ["x"]])
def test_a_broken_definition_is_garbled_not_unknown(
    workspace: Workspace, script: responses.RequestsMock, text: Any
) -> None:
    script.get(ONE, json=a_space(serialized_space=text))

    assert kind_of(workspace.get, ID) == "garbled"


def test_a_space_that_is_gone_is_none(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json=GONE, status=404)

    assert workspace.get(ID) is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("TABLE_DOES_NOT_EXIST", "Table 'main.a.b' does not exist."),
        ("RESOURCE_DOES_NOT_EXIST", "SQL warehouse 123 does not exist."),
        ("NOT_FOUND", "Catalog 'main' not found"),
    ],
)
def test_what_is_missing_round_a_space_is_not_the_space(
    workspace: Workspace, script: responses.RequestsMock, code: str, message: str
) -> None:
    for method in (script.get, script.patch, script.delete):
        method(ONE, json={"error_code": code, "message": message}, status=404)

    assert kind_of(workspace.get, ID) == "failed"
    assert kind_of(workspace.update, ID, {"title": "T"}) == "failed"
    assert kind_of(workspace.trash, ID) == "failed"


def test_a_space_that_is_hidden_is_forbidden_never_none(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json=DENIED, status=403)

    assert kind_of(workspace.get, ID) == "forbidden"


def test_the_answer_about_another_space_is_garbled(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json=a_space(space_id="b" * 32))

    assert kind_of(workspace.get, ID) == "garbled"


def test_a_missing_folder_is_recognised_in_both_shapes(workspace: Workspace, script: responses.RequestsMock) -> None:
    new = {"title": "T", "warehouse_id": "w", "body": {}, "parent_path": "/Users/me/x"}
    old = {
        "error_code": "INVALID_PARAMETER_VALUE",
        "message": "Tree node with path '/Users/me/x' does not exist",
    }
    script.post(SPACES, json={"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "?"}, status=404)
    script.post(SPACES, json=old, status=400)

    assert kind_of(workspace.create, **new) == "no_folder"
    assert kind_of(workspace.create, **new) == "no_folder"


def test_a_move_to_a_missing_folder_is_not_a_missing_space(
    workspace: Workspace, script: responses.RequestsMock
) -> None:
    script.patch(ONE, json=GONE, status=404)
    script.get(ONE, json=a_space())

    assert kind_of(workspace.update, ID, {"parent_path": "/x"}) == "no_folder"


def test_an_update_of_a_missing_space_is_gone(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.patch(ONE, json=GONE, status=404)
    script.get(ONE, json=GONE, status=404)

    assert kind_of(workspace.update, ID, {"parent_path": "/x"}) == "gone"


def test_an_update_sends_only_what_is_given(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.patch(ONE, json=a_space())

    workspace.update(ID, {"serialized_space": {"version": 2, "a": [1, "ü"]}})

    assert json.loads(script.calls[0].request.body) == {"serialized_space": '{"version":2,"a":[1,"ü"]}'}


def test_a_title_in_use_is_taken(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.patch(ONE, json={"error_code": "RESOURCE_ALREADY_EXISTS", "message": "Node named T"}, status=400)

    assert kind_of(workspace.update, ID, {"title": "T"}) == "taken"


# Trash


def test_trash_of_a_missing_space_is_done(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.delete(ONE, json=GONE, status=404)

    workspace.trash(ID)


def test_trash_of_a_trashed_space_is_done(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.delete(ONE, json=DENIED, status=403)
    script.get(ONE, json=GONE, status=404)

    workspace.trash(ID)


def test_trash_without_the_right_is_forbidden(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.delete(ONE, json=DENIED, status=403)
    script.get(ONE, json=a_space())

    assert kind_of(workspace.trash, ID) == "forbidden"


def test_trash_whose_answer_was_lost_waits_for_the_workspace_to_agree(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.delete(ONE, json={"error_code": "INTERNAL_ERROR"}, status=500)
    script.delete(ONE, json=DENIED, status=403)
    for _ in range(3):
        script.get(ONE, json=a_space())
    script.get(ONE, json=GONE, status=404)

    workspace.trash(ID)

    assert sum(clock.slept) <= 60


# The listing


def page(*numbers: int, token: str = "") -> dict[str, Any]:
    entries = [{"space_id": f"{number:032x}", "title": f"S{number}"} for number in numbers]
    return {"spaces": entries} | ({"next_page_token": token} if token else {})


def test_list_reads_every_page(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(SPACES, json=page(1, 2, token="t1"), match=[matchers.query_param_matcher({"page_size": "100"})])
    following = {"page_size": "100", "page_token": "t1"}
    script.get(SPACES, json={"next_page_token": "t2"}, match=[matchers.query_param_matcher(following)])
    script.get(SPACES, json=page(3), match=[matchers.query_param_matcher(following | {"page_token": "t2"})])

    assert [space.title for space in workspace.list_spaces()] == ["S1", "S2", "S3"]


def test_an_empty_workspace_lists_nothing(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(SPACES, json={})

    assert workspace.list_spaces() == []


def test_a_space_on_two_pages_is_listed_once(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(SPACES, json=page(1, 2, token="t1"))
    script.get(SPACES, json=page(2, 3))

    assert len(workspace.list_spaces()) == 3


def test_a_token_that_comes_back_ends_the_listing_with_an_error(
    workspace: Workspace, script: responses.RequestsMock
) -> None:
    for number in (1, 2, 3):
        script.get(SPACES, json=page(number, token="same"))

    assert kind_of(workspace.list_spaces) == "garbled"


def test_a_page_that_repeats_ends_the_listing_with_an_error(
    workspace: Workspace, script: responses.RequestsMock
) -> None:
    script.get(SPACES, json=page(1, token="t1"))
    script.get(SPACES, json=page(1, token="t2"))

    assert kind_of(workspace.list_spaces) == "garbled"


@pytest.mark.parametrize("spaces", [{"a": 1}, "x", [1], [{}], [{"title": "no id"}], [{"space_id": None}]])
def test_a_listing_with_odd_entries_is_garbled_not_shorter(
    workspace: Workspace, script: responses.RequestsMock, spaces: Any
) -> None:
    script.get(SPACES, json={"spaces": spaces})

    assert kind_of(workspace.list_spaces) == "garbled"


def test_pages_can_be_taken_as_they_come(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(SPACES, json=page(1, token="t1"))

    assert [space.title for space in next(workspace.space_pages())] == ["S1"]
    assert len(script.calls) == 1


def test_a_folder_is_made_under_workspace(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.post(f"{HOST}/api/2.0/workspace/mkdirs", json={})

    workspace.make_folder("/Users/me/x")

    assert json.loads(script.calls[0].request.body) == {"path": "/Workspace/Users/me/x"}


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/Workspace/Users/a/", "/Users/a"),
        ("/Users/a", "/Users/a"),
        ("/Workspaces/a", "/Workspaces/a"),
        ("/Workspace", "/"),
        ("/", "/"),
        ("", ""),
    ],
)
def test_a_folder_is_compared_without_prefix_and_slash(path: str, plain: str) -> None:
    assert folder(path) == plain
