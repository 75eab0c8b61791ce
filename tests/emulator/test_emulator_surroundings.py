"""emulator.warehouses, tags, unity, folders, evals, conversations: what a space needs around it."""

import pytest
from emulator_caller import SPACES, error_of

TAGS = "/api/2.0/entity-tag-assignments"
CATALOG = "/api/2.1/unity-catalog"
WAREHOUSES = "/api/2.0/sql/warehouses"
PRO, CLASSIC = "fedcba9876543210", "00000000c1a551c0"


def tag(api, space_id, key, value="v", entity_type="geniespaces"):
    return api.ask(
        "POST", TAGS, {"entity_type": entity_type, "entity_id": space_id, "tag_key": key, "tag_value": value}
    )


def tags_of(api, space_id):
    found = api.get(f"{TAGS}/geniespaces/{space_id}/tags").json()["tag_assignments"]
    return {each["tag_key"]: each.get("tag_value") for each in found}


def test_tags_are_set_changed_and_taken_away(api):
    space_id = api.made(title="x")["space_id"]
    one = f"{TAGS}/geniespaces/{space_id}/tags/owner"

    assert tag(api, space_id, "owner", "me").status_code == 200
    assert error_of(tag(api, space_id, "owner", "you")) == (409, "ALREADY_EXISTS")
    assert api.ask("PATCH", one, {"tag_value": "you"}, update_mask="tag_value").json()["tag_value"] == "you"
    assert tags_of(api, space_id) == {"owner": "you"}
    assert api.ask("DELETE", one).status_code == 200
    assert error_of(api.get(one)) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_tags_show_late_when_told_to(api, workspace):
    space_id = api.made(title="x")["space_id"]
    workspace.control.set_settings(tag_lag_s=60)

    tag(api, space_id, "owner")

    assert tags_of(api, space_id) == {}
    assert error_of(api.get(f"{TAGS}/geniespaces/{space_id}/tags/owner")) == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize("key", ["a,b", "a.b", "a:b", "a/b", "a-b", "a=b", " a", ""])
def test_forbidden_tag_keys_are_refused(api, key):
    assert error_of(tag(api, api.made(title="x")["space_id"], key)) == (400, "INVALID_PARAMETER_VALUE")


def test_other_spellings_of_the_entity_type_are_refused(api):
    space_id = api.made(title="x")["space_id"]

    assert error_of(tag(api, space_id, "a", entity_type="genie")) == (400, "INVALID_PARAMETER_VALUE")


def test_a_governed_tag_needs_assign_even_of_an_admin(api, workspace):
    workspace.control.set_settings(governed_tags={"cost": ["finance"]})

    assert error_of(tag(api, api.made(title="x")["space_id"], "cost")) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (CLASSIC, (400, "INVALID_PARAMETER_VALUE")),
        ("nope", (400, "INVALID_PARAMETER_VALUE")),
        ("", (400, "INVALID_PARAMETER_VALUE")),
    ],
)
def test_genie_refuses_a_classic_or_unknown_warehouse(api, number, code):
    assert error_of(api.create(warehouse_id=number)) == code


def test_a_warehouse_without_can_use_is_refused(workspace, someone):
    warehouse = workspace.control.add_warehouse("theirs", denied=["someone@example.com"])["id"]

    assert error_of(someone.create(warehouse_id=warehouse)) == (403, "PERMISSION_DENIED")
    assert "theirs" not in [each["name"] for each in someone.get(WAREHOUSES).json()["warehouses"]]


def test_warehouses_start_stop_change_and_go(api, workspace):
    assert api.get(f"{WAREHOUSES}/{PRO}").json()["state"] == "STOPPED"
    api.ask("POST", f"{WAREHOUSES}/{PRO}/start")
    assert api.get(f"{WAREHOUSES}/{PRO}").json()["state"] == "RUNNING"
    workspace.control.change_warehouse(PRO, name="Renamed")
    assert api.get(f"{WAREHOUSES}/{PRO}").json()["name"] == "Renamed"
    workspace.control.delete_warehouse(PRO)
    assert error_of(api.get(f"{WAREHOUSES}/{PRO}")) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_a_starting_warehouse_takes_its_time_when_told_to(api, workspace):
    workspace.control.set_settings(warehouse_start_s=60)

    api.ask("POST", f"{WAREHOUSES}/{PRO}/start")

    assert api.get(f"{WAREHOUSES}/{PRO}").json()["state"] == "STARTING"


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


