"""Catalogs, schemas, volumes and who may do what with them."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_caller import Caller

from emulator.handle import Handle

UC = "/api/2.1/unity-catalog"


@pytest.fixture
def lake(api: Caller) -> str:
    """A catalog that nobody but its maker may use, with a schema in it and a table in that."""
    api.ask("POST", f"{UC}/catalogs", {"name": "lake"})
    api.ask("POST", f"{UC}/schemas", {"catalog_name": "lake", "name": "sales", "comment": "Sales"})
    assert api.sql("CREATE TABLE lake.sales.orders (id bigint)")["status"]["state"] == "SUCCEEDED"
    return "lake"


def granted(api: Caller, kind: str, name: str, principal: str, *privileges: str) -> Any:
    changes = {"changes": [{"principal": principal, "add": list(privileges)}]}
    return api.ask("PATCH", f"{UC}/permissions/{kind}/{name}", changes)


def test_reading_a_table_takes_three_privileges_from_the_catalog_inwards(
    lake: str, api: Caller, someone: Caller
) -> None:
    said = []
    for kind, name, privilege in (
        ("catalog", "lake", "USE CATALOG"),
        ("schema", "lake.sales", "USE_SCHEMA"),
        ("table", "lake.sales.orders", "select"),
    ):
        said.append(someone.sql("SELECT * FROM lake.sales.orders")["status"]["error"]["message"])
        assert granted(api, kind, name, "someone@example.com", privilege).status_code == 200

    assert [text.rpartition("User does not have ")[2] for text in said] == [
        "USE CATALOG on Catalog 'lake'.",
        "USE SCHEMA on Schema 'lake.sales'.",
        "SELECT on Table 'lake.sales.orders'.",
    ]
    assert someone.sql("SELECT * FROM lake.sales.orders")["status"]["state"] == "SUCCEEDED"


def test_a_group_in_a_group_lends_its_privileges(lake: str, api: Caller, workspace: Handle, someone: Caller) -> None:
    workspace.control.add_principal("group", "readers")
    workspace.control.add_principal("group", "analysts", groups=["readers"])
    granted(api, "catalog", "lake", "readers", "USE CATALOG", "USE SCHEMA", "SELECT")

    assert someone.sql("SELECT * FROM lake.sales.orders")["status"]["state"] == "SUCCEEDED"
    group = api.get("/api/2.0/preview/scim/v2/Groups", filter='displayName eq "readers"').json()["Resources"][0]
    assert [member["display"] for member in group["members"]] == ["analysts"]


def test_effective_permissions_say_where_a_privilege_comes_from(lake: str, api: Caller) -> None:
    granted(api, "catalog", "lake", "analysts", "USE CATALOG", "SELECT")
    granted(api, "table", "lake.sales.orders", "analysts", "MODIFY")

    assert api.get(f"{UC}/effective-permissions/table/lake.sales.orders", principal="analysts").json() == {
        "privilege_assignments": [
            {
                "principal": "analysts",
                "privileges": [
                    {"privilege": "MODIFY"},
                    {"privilege": "USE_CATALOG", "inherited_from_type": "CATALOG", "inherited_from_name": "lake"},
                    {"privilege": "SELECT", "inherited_from_type": "CATALOG", "inherited_from_name": "lake"},
                ],
            }
        ]
    }
    assert api.get(f"{UC}/permissions/table/lake.sales.orders").json()["privilege_assignments"][0]["privileges"] == [
        "MODIFY"
    ]


@pytest.mark.parametrize(("switch", "status"), [("omit", 200), ("refuse", 403)])
def test_others_grants_are_hidden_from_who_may_not_look(
    lake: str, api: Caller, workspace: Handle, someone: Caller, switch: str, status: int
) -> None:
    workspace.control.set_settings(hidden_grants=switch)
    granted(api, "catalog", "lake", "analysts", "USE CATALOG")

    seen = someone.get(f"{UC}/effective-permissions/catalog/lake")

    assert seen.status_code == status
    assert "privilege_assignments" not in seen.json()


def test_privileges_that_do_not_exist_and_principals_that_do_not_are_refused(lake: str, api: Caller) -> None:
    assert granted(api, "schema", "lake.sales", "analysts", "USE CATALOG").json()["message"] == (
        "Privilege USE_CATALOG is not applicable to this entity [lake.sales:SCHEMA]."
    )
    assert granted(api, "schema", "lake.sales", "nobody", "SELECT").status_code == 404


def test_grants_go_with_what_they_are_on(lake: str, api: Caller) -> None:
    granted(api, "schema", "lake.sales", "analysts", "SELECT")
    api.ask("DELETE", f"{UC}/schemas/lake.sales?force=true")
    api.ask("POST", f"{UC}/schemas", {"catalog_name": "lake", "name": "sales"})

    assert api.get(f"{UC}/permissions/schema/lake.sales").json() == {}


def test_volumes_are_made_changed_listed_and_deleted(lake: str, api: Caller) -> None:
    wanted = {"catalog_name": "lake", "schema_name": "sales", "name": "raw", "volume_type": "MANAGED"}

    made = api.ask("POST", f"{UC}/volumes", wanted).json()
    assert api.ask("POST", f"{UC}/volumes", wanted).status_code == 409
    api.ask("PATCH", f"{UC}/volumes/lake.sales.raw", {"comment": "Raw files"})
    (listed,) = api.get(f"{UC}/volumes", catalog_name="lake", schema_name="sales").json()["volumes"]
    assert api.ask("DELETE", f"{UC}/schemas/lake.sales").status_code == 400
    assert api.ask("DELETE", f"{UC}/volumes/lake.sales.raw").status_code == 200

    assert (made["full_name"], listed["comment"], listed["volume_type"]) == ("lake.sales.raw", "Raw files", "MANAGED")
    assert api.get(f"{UC}/volumes/lake.sales.raw").status_code == 404
