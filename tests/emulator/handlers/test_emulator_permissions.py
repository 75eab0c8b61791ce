"""emulator.state.callers and access_control, and the calls on them: who may do what."""

import pytest
from emulator_caller import SPACES, Caller, error_of

PIPELINE = "11111111-2222-3333-4444-555555555555"


def levels(api, space_id):
    entries = api.get(f"/api/2.0/permissions/genie/{space_id}").json()["access_control_list"]
    return {
        each.get("user_name") or each.get("group_name") or each.get("service_principal_name"): [
            (permission["permission_level"], permission["inherited"]) for permission in each["all_permissions"]
        ]
        for each in entries
    }


def put(api, space_id, *entries, method="PUT"):
    return api.ask(method, f"/api/2.0/permissions/genie/{space_id}", {"access_control_list": list(entries)})


def test_no_token_is_unauthenticated(nobody):
    assert error_of(nobody.get(SPACES)) == (401, "UNAUTHENTICATED")


def test_an_expired_token_is_unauthenticated(workspace):
    workspace.control.add_token("old", "you@example.com", expired=True)

    assert error_of(Caller(workspace.url, "old").get(SPACES)) == (401, "UNAUTHENTICATED")


def test_any_token_is_the_default_user_unless_told_otherwise(api, workspace):
    assert api.get("/api/2.0/preview/scim/v2/Me").json()["userName"] == "you@example.com"
    workspace.control.set_settings(strict_tokens=True)
    assert error_of(api.get("/api/2.0/preview/scim/v2/Me")) == (401, "UNAUTHENTICATED")


def test_a_token_without_the_genie_scope_is_told_so(workspace):
    workspace.control.add_token("narrow", "you@example.com", admin=True, scopes=["sql"])
    answer = Caller(workspace.url, "narrow").get(SPACES)

    assert error_of(answer) == (403, "PERMISSION_DENIED")
    assert "does not have required scopes: genie" in answer.json()["message"]


def test_without_the_entitlement_nothing_is_created(workspace):
    workspace.control.add_token("bare", "bare@example.com", entitled=False)

    assert error_of(Caller(workspace.url, "bare").create(title="x")) == (403, "PERMISSION_DENIED")


def test_a_service_principal_is_known_by_its_application_id(workspace):
    workspace.control.add_token("robot", PIPELINE, kind="service_principal")
    robot = Caller(workspace.url, "robot")

    assert robot.get("/api/2.0/preview/scim/v2/Me").json()["userName"] == PIPELINE
    assert robot.made(title="x")["parent_path"] == f"/Users/{PIPELINE}"


def test_who_has_no_right_sees_nothing(api, someone):
    space_id = api.made(title="mine")["space_id"]

    assert someone.listed() == []
    for answer in (someone.full(space_id), someone.update(space_id, title="x"), someone.trash(space_id)):
        assert error_of(answer) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("level", "may"),
    [("CAN_READ", "read"), ("CAN_RUN", "read"), ("CAN_EDIT", "read edit"), ("CAN_MANAGE", "read edit manage")],
)
def test_each_level_opens_its_calls(api, someone, level, may):
    space_id = api.made(title="mine")["space_id"]
    put(api, space_id, {"user_name": "someone@example.com", "permission_level": level}, method="PATCH")

    assert someone.listed() == ["mine"]
    assert someone.get(f"{SPACES}/{space_id}").status_code == 200
    assert (someone.full(space_id).status_code == 200) == ("edit" in may)
    assert (someone.update(space_id, title="x").status_code == 200) == ("edit" in may)
    assert (someone.trash(space_id).status_code == 200) == ("manage" in may)


def test_below_edit_the_definition_is_left_out_when_told_to(api, someone, workspace):
    workspace.control.set_settings(definition_without_edit="omit")
    space_id = api.made(title="mine")["space_id"]
    put(api, space_id, {"user_name": "someone@example.com", "permission_level": "CAN_READ"})

    assert "serialized_space" not in someone.full(space_id).json()


def test_the_creator_manages_and_admins_inherit(api):
    space_id = api.made(title="mine")["space_id"]

    assert levels(api, space_id) == {
        "you@example.com": [("CAN_MANAGE", False), ("CAN_MANAGE", True)],
        "admins": [("CAN_MANAGE", True)],
    }


