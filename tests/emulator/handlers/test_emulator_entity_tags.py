"""emulator.handlers.entity_tags and state.tags: tags of spaces."""

import pytest
from emulator_caller import error_of

TAGS = "/api/2.0/entity-tag-assignments"


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