def test_an_evaluation_walks_to_done_and_counts_only_there(api, workspace):
    workspace.control.set_settings(eval_verdicts={"Q1": "BAD", "Q2": "NEEDS_REVIEW"})
    questions = [
        {"id": f"{n:032x}", "question": [f"Q{n}"], "answer": [{"format": "SQL", "content": ["SELECT 1"]}]}
        for n in range(24)
    ]
    space_id = api.made({"version": 2, "benchmarks": {"questions": questions}}, title="x")["space_id"]
    runs = f"{SPACES}/{space_id}/eval-runs"

    run = api.ask("POST", runs, {}).json()
    walk = [run, api.get(f"{runs}/{run['eval_run_id']}").json(), api.get(f"{runs}/{run['eval_run_id']}").json()]

    assert [each["eval_run_status"] for each in walk] == ["NOT_STARTED", "RUNNING", "DONE"]
    assert ["num_questions" in each for each in walk] == [False, False, True]
    assert (walk[2]["num_questions"], walk[2]["num_correct"], walk[2]["num_needs_review"]) == (24, 22, 1)
    page = api.get(f"{runs}/{run['eval_run_id']}/results").json()
    assert len(page["eval_results"]) == 20
    assert page["next_page_token"]
    bad = next(each for each in questions if each["question"] == ["Q1"])
    details = api.get(f"{runs}/{run['eval_run_id']}/results/{bad['id']}").json()
    assert details["assessment"] == "BAD"


def test_the_samples_catalog_is_there_in_any_case(api):
    trips = api.get(f"{CATALOG}/tables/SAMPLES.NycTaxi.Trips").json()

    assert [each["name"] for each in trips["columns"]] == [
        "tpep_pickup_datetime",
        "tpep_dropoff_datetime",
        "trip_distance",
        "fare_amount",
        "pickup_zip",
        "dropoff_zip",
    ]
    tables = api.get(f"{CATALOG}/tables", catalog_name="samples", schema_name="tpch").json()["tables"]
    assert len(tables) == 8
    assert [each["name"] for each in api.get(f"{CATALOG}/schemas", catalog_name="samples").json()["schemas"]] == [
        "bakehouse",
        "nyctaxi",
        "tpch",
    ]


def test_the_outermost_missing_part_is_named(api):
    assert error_of(api.get(f"{CATALOG}/tables/no.b.c")) == (404, "CATALOG_DOES_NOT_EXIST")
    assert error_of(api.get(f"{CATALOG}/tables/samples.no.c")) == (404, "SCHEMA_DOES_NOT_EXIST")
    assert error_of(api.get(f"{CATALOG}/tables/samples.tpch.no")) == (404, "TABLE_DOES_NOT_EXIST")
    assert error_of(api.get(f"{CATALOG}/functions/samples.tpch.no")) == (404, "FUNCTION_DOES_NOT_EXIST")
    assert api.get(f"{CATALOG}/tables/samples.tpch.no/exists").json() == {"table_exists": False}


def test_schemas_are_made_and_removed_by_the_api(api, workspace):
    assert api.ask("POST", f"{CATALOG}/schemas", {"catalog_name": "main", "name": "sales"}).status_code == 200
    workspace.control.add_table("main.sales.orders", "id bigint, amount decimal(10,2), tags array<string>")
    columns = api.get(f"{CATALOG}/tables/main.sales.orders").json()["columns"]
    assert [each["type_text"] for each in columns] == ["bigint", "decimal(10,2)", "array<string>"]

    assert error_of(api.ask("DELETE", f"{CATALOG}/schemas/main.sales")) == (400, "INVALID_STATE")
    assert api.ask("DELETE", f"{CATALOG}/schemas/main.sales", force="true").status_code == 200
    assert error_of(api.get(f"{CATALOG}/tables/main.sales.orders")) == (404, "SCHEMA_DOES_NOT_EXIST")


def test_spaces_are_not_seen_in_their_folder_but_keep_it_from_being_deleted(api):
    folder = "/Users/you@example.com/genie"
    api.ask("POST", "/api/2.0/workspace/mkdirs", {"path": folder})
    space_id = api.made(title="x", parent_path=folder)["space_id"]

    assert api.get("/api/2.0/workspace/list", path=folder).json() == {}
    assert error_of(api.get("/api/2.0/workspace/get-status", path=f"{folder}/x")) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert error_of(api.ask("POST", "/api/2.0/workspace/delete", {"path": folder})) == (400, "DIRECTORY_NOT_EMPTY")
    api.ask("POST", "/api/2.0/workspace/delete", {"path": folder, "recursive": True})
    assert api.full(space_id).status_code == 404


def test_an_unknown_path_of_the_api_is_no_endpoint(api):
    assert error_of(api.get("/api/2.0/jobs/list")) == (404, "ENDPOINT_NOT_FOUND")