def test_put_replaces_direct_entries_and_patch_adds(api):
    space_id = api.made(title="mine", parent_path="/Shared")["space_id"]
    put(api, space_id, {"group_name": "analysts", "permission_level": "CAN_RUN"}, method="PATCH")
    assert levels(api, space_id)["analysts"] == [("CAN_RUN", False)]
    assert levels(api, space_id)["you@example.com"] == [("CAN_MANAGE", False)]

    put(api, space_id, {"service_principal_name": PIPELINE, "permission_level": "CAN_EDIT"})
    assert levels(api, space_id) == {
        PIPELINE: [("CAN_EDIT", False)],
        "admins": [("CAN_MANAGE", True)],
        "users": [("CAN_MANAGE", True)],
    }


def test_a_deployer_can_lock_itself_out(api, someone, workspace):
    workspace.control.grant_on_folder("/team", "user", "someone@example.com", "CAN_EDIT")
    space_id = someone.made(title="theirs", parent_path="/team")["space_id"]

    assert put(someone, space_id, {"group_name": "analysts", "permission_level": "CAN_READ"}).status_code == 200

    assert error_of(someone.trash(space_id)) == (403, "PERMISSION_DENIED")


def test_rights_on_a_folder_are_inherited_and_move_with_the_folder(api, someone, workspace):
    workspace.control.grant_on_folder("/team", "group", "analysts", "CAN_READ")
    space_id = api.made(title="ours", parent_path="/team")["space_id"]
    assert someone.listed() == ["ours"]

    api.update(space_id, parent_path="/Users/you@example.com")

    assert someone.listed() == []


def test_unknown_principals_and_levels_are_refused(api):
    space_id = api.made(title="mine")["space_id"]

    answer = put(api, space_id, {"user_name": "ghost@example.com", "permission_level": "CAN_RUN"})
    assert error_of(answer) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert "Principal: UserName(ghost@example.com) does not exist" in answer.json()["message"]
    answer = put(api, space_id, {"group_name": "analysts", "permission_level": "CAN_VIEW"})
    assert error_of(answer) == (400, "INVALID_PARAMETER_VALUE")


def test_permissions_answer_for_a_trashed_space(api):
    space_id = api.made(title="mine")["space_id"]
    api.trash(space_id)

    assert levels(api, space_id)["you@example.com"]


def test_the_object_type_is_genie_and_nothing_else(api):
    space_id = api.made(title="mine")["space_id"]

    assert error_of(api.get(f"/api/2.0/permissions/genie/spaces/{space_id}")) == (404, "ENDPOINT_NOT_FOUND")
    found = api.get(f"/api/2.0/permissions/genie/{space_id}/permissionLevels").json()["permission_levels"]
    assert [each["permission_level"] for each in found] == ["CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"]


def test_reads_of_rights_lag_when_told_to(api, workspace):
    workspace.control.set_settings(permission_lag_s=60)
    space_id = api.made(title="mine")["space_id"]

    put(api, space_id, {"group_name": "analysts", "permission_level": "CAN_RUN"}, method="PATCH")

    assert "analysts" not in levels(api, space_id)


def test_principals_are_found_by_a_filter(api):
    def found(resource, condition):
        return api.get(f"/api/2.0/preview/scim/v2/{resource}", filter=condition).json()["Resources"]

    assert found("Users", 'userName eq "someone@example.com"')[0]["userName"] == "someone@example.com"
    assert found("Groups", "displayName eq 'analysts'")[0]["displayName"] == "analysts"
    assert found("ServicePrincipals", f'applicationId eq "{PIPELINE}"')[0]["applicationId"] == PIPELINE
    assert found("Groups", 'displayName eq "ghosts"') == []


def test_a_table_one_may_not_read_cannot_be_attached(workspace, someone):
    workspace.control.add_table("main.hr.salaries", {"amount": "double"}, denied=["someone@example.com"])
    body = {"version": 2, "data_sources": {"tables": [{"identifier": "main.hr.salaries"}]}}

    assert error_of(someone.create(body)) == (403, "PERMISSION_DENIED")


def test_nobody_makes_spaces_in_the_home_of_another(someone):
    assert error_of(someone.create(parent_path="/Users/you@example.com")) == (403, "PERMISSION_DENIED")
