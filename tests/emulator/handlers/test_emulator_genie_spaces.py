"""emulator.handlers.genie_spaces and genie.spaces: the life of a space."""

import json
import re
from collections import Counter

import pytest
import requests
from emulator_caller import SPACES, error_of

from emulator.serving import running
from emulator.state.warehouses import STARTER_ID

TRIPS = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}
ORDERS = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.tpch.orders"}]}}


def test_a_created_space_is_read_back_with_its_definition(api):
    made = api.made(TRIPS, title="Trips", description="Taxis")

    read = api.full(made["space_id"]).json()

    assert read == made
    assert re.fullmatch(r"[0-9a-f]{32}", made["space_id"])
    assert re.fullmatch(r"[0-9a-f]{64}", made["etag"])
    assert json.loads(read["serialized_space"]) == TRIPS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", read["create_time"])


def test_without_the_definition_there_is_no_etag(api):
    space_id = api.made(TRIPS, title="Trips")["space_id"]

    read = api.get(f"{SPACES}/{space_id}").json()

    assert "serialized_space" not in read
    assert "etag" not in read
    assert read["title"] == "Trips"


def test_every_answer_names_the_workspace(api, workspace):
    assert api.get(SPACES).headers["X-Databricks-Org-Id"] == workspace.workspace_id


def test_creating_twice_makes_two_and_renames_the_second(api):
    first, second = api.made(title="Foo"), api.made(title="Foo")

    assert first["space_id"] != second["space_id"]
    assert re.fullmatch(r"Foo \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", second["title"])


def test_the_same_title_in_another_folder_is_no_collision(api, workspace):
    workspace.control.add_folder("/Shared/team")
    api.made(title="Foo")

    assert api.made(title="Foo", parent_path="/Shared/team")["title"] == "Foo"


def test_updating_to_a_taken_title_fails(api):
    api.made(title="Foo")
    other = api.made(title="Bar")["space_id"]

    answer = api.update(other, title="Foo")

    assert error_of(answer) == (409, "RESOURCE_ALREADY_EXISTS")
    assert "Node named 'Foo'" in answer.json()["message"]


def test_moving_into_a_folder_where_the_title_is_taken_fails(api):
    api.made(title="Foo", parent_path="/Shared")
    other = api.made(title="Foo")["space_id"]

    assert error_of(api.update(other, parent_path="/Shared")) == (409, "RESOURCE_ALREADY_EXISTS")


def test_a_title_with_a_slash_is_refused(api):
    answer = api.create(title="a/b")

    assert error_of(answer) == (400, "INVALID_PARAMETER_VALUE")
    assert "Workspace items cannot contain the '/' character" in answer.json()["message"]
    assert api.listed() == []


def test_the_home_folder_is_the_default_and_the_workspace_prefix_is_dropped(api, workspace):
    workspace.control.add_folder("/Shared/team")

    assert api.made(title="a")["parent_path"] == "/Users/you@example.com"
    assert api.made(title="b", parent_path="/Workspace/Shared/team/")["parent_path"] == "/Shared/team"


@pytest.mark.parametrize(("style", "code"), [(404, "RESOURCE_DOES_NOT_EXIST"), (400, "INVALID_PARAMETER_VALUE")])
def test_a_missing_folder_is_refused_as_the_backend_is_told_to(api, workspace, style, code):
    workspace.control.set_settings(missing_folder_status=style)

    assert error_of(api.create(parent_path="/Shared/none")) == (style, code)


def test_a_made_folder_takes_spaces(api):
    folder = "/Workspace/Users/you@example.com/genie/dev"
    assert api.ask("POST", "/api/2.0/workspace/mkdirs", {"path": folder}).status_code == 200

    assert api.made(parent_path=folder)["parent_path"] == "/Users/you@example.com/genie/dev"


def test_an_update_changes_what_it_names_and_moves_update_time(api):
    made = api.made(TRIPS, title="Trips", description="Taxis")

    changed = api.update(made["space_id"], title="Rides").json()

    assert changed["title"] == "Rides"
    assert changed["description"] == "Taxis"
    assert changed["update_time"] >= made["update_time"]
    assert changed["create_time"] == made["create_time"]


