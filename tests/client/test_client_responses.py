"""Error answers: which kind each is, and what the person reads. One claim, one odd answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from genie_provider.client import Workspace
from genie_provider.client.api.spaces import to_space
from genie_provider.client.http import responses as answers
from genie_provider.errors import WorkspaceError
from tests.client.oddities import HOST, SPACES, TOKEN

ID = "a" * 32
ONE = f"{SPACES}/{ID}"
READ = answers.Context("read", HOST, "genie:token of the stack", needs="CAN EDIT on the space")
WRITE = answers.Context("create", HOST, "x", writes=True, makes_in_folder=True)


def refused(context: answers.Context, status: int, data: Any = None, text: str = "", **headers: str) -> WorkspaceError:
    body = text.encode() if data is None else json.dumps(data).encode()
    return answers.refusal(context, status, headers, body)


def api(code: str, message: str = "") -> dict[str, str]:
    return {"error_code": code, "message": message}


@pytest.mark.parametrize(
    ("context", "status", "data", "kind"),
    [
        (READ, 404, api("RESOURCE_DOES_NOT_EXIST", "Unable to get space [x]"), "gone"),
        (READ, 404, api("NOT_FOUND", "the space has been trashed"), "gone"),
        (READ, 404, api("ENDPOINT_NOT_FOUND", "No API found"), "failed"),
        (READ, 404, api("FEATURE_DISABLED", "off"), "failed"),
        (READ, 404, {"message": "no code"}, "garbled"),
        (READ, 404, api("WHO_KNOWS", "something else"), "failed"),
        (READ, 404, api("TABLE_DOES_NOT_EXIST", "x"), "gone"),
        (READ, 403, api("PERMISSION_DENIED", "no"), "forbidden"),
        (READ, 403, api("PERMISSION_DENIED", "Invalid access token."), "unauthenticated"),
        (READ, 401, api("UNAUTHENTICATED", "expired"), "unauthenticated"),
        (READ, 401, None, "unauthenticated"),
        (READ, 400, api("INVALID_PARAMETER_VALUE", "Cannot find field: x"), "invalid"),
        (READ, 409, api("ABORTED", "Space configuration has been modified"), "outdated"),
        (READ, 409, api("ALREADY_EXISTS", "Node named 'x' exists"), "taken"),
        (READ, 400, api("RESOURCE_ALREADY_EXISTS", "Node named 'x' already exists"), "taken"),
        (READ, 400, api("BAD_REQUEST", "Node named 'x' already exists"), "taken"),
        (READ, 500, api("INTERNAL_ERROR", "x"), "failed"),
        (WRITE, 500, api("INTERNAL_ERROR", "x"), "ambiguous"),
        (WRITE, 501, api("NOT_IMPLEMENTED", "x"), "ambiguous"),
        (WRITE, 404, api("RESOURCE_DOES_NOT_EXIST", "x"), "no_folder"),
        (
            WRITE,
            400,
            api("INVALID_PARAMETER_VALUE", "Tree node with path '/Users/me/x' does not exist"),
            "no_folder",
        ),
        (WRITE, 400, api("INVALID_PARAMETER_VALUE", "title"), "invalid"),
        (READ, 418, api("TEAPOT", "x"), "failed"),
        (READ, 429, api("RESOURCE_EXHAUSTED", "x"), "limited"),
    ],
)
def test_each_refusal_has_its_kind(context: answers.Context, status: int, data: Any, kind: str) -> None:
    assert refused(context, status, data).kind == kind


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Provided OAuth token does not have required scopes: genie", "OAuth scope"),
        (
            "This API is disabled for users without the databricks-sql-access entitlement",
            "Databricks SQL access",
        ),
        ("Table 'main.a.b' does not exist.", "must exist before the space"),
        ("Failed to fetch tables for the space. Catalog 'x' does not exist", "must exist before the space"),
        ("User does not have SELECT on table", "SELECT"),
        ("You do not have permission to use the SQL warehouse", "CAN USE"),
        ("Source IP address: 1.2.3.4 is blocked by Databricks IP ACL", "IP access list"),
        ("Partner Powered AI features are required", "partner-powered AI"),
        ("nothing known", "CAN EDIT on the space"),
    ],
)
def test_each_403_says_what_is_missing(message: str, words: str) -> None:
    assert words in refused(READ, 403, api("PERMISSION_DENIED", message)).hint


def test_an_expired_token_says_how_to_log_in_and_which_was_used() -> None:
    text = str(refused(READ, 401, api("UNAUTHENTICATED", "Token is expired")))

    assert f"databricks auth login --host {HOST}" in text
    assert "genie:token of the stack" in text


def test_html_is_garbled_with_status_type_and_a_short_harmless_excerpt() -> None:
    page = "<html>\x1b[2J<title>Sign in</title>" + "x" * 5000

    error = refused(READ, 404, text=page, **{"Content-Type": "text/html"})

    assert error.kind == "garbled"
    assert "text/html" in str(error)
    assert "404" in str(error)
    assert "Sign in" in str(error)
    assert "\x1b" not in str(error)
    assert len(error.message) < 300


def test_a_proxys_404_page_never_means_gone(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, body="<html>not here</html>", status=404, content_type="text/html")

    with pytest.raises(WorkspaceError) as caught:
        workspace.get(ID)
    assert caught.value.kind == "garbled"


@pytest.mark.parametrize("body", ["<html>", "{", '{"space_id": NaN}', "[" * 100_000, "[]", '"x"', "null"])
def test_a_success_that_is_no_json_object_is_garbled(
    workspace: Workspace, script: responses.RequestsMock, body: str
) -> None:
    script.get(ONE, body=body)

    with pytest.raises(WorkspaceError) as caught:
        workspace.get(ID)
    assert caught.value.kind == "garbled"
    assert len(script.calls) == 2  # asked once more: half an answer may have looked like that


def test_an_error_inside_a_success_is_garbled_and_named(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ONE, json=api("INTERNAL_ERROR", "inside"))

    with pytest.raises(WorkspaceError, match="INTERNAL_ERROR") as caught:
        workspace.get(ID)
    assert caught.value.kind == "garbled"


def test_the_token_never_comes_back_in_an_error(workspace: Workspace, script: responses.RequestsMock) -> None:
    for status in (400, 401, 403, 404, 500):
        script.reset()
        script.get(ONE, json=api("X", f"bad header Bearer {TOKEN}, {TOKEN}"), status=status)
        with pytest.raises(WorkspaceError) as caught:
            workspace.get(ID)
        assert TOKEN not in str(caught.value) + repr(caught.value) + repr(vars(caught.value))


def test_errors_of_scim_are_read_too() -> None:
    assert refused(READ, 403, {"detail": "not an admin", "status": "403"}).message == "not an admin"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
field = st.sampled_from(["error_code", "message", "detail", "error", "details"])


@given(st.integers(300, 599), st.one_of(json_values, st.dictionaries(field, json_values)), st.booleans())
def test_no_refusal_whatever_its_body_breaks_the_reader(status: int, data: Any, writes: bool) -> None:
    error = refused(WRITE if writes else READ, status, data)

    assert error.kind
    assert len(str(error)) < 1500


fields = st.sampled_from(
    [
        "space_id",
        "title",
        "description",
        "warehouse_id",
        "parent_path",
        "serialized_space",
        "etag",
        "create_time",
        "new",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(fields, json_values))
def test_no_space_whatever_its_fields_breaks_the_reader(data: dict[str, Any]) -> None:
    try:
        space = to_space(data | {"space_id": ID}, "read", ID)
    except WorkspaceError as error:
        if error.kind != "garbled":
            raise
    else:
        assert isinstance(space.title, str)
        assert isinstance(space.body, (dict, type(None)))
