"""emulator.handlers.sql_warehouses and state.warehouses: warehouses, and which of them Genie takes."""

import pytest
from emulator_caller import error_of

WAREHOUSES = "/api/2.0/sql/warehouses"
PRO, CLASSIC = "fedcba9876543210", "00000000c1a551c0"


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