def test_only_the_definition_moves_the_etag(api):
    made = api.made(TRIPS, title="Trips")
    etag = made["etag"]

    assert api.update(made["space_id"], title="Rides", description="x").json()["etag"] == etag
    assert api.update(made["space_id"], TRIPS).json()["etag"] == etag
    assert api.update(made["space_id"], ORDERS).json()["etag"] != etag


def test_an_old_etag_is_refused_and_the_current_one_accepted(api):
    made = api.made(TRIPS, title="Trips")
    space_id = made["space_id"]

    assert api.update(space_id, ORDERS, etag=made["etag"]).status_code == 200
    answer = api.update(space_id, TRIPS, etag=made["etag"])

    assert error_of(answer) == (409, "ABORTED")
    assert answer.json()["message"].startswith("Space configuration has been modified since this export was taken")


def test_a_switch_refuses_real_changes_even_with_the_current_etag(api, workspace):
    workspace.control.set_settings(etag_refuses_real_changes=True)
    made = api.made(TRIPS, title="Trips")

    assert api.update(made["space_id"], TRIPS, etag=made["etag"]).status_code == 200
    assert error_of(api.update(made["space_id"], ORDERS, etag=made["etag"])) == (409, "ABORTED")


def test_a_migration_by_the_workspace_moves_the_etag_and_nothing_else(api, workspace):
    made = api.made(TRIPS, title="Trips")

    workspace.control.edit_in_ui(made["space_id"], migrate=True)

    read = api.full(made["space_id"]).json()
    assert read["etag"] != made["etag"]
    assert read["serialized_space"] == made["serialized_space"]


def test_an_empty_description_is_no_change_unless_a_switch_says_so(api, workspace):
    space_id = api.made(title="Trips", description="Taxis")["space_id"]

    assert api.update(space_id, description="").json()["description"] == "Taxis"
    workspace.control.set_settings(empty_description_clears=True)
    assert "description" not in api.update(space_id, description="").json()


def test_trashing_twice_is_forbidden_and_reading_says_trashed(api):
    space_id = api.made(title="Trips")["space_id"]

    assert api.trash(space_id).status_code == 200
    assert error_of(api.trash(space_id)) == (403, "PERMISSION_DENIED")
    answer = api.full(space_id)
    assert error_of(answer) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert "trashed" in answer.json()["message"]
    assert api.listed() == []


def test_a_trashed_title_is_free_again(api):
    api.trash(api.made(title="Foo")["space_id"])

    assert api.made(title="Foo")["title"] == "Foo"


def test_an_unknown_space_does_not_exist(api):
    unknown = "0" * 32
    for answer in (api.full(unknown), api.update(unknown, title="x"), api.trash(unknown)):
        assert error_of(answer) == (404, "RESOURCE_DOES_NOT_EXIST")
        assert f"Unable to get space [{unknown}]" in answer.json()["message"]


def test_trashing_takes_its_time_when_told_to(api, workspace):
    workspace.control.set_settings(trash_delay_s=60)
    space_id = api.made(title="Trips")["space_id"]

    api.trash(space_id)

    assert api.full(space_id).status_code == 200
    assert api.listed() == ["Trips"]
    assert error_of(api.trash(space_id)) == (403, "PERMISSION_DENIED")


def test_the_list_lags_when_told_to(api, workspace):
    old = api.made(title="old")["space_id"]
    workspace.control.set_settings(list_lag_s=60)
    new = api.made(title="new")["space_id"]
    api.trash(old)

    assert api.listed() == []
    assert api.full(new).status_code == 200
    workspace.control.set_settings(list_lag_s=0)
    assert api.listed() == ["new"]


def test_a_deleted_space_is_still_listed_while_the_list_lags(api, workspace):
    space_id = workspace.control.ask("POST", "/spaces", {"spaces": [{"title": "old", "created": 1_700_000_000.0}]})[
        "space_ids"
    ][0]
    workspace.control.set_settings(list_lag_s=60)

    api.trash(space_id)

    assert api.listed() == ["old"]


def test_reads_are_stale_when_told_to(api, workspace):
    space_id = api.made(TRIPS, title="Trips")["space_id"]
    workspace.control.set_settings(stale_get_s=60)

    api.update(space_id, ORDERS, title="Orders")

    assert api.full(space_id).json()["title"] == "Trips"
    assert api.body(space_id) == TRIPS
    workspace.control.set_settings(stale_get_s=0)
    assert api.body(space_id) == ORDERS


