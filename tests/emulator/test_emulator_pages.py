"""emulator.pages and genie.ui_edits: what people see and do in a browser."""

import pytest
import requests

TRIPS = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.trips"}]}}


@pytest.fixture
def browser(workspace):
    session = requests.Session()
    session.trust_env = False

    def visit(path, **form):
        method = "POST" if form else "GET"
        return session.request(method, workspace.url + path, data=form or None, timeout=10)

    return visit


def test_an_empty_workspace_says_what_to_do(browser):
    page = browser("/")

    assert page.status_code == 200
    assert "No spaces yet" in page.text


def test_the_list_names_each_space(browser, workspace):
    space_id = workspace.control.make_space("Trips & more", TRIPS, parent_path="/Shared/team")

    page = browser("/").text

    assert "Trips &amp; more" in page
    assert "/Shared/team" in page
    assert f'href="/genie/rooms/{space_id}"' in page


def test_hostile_text_is_shown_harmlessly(browser, workspace):
    evil = "<script>alert(1)</script>\x1b[31m"
    space_id = workspace.control.make_space(evil, TRIPS, description=evil)
    workspace.control.edit_in_ui(space_id, instruction=evil, example={"question": evil, "sql": evil})

    for path in ("/", f"/genie/rooms/{space_id}", f"/genie/rooms/{space_id}/raw"):
        assert "<script>" not in browser(path).text


def test_pages_ask_for_nothing_from_outside(browser, workspace):
    page = browser(f"/genie/rooms/{workspace.control.make_space('Trips', TRIPS)}").text

    assert "http://" not in page
    assert "https://" not in page


def test_a_space_is_made_by_the_form_with_ui_like_ids_and_columns(browser, workspace):
    page = browser("/new", title="Orders", warehouse_id="0123456789abcdef", parent_path="", table="samples.tpch.nation")

    space = workspace.control.spaces()[0]
    assert page.url.endswith(space["space_id"])
    assert space["space_id"].startswith("01f")
    columns = workspace.control.body(space["space_id"])["data_sources"]["tables"][0]["column_configs"]
    assert columns[0] == {"column_name": "n_comment", "enable_format_assistance": True, "enable_entity_matching": True}
    assert columns[2] == {"column_name": "n_nationkey", "enable_format_assistance": True}


def test_edits_of_the_page_reach_the_api(browser, workspace, api):
    space_id = workspace.control.make_space("Trips", TRIPS)
    path = f"/genie/rooms/{space_id}/edit"

    browser(path, edit="about", title="Rides", description="New", warehouse_id="fedcba9876543210")
    browser(path, edit="instruction", value="One\r\nTwo")
    browser(path, edit="add_table", value="samples.tpch.orders")
    browser(path, edit="describe_table", identifier="samples.nyctaxi.trips", description="Yellow cabs")
    browser(path, edit="example", question="How many?", sql="SELECT 1\r\nFROM x")
    browser(path, edit="sample_question", value="How far?")

    read = api.full(space_id).json()
    body = api.body(space_id)
    assert (read["title"], read["description"], read["warehouse_id"]) == ("Rides", "New", "fedcba9876543210")
    assert body["instructions"]["text_instructions"][0]["content"] == ["One\n", "Two"]
    assert [each["identifier"] for each in body["data_sources"]["tables"]] == [
        "samples.nyctaxi.trips",
        "samples.tpch.orders",
    ]
    assert body["data_sources"]["tables"][0]["description"] == ["Yellow cabs"]
    assert body["instructions"]["example_question_sqls"][0]["sql"] == ["SELECT 1\n", "FROM x"]
    assert body["config"]["sample_questions"][0]["question"] == ["How far?"]
    assert api.update(space_id, body).json()["etag"] == read["etag"]


def test_a_table_is_taken_out_and_an_entry_removed(browser, workspace):
    space_id = workspace.control.make_space("Trips", TRIPS)
    workspace.control.edit_in_ui(space_id, add_table="samples.tpch.orders", sample_question={"question": ["q"]})
    entry = workspace.control.body(space_id)["config"]["sample_questions"][0]["id"]
    path = f"/genie/rooms/{space_id}/edit"

    browser(path, edit="remove_table", value="samples.nyctaxi.trips")
    browser(path, edit="remove", value=entry)

    body = workspace.control.body(space_id)
    assert [each["identifier"] for each in body["data_sources"]["tables"]] == ["samples.tpch.orders"]
    assert "config" not in body


def test_a_trashed_space_leaves_the_list(browser, workspace):
    space_id = workspace.control.make_space("Trips", TRIPS)

    browser(f"/genie/rooms/{space_id}/trash", now="yes")

    assert workspace.control.spaces() == []
    assert browser(f"/genie/rooms/{space_id}").status_code == 404


def test_an_impossible_edit_is_explained(browser, workspace):
    space_id = workspace.control.make_space("Trips", TRIPS)
    workspace.control.make_space("Other", TRIPS)
    path = f"/genie/rooms/{space_id}/edit"

    page = browser(path, edit="about", title="Other", description="", warehouse_id="0123456789abcdef")
    assert page.status_code == 400
    assert "already exists" in page.text
    assert browser(path, edit="add_table", value="a.b.c").status_code == 400


def test_forms_of_other_sites_are_refused(workspace):
    space_id = workspace.control.make_space("Trips", TRIPS)

    answer = requests.post(
        f"{workspace.url}/genie/rooms/{space_id}/trash", headers={"Origin": "https://example.com"}, timeout=10
    )

    assert answer.status_code == 403
    assert len(workspace.control.spaces()) == 1


def test_a_missing_table_is_marked(browser, workspace):
    body = {"version": 2, "data_sources": {"tables": [{"identifier": "main.gone.orders"}]}}

    page = browser(f"/genie/rooms/{workspace.control.make_space('x', body)}").text

    assert "this table does not exist" in page


def test_the_raw_view_shows_the_stored_definition(browser, workspace):
    space_id = workspace.control.make_space("Trips", TRIPS)
    workspace.control.edit_in_ui(space_id, serialized_space={"version": 2, "anything": ["goes"]})

    assert "anything" in browser(f"/genie/rooms/{space_id}/raw").text
