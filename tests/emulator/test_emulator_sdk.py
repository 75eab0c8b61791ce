"""The official SDK takes the local workspace for a workspace."""

import pytest

sdk = pytest.importorskip("databricks.sdk")
errors = pytest.importorskip("databricks.sdk.errors")
iam = pytest.importorskip("databricks.sdk.service.iam")
tags = pytest.importorskip("databricks.sdk.service.tags")

BODY = '{"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}'


@pytest.fixture
def client(workspace):
    return sdk.WorkspaceClient(host=workspace.url, token="anything", auth_type="pat")


@pytest.fixture
def warehouse_id(client):
    return next(iter(client.warehouses.list())).id


def test_it_learns_who_and_where_it_is(client, workspace):
    assert client.config.workspace_id == workspace.workspace_id
    assert str(client.get_workspace_id()) == workspace.workspace_id
    assert client.current_user.me().user_name == workspace.user


def test_a_space_goes_through_its_life(client, warehouse_id):
    made = client.genie.create_space(warehouse_id, BODY, title="Trips", parent_path="/Workspace/Shared")
    assert made.parent_path == "/Shared"
    assert made.create_time.ToDatetime().year > 2000

    client.genie.update_space(made.space_id, title="Rides")
    assert client.genie.get_space(made.space_id, include_serialized_space=True).etag == made.etag
    assert [each.title for each in client.genie.list_spaces().spaces] == ["Rides"]
    client.genie.trash_space(made.space_id)
    with pytest.raises(errors.NotFound):
        client.genie.get_space(made.space_id)
    with pytest.raises(errors.PermissionDenied):
        client.genie.trash_space(made.space_id)


def test_errors_have_the_classes_the_sdk_has_for_them(client, warehouse_id):
    made = client.genie.create_space(warehouse_id, BODY, title="Trips")
    client.genie.create_space(warehouse_id, BODY, title="Other")

    with pytest.raises(errors.ResourceAlreadyExists):
        client.genie.update_space(made.space_id, title="Other")
    with pytest.raises(errors.Aborted):
        client.genie.update_space(made.space_id, title="x", etag="0" * 64)
    with pytest.raises(errors.InvalidParameterValue):
        client.genie.create_space(warehouse_id, "{}")
    with pytest.raises(errors.ResourceDoesNotExist):
        client.genie.create_space(warehouse_id, BODY, parent_path="/Shared/none")


def test_permissions_and_tags_are_kept(client, warehouse_id):
    space_id = client.genie.create_space(warehouse_id, BODY, title="Trips").space_id
    entry = iam.AccessControlRequest(group_name="analysts", permission_level=iam.PermissionLevel.CAN_RUN)

    listed = client.permissions.update("genie", space_id, access_control_list=[entry]).access_control_list
    assert "analysts" in [each.group_name for each in listed]

    assignments = client.workspace_entity_tag_assignments
    assignments.create_tag_assignment(tags.TagAssignment("geniespaces", space_id, "owner", tag_value="me"))
    assert [each.tag_value for each in assignments.list_tag_assignments("geniespaces", space_id)] == ["me"]


def test_a_question_is_answered(client, warehouse_id):
    space_id = client.genie.create_space(warehouse_id, BODY, title="Trips").space_id

    message = client.genie.start_conversation(space_id, "How far?").response

    assert message.conversation_id
    read = client.genie.get_message(space_id, message.conversation_id, message.message_id)
    assert read.attachments[0].query.query.startswith("SELECT")


def test_statements_are_carried_out(client, warehouse_id):
    answer = client.statement_execution.execute_statement("SELECT 1 AS one", warehouse_id)

    assert answer.result.data_array == [["1"]]
    assert answer.manifest.schema.columns[0].name == "one"