def test_the_definition_is_empty_for_a_while_when_told_to(api, workspace):
    workspace.control.set_settings(body_delay_s=60)

    assert api.full(api.made(TRIPS, title="Trips")["space_id"]).json()["serialized_space"] == ""


def test_a_list_has_pages_of_twenty_and_at_most_a_hundred(api, workspace):
    workspace.control.make_spaces(250)
    first = api.get(SPACES).json()
    assert len(first["spaces"]) == 20

    titles, token, pages = Counter(), "", 0
    while pages == 0 or token:
        page = api.get(SPACES, page_size=1000, page_token=token).json()
        titles.update(each["title"] for each in page["spaces"])
        token, pages = page.get("next_page_token", ""), pages + 1

    assert pages == 3
    assert len(titles) == 250
    assert set(titles.values()) == {1}


def test_list_entries_hold_no_more_than_others_rely_on(api, workspace):
    api.made(TRIPS, title="Trips", description="Taxis")

    assert set(api.get(SPACES).json()["spaces"][0]) == {"space_id", "title", "create_time"}
    workspace.control.set_settings(list_full_entries=True)
    assert "parent_path" in api.get(SPACES).json()["spaces"][0]


def test_a_bad_page_token_is_refused(api):
    assert error_of(api.get(SPACES, page_token="rubbish")) == (400, "INVALID_PARAMETER_VALUE")


def test_missing_tables_look_like_missing_rights(api):
    def refused(identifier):
        answer = api.create({"version": 2, "data_sources": {"tables": [{"identifier": identifier}]}})
        assert error_of(answer) == (403, "PERMISSION_DENIED")
        return answer.json()["message"]

    assert refused("samples.tpch.nothing") == "Table 'samples.tpch.nothing' does not exist."
    assert refused("nowhere.a.b") == "Failed to fetch tables for the space. Catalog 'nowhere' does not exist."


def test_a_table_dropped_later_is_noticed_only_when_the_definition_is_sent_again(api, workspace):
    workspace.control.add_table("main.sales.orders", {"id": "bigint"})
    body = {"version": 2, "data_sources": {"tables": [{"identifier": "main.sales.orders"}]}}
    space_id = api.made(body, title="Sales")["space_id"]

    workspace.control.drop_table("main.sales.orders")

    assert api.full(space_id).status_code == 200
    assert api.update(space_id, title="Sales 2").status_code == 200
    assert error_of(api.update(space_id, body)) == (403, "PERMISSION_DENIED")
    workspace.control.set_settings(get_checks_tables=True)
    assert error_of(api.full(space_id)) == (403, "PERMISSION_DENIED")


def test_a_column_that_is_not_there_looks_like_a_passing_fault(api, workspace):
    table = {"identifier": "samples.tpch.orders", "column_configs": [{"column_name": "nope"}]}
    body = {"version": 2, "data_sources": {"tables": [table]}}

    assert error_of(api.create(body)) == (500, "INTERNAL_ERROR")
    workspace.control.set_settings(bad_column_status=400)
    assert error_of(api.create(body)) == (400, "INVALID_PARAMETER_VALUE")


def test_functions_are_not_looked_for(api):
    functions = [{"id": "a" * 32, "identifier": "main.default.nowhere"}]

    assert api.create({"version": 2, "instructions": {"sql_functions": functions}}).status_code == 200


def test_fields_the_api_may_grow_are_shown_when_told_to(api, workspace):
    workspace.control.set_settings(extra_response_fields={"new_thing": {"a": 1}})

    assert api.made(title="Trips")["new_thing"] == {"a": 1}
    assert api.full(workspace.control.spaces()[0]["space_id"]).json()["new_thing"] == {"a": 1}


def test_data_survives_a_restart(tmp_path):
    data = str(tmp_path / "workspace.db")
    headers = {"Authorization": "Bearer x"}
    with running(data) as first:
        made = requests.post(
            first.url + SPACES,
            headers=headers,
            timeout=10,
            json={"warehouse_id": STARTER_ID, "serialized_space": json.dumps(TRIPS), "title": "Trips"},
        ).json()
    with running(data) as second:
        read = requests.get(
            f"{second.url}{SPACES}/{made['space_id']}?include_serialized_space=true", headers=headers, timeout=10
        ).json()

    assert read == made
    assert second.workspace_id == first.workspace_id
