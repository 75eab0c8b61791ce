"""emulator.handlers.conversations: a question and its answer."""

from emulator_caller import SPACES

PRO = "fedcba9876543210"


def answered(api, space_id, question):
    begun = api.ask("POST", f"{SPACES}/{space_id}/start-conversation", {"content": question}).json()
    message = f"{SPACES}/{space_id}/conversations/{begun['conversation_id']}/messages/{begun['message_id']}"
    return api.get(message).json(), message


def test_a_question_is_answered_with_the_sql_of_its_example(api):
    example = {
        "id": "a" * 32,
        "question": ["How many trips?"],
        "sql": ["SELECT count(*) AS n FROM samples.nyctaxi.trips"],
    }
    space_id = api.made(
        {
            "version": 2,
            "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]},
            "instructions": {"example_question_sqls": [example]},
        },
        title="x",
    )["space_id"]

    message, path = answered(api, space_id, "How many trips?")

    assert message["status"] == "COMPLETED"
    attachment = message["attachments"][0]
    assert attachment["query"]["query"] == example["sql"][0]
    result = api.get(f"{path}/attachments/{attachment['attachment_id']}/query-result").json()
    assert result["statement_response"]["result"]["data_array"] == [["0"]]


def test_a_changed_warehouse_breaks_the_space_until_it_is_picked_in_the_ui(api, workspace):
    body = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}
    space_id = api.made(body, title="x")["space_id"]

    assert api.update(space_id, warehouse_id=PRO).json()["warehouse_id"] == PRO

    assert workspace.control.space(space_id)["lost_access"]
    message, _ = answered(api, space_id, "q")
    assert (message["status"], message["error"]["type"]) == ("FAILED", "WAREHOUSE_ACCESS_MISSING_EXCEPTION")
    workspace.control.edit_in_ui(space_id, warehouse_id=PRO)
    assert answered(api, space_id, "q")[0]["status"] == "COMPLETED"


def test_a_question_without_tables_fails(api):
    message, _ = answered(api, api.made(title="x")["space_id"], "q")

    assert message["error"]["type"] == "NO_TABLES_TO_QUERY_EXCEPTION"
