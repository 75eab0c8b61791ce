"""Around a space: people, rights, warehouses, tables, tags, SQL."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses
from responses import matchers

from genie_provider.client import Grant, Workspace
from genie_provider.errors import WorkspaceError
from tests.client.oddities import HOST, FakeClock

ID = "a" * 32
ME = f"{HOST}/api/2.0/preview/scim/v2/Me"
ACL = f"{HOST}/api/2.0/permissions/genie/{ID}"
WAREHOUSES = f"{HOST}/api/2.0/sql/warehouses"
SQL = f"{HOST}/api/2.0/sql/statements"
TAGS = f"{HOST}/api/2.0/entity-tag-assignments"
TABLES = f"{HOST}/api/2.1/unity-catalog/tables"
GONE = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "x"}


def refused_with(call: Any, *args: Any, **kwargs: Any) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as caught:
        call(*args, **kwargs)
    return caught.value


# People


def test_me_is_asked_once_and_knows_admins(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ME, json={"userName": "a@b.c", "id": "1", "groups": [{"display": "admins"}]})

    workspace.me()
    me = workspace.me()

    assert (me.principal, me.is_admin, me.is_service_principal) == ("user:a@b.c", True, False)
    assert len(script.calls) == 1


def test_a_service_principal_is_known_by_its_application_id(
    workspace: Workspace, script: responses.RequestsMock
) -> None:
    application_id = "11111111-2222-3333-4444-555555555555"
    script.get(ME, json={"userName": application_id, "displayName": "deployer"})

    assert workspace.me().principal == f"service_principal:{application_id}"


def test_a_failure_of_me_is_not_kept(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ME, json={"error_code": "PERMISSION_DENIED", "message": "Invalid access token."}, status=403)
    script.get(ME, json={"userName": "a"})

    assert refused_with(workspace.me).kind == "unauthenticated"
    assert workspace.me().user_name == "a"


def test_the_workspaces_id_comes_with_any_answer(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ME, json={"userName": "a"}, headers={"X-Databricks-Org-Id": "42"})

    assert workspace.workspace_id() == "42"


def test_the_workspaces_id_is_asked_for_without_credentials(
    workspace: Workspace, script: responses.RequestsMock
) -> None:
    script.get(ME, json={"userName": "a"})
    script.get(f"{HOST}/.well-known/databricks-config", json={"workspace_id": "43"})

    assert workspace.workspace_id() == "43"
    assert "Authorization" not in script.calls[1].request.headers


def test_a_workspace_that_tells_no_id_has_none(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(ME, json={"userName": "a"})
    script.get(f"{HOST}/.well-known/databricks-config", body="<html>", status=404)

    assert workspace.workspace_id() == ""


def test_a_principal_is_looked_up_quoted(workspace: Workspace, script: responses.RequestsMock) -> None:
    query = {"filter": 'displayName eq "a\\"b"', "attributes": "id,displayName", "count": "1"}
    script.get(
        f"{HOST}/api/2.0/preview/scim/v2/Groups",
        json={"Resources": [{"id": "1"}]},
        match=[matchers.query_param_matcher(query)],
    )

    assert workspace.principal_exists('group:a"b')


def test_an_unknown_principal_does_not_exist(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(f"{HOST}/api/2.0/preview/scim/v2/Users", json={"totalResults": 0})

    assert not workspace.principal_exists("user:x@y.z")


@pytest.mark.parametrize("principal", ["x@y.z", "team:x", "user:", ""])
def test_a_principal_without_kind_is_refused_before_sending(workspace: Workspace, principal: str) -> None:
    assert refused_with(workspace.principal_exists, principal).kind == "invalid"


def test_rights_are_read_with_what_is_inherited(workspace: Workspace, script: responses.RequestsMock) -> None:
    entries = [
        {"user_name": "a", "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": False}]},
        {"group_name": "admins", "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": True}]},
        {
            "service_principal_name": "id",
            "display_name": "x",
            "all_permissions": [{"permission_level": "CAN_RUN"}],
        },
    ]
    script.get(ACL, json={"access_control_list": entries})

    assert workspace.permissions(ID) == [
        Grant("user:a", "CAN_MANAGE"),
        Grant("group:admins", "CAN_MANAGE", True),
        Grant("service_principal:id", "CAN_RUN"),
    ]


def test_can_view_is_sent_as_can_read(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.put(ACL, json={})

    workspace.set_permissions(ID, {"group:all": "CAN_VIEW", "service_principal:id": "CAN_RUN"})

    assert json.loads(script.calls[0].request.body)["access_control_list"] == [
        {"group_name": "all", "permission_level": "CAN_READ"},
        {"service_principal_name": "id", "permission_level": "CAN_RUN"},
    ]


def test_adding_rights_patches(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.patch(ACL, json={})

    assert workspace.add_permissions(ID, {"user:a": "CAN_RUN"}) == []


# Warehouses


def a_warehouse(id: str, name: str, state: str = "RUNNING", type: str = "PRO") -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "state": state,
        "warehouse_type": type,
        "enable_serverless_compute": type == "PRO",
    }


@pytest.fixture
def warehouses(script: responses.RequestsMock) -> responses.RequestsMock:
    every = [
        a_warehouse("1", "Main", "STOPPED"),
        a_warehouse("2", "Twin"),
        a_warehouse("3", "Twin"),
        a_warehouse("4", "Old", type="CLASSIC"),
        a_warehouse("5", "Leaving", "DELETING"),
        a_warehouse("6", "Half"),
        a_warehouse("7", "Half", "DELETED"),
    ]
    script.get(WAREHOUSES, json={"warehouses": every})
    return script


@pytest.mark.parametrize(("wanted", "id"), [("1", "1"), ("Main", "1"), ("3", "3"), ("Half", "6")])
def test_a_warehouse_is_found_by_id_or_exact_name(
    workspace: Workspace, warehouses: responses.RequestsMock, wanted: str, id: str
) -> None:
    assert workspace.find_warehouse(wanted).id == id


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("main", ["no such warehouse", "'Main' (1, serverless, stopped)"]),
        ("Twin", ["several", "(2,", "(3,"]),
        ("Old", ["classic", "'Main'"]),
        ("Leaving", ["deleting", "'Main'"]),
    ],
)
def test_a_warehouse_that_cannot_be_used_lists_the_choices(
    workspace: Workspace, warehouses: responses.RequestsMock, wanted: str, words: list[str]
) -> None:
    error = refused_with(workspace.find_warehouse, wanted)

    assert error.kind == "invalid"
    assert all(word in str(error) for word in words)


def test_warehouses_are_listed_once(workspace: Workspace, warehouses: responses.RequestsMock) -> None:
    workspace.find_warehouse("Main")
    workspace.find_warehouse("2")

    assert len(warehouses.calls) == 1


# Unity Catalog


def test_a_table_has_columns_with_types(workspace: Workspace, script: responses.RequestsMock) -> None:
    columns = [{"name": "Id", "type_text": "bigint"}, {"name": "at", "type_name": "TIMESTAMP"}]
    script.get(f"{TABLES}/a.b.c", json={"full_name": "a.b.c", "table_type": "VIEW", "columns": columns})

    table = workspace.table("a.b.c")

    assert table
    assert table.columns == {"Id": "bigint", "at": "timestamp"}
    assert table.type == "VIEW"


def test_a_missing_or_hidden_table_is_none_and_asked_for_again(
    workspace: Workspace, script: responses.RequestsMock
) -> None:
    hidden = {"error_code": "PERMISSION_DENIED", "message": "User does not have USE SCHEMA on Schema 'a.b'"}
    script.get(f"{TABLES}/a.b.c", json=hidden, status=403)
    script.get(f"{TABLES}/a.b.c", json={"error_code": "TABLE_DOES_NOT_EXIST", "message": "x"}, status=404)
    script.get(f"{TABLES}/a.b.c", json={"full_name": "a.b.c"})

    assert workspace.table("a.b.c") is None
    assert workspace.table("a.b.c") is None
    assert workspace.table("a.b.c")
    assert workspace.table("A.B.C")
    assert len(script.calls) == 3


def test_a_missing_scope_is_not_a_missing_table(workspace: Workspace, script: responses.RequestsMock) -> None:
    message = "Provided OAuth token does not have required scopes: unity-catalog"
    script.get(f"{TABLES}/a.b.c", json={"error_code": "PERMISSION_DENIED", "message": message}, status=403)

    assert refused_with(workspace.table, "a.b.c").kind == "forbidden"


def test_a_function_has_parameters(workspace: Workspace, script: responses.RequestsMock) -> None:
    info = {
        "full_name": "a.b.f",
        "data_type": "INT",
        "input_params": {"parameters": [{"name": "x", "type_text": "int"}]},
    }
    script.get(f"{HOST}/api/2.1/unity-catalog/functions/a.b.f", json=info)

    function = workspace.function("a.b.f")

    assert function
    assert function.parameters == {"x": "int"}
    assert function.returns == "INT"


def test_a_name_with_odd_characters_stays_one_segment(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(f"{TABLES}/a.b.c%2F..%2Fx%20y", json=GONE, status=404)

    assert workspace.table("a.b.c/../x y") is None


# Tags


def test_tags_are_read_page_by_page(workspace: Workspace, script: responses.RequestsMock) -> None:
    url = f"{TAGS}/geniespaces/{ID}/tags"
    script.get(url, json={"tag_assignments": [{"tag_key": "a", "tag_value": "1"}], "next_page_token": "t"})
    script.get(url, json={"tag_assignments": [{"tag_key": "b"}]})

    assert workspace.tags(ID) == {"a": "1", "b": ""}


def test_tags_that_are_not_visible_yet_are_none(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.get(f"{TAGS}/geniespaces/{ID}/tags", json=GONE, status=404)

    assert workspace.tags(ID) == {}


def test_a_tag_that_exists_is_changed_even_if_it_does_not_show_yet(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.post(TAGS, json={"error_code": "ALREADY_EXISTS", "message": "x"}, status=409)
    script.patch(f"{TAGS}/geniespaces/{ID}/tags/owner", json=GONE, status=404)
    script.patch(f"{TAGS}/geniespaces/{ID}/tags/owner", json={})

    assert workspace.set_tag(ID, "owner", "x") is False
    assert json.loads(script.calls[2].request.body)["tag_value"] == "x"


def test_set_tag_waits_until_the_tag_shows(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    url = f"{TAGS}/geniespaces/{ID}/tags"
    script.post(TAGS, json={})
    script.get(url, json=GONE, status=404)
    script.get(url, json={"tag_assignments": [{"tag_key": "owner", "tag_value": "x"}]})

    assert workspace.set_tag(ID, "owner", "x", settle_s=60) is True
    assert sum(clock.slept) < 5


def test_set_tag_gives_up_waiting_without_an_error(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.post(TAGS, json={})
    script.get(f"{TAGS}/geniespaces/{ID}/tags", json={})

    assert workspace.set_tag(ID, "owner", "x", settle_s=10) is False


def test_deleting_a_tag_that_is_not_there_is_done(workspace: Workspace, script: responses.RequestsMock) -> None:
    script.delete(f"{TAGS}/geniespaces/{ID}/tags/owner", json=GONE, status=404)

    workspace.delete_tag(ID, "owner")


# SQL


def a_result(state: str = "SUCCEEDED", **fields: Any) -> dict[str, Any]:
    return {"statement_id": "s1", "status": {"state": state}} | fields


MANIFEST = {"schema": {"columns": [{"name": "n", "type_text": "INT"}]}}


def test_a_statement_is_polled_and_its_chunks_joined(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.post(SQL, json=a_result("PENDING"))
    script.get(f"{SQL}/s1", json=a_result("RUNNING"))
    result = {"data_array": [["1"]], "next_chunk_index": 1}
    script.get(f"{SQL}/s1", json=a_result(manifest=MANIFEST, result=result))
    script.get(f"{SQL}/s1/result/chunks/1", json={"data_array": [[None]]})

    rows = workspace.statement("SELECT :a", "w", {"a": True, "b": 1, "c": 1.5, "d": "x", "e": None})

    assert (rows.columns, rows.rows) == (["n"], [["1"], [None]])
    kinds = [p.get("type") for p in json.loads(script.calls[0].request.body)["parameters"]]
    assert kinds == ["BOOLEAN", "BIGINT", "DOUBLE", "STRING", None]


def test_failed_sql_inside_a_success_is_failed(workspace: Workspace, script: responses.RequestsMock) -> None:
    failure = {"state": "FAILED", "error": {"error_code": "BAD_REQUEST", "message": "[PARSE] near \x1b[2J x"}}
    script.post(SQL, json={"statement_id": "s1", "status": failure})

    error = refused_with(workspace.statement, "SELEC", "w")

    assert (error.kind, error.error_code) == ("failed", "BAD_REQUEST")
    assert "[PARSE] near" in error.message
    assert "\x1b" not in error.message


@pytest.mark.parametrize("state", ["CANCELED", "CLOSED"])
def test_a_cancelled_statement_is_failed(workspace: Workspace, script: responses.RequestsMock, state: str) -> None:
    script.post(SQL, json=a_result(state))

    assert refused_with(workspace.statement, "SELECT 1", "w").kind == "failed"


def test_a_statement_that_takes_too_long_is_cancelled(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.post(SQL, json=a_result("PENDING"))
    script.get(f"{SQL}/s1", json=a_result("RUNNING"))
    cancelled = script.post(f"{SQL}/s1/cancel", json={})

    error = refused_with(workspace.statement, "SELECT 1", "w", timeout_s=30)

    assert error.kind == "failed"
    assert "30 s" in str(error)
    assert cancelled.call_count == 1


ODD_ROWS, ODD_CHUNK = {"data_array": ["x"]}, {"next_chunk_index": 0}


@pytest.mark.parametrize("answer", [{}, {"status": "x"}, a_result(result=ODD_ROWS), a_result(result=ODD_CHUNK)])
def test_an_odd_result_is_garbled(workspace: Workspace, script: responses.RequestsMock, answer: Any) -> None:
    script.post(SQL, json=answer)
    script.get(f"{SQL}/s1/result/chunks/0", json={"next_chunk_index": 0})

    assert refused_with(workspace.statement, "SELECT 1", "w").kind == "garbled"


def test_a_statement_is_not_repeated_unless_it_may_be(
    workspace: Workspace, script: responses.RequestsMock, clock: FakeClock
) -> None:
    script.post(SQL, json={"error_code": "INTERNAL_ERROR", "message": "x"}, status=500)
    script.post(SQL, json={"error_code": "INTERNAL_ERROR", "message": "x"}, status=500)
    script.post(SQL, json=a_result())

    assert refused_with(workspace.statement, "SELECT 1", "w").kind == "ambiguous"
    assert workspace.statement("SELECT 1", "w", repeatable=True).rows == []
