"""warehouses: SQL warehouses, and whether Genie may use one."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from ..errors import denied, invalid
from . import access_control, clock
from .store import unpacked

if TYPE_CHECKING:
    from ..workspace import Workspace
    from .callers import Caller

STARTER_ID = "0123456789abcdef"


def furnish(workspace: Workspace) -> None:
    """Two that Genie takes and one that it refuses."""
    put(workspace, {"id": STARTER_ID, "name": "Serverless Starter Warehouse"})
    put(
        workspace,
        {
            "id": "fedcba9876543210",
            "name": "Analytics Pro",
            "enable_serverless_compute": False,
            "state": "STOPPED",
            "cluster_size": "Small",
        },
    )
    put(
        workspace,
        {
            "id": "00000000c1a551c0",
            "name": "Legacy Classic",
            "warehouse_type": "CLASSIC",
            "enable_serverless_compute": False,
            "state": "STOPPED",
        },
    )


def put(workspace: Workspace, given: dict[str, Any], *, everybody: bool = True) -> dict[str, Any]:
    """Add a warehouse, or change the named fields of one that is there. `denied` lists who lacks CAN USE.

    A new one may be used by `everybody`, as those of this module are; one that the API makes, by its maker alone.
    """
    given = dict(given)
    number = given.setdefault("id", secrets.token_hex(8))
    row = workspace.store.one("select info, denied from warehouses where id = ?", number)
    info = (
        unpacked(row)
        if row
        else {
            "id": number,
            "name": f"warehouse-{number}",
            "state": "RUNNING",
            "warehouse_type": "PRO",
            "enable_serverless_compute": True,
            "cluster_size": "2X-Small",
            "auto_stop_mins": 10,
            "creator_name": workspace.user,
            "num_clusters": 1,
            "health": {"status": "HEALTHY"},
        }
    )
    without = given.pop("denied", unpacked(row, "denied") if row else [])
    info |= given
    workspace.store.run(
        "insert or replace into warehouses values (?, ?, ?)", number, json.dumps(info), json.dumps(without)
    )
    if row is None and everybody:
        access_control.grant(workspace, "warehouses", number, "group", "users", "CAN_USE")
    return dict(info, denied=without)


def remove(workspace: Workspace, number: str) -> None:
    workspace.store.run("delete from warehouses where id = ?", number)
    workspace.store.run("delete from grants where object_type = 'warehouses' and object_id = ?", number)


def can_use(workspace: Workspace, caller: Caller, number: str) -> bool:
    row = workspace.store.one("select denied from warehouses where id = ?", number)
    if row is None or caller.among(unpacked(row, "denied")):
        return False
    return caller.admin or any(
        caller.holds(kind, principal) and level in ("CAN_USE", "CAN_MANAGE", "IS_OWNER")
        for kind, principal, level, _ in access_control.direct(workspace, "warehouses", number)
    )


def require_for_genie(workspace: Workspace, caller: Caller, number: str | None) -> None:
    """Refuse a warehouse that Genie cannot run on: Pro and serverless only, says Databricks' page on setting up spaces.

    What exactly is answered nobody has published; 400 for the warehouse and 403 for the right are within what is known.
    """
    if not number:
        raise invalid("warehouse_id is required but missing")
    info = find(workspace, number)
    if info is None or info["state"] in ("DELETING", "DELETED"):
        raise invalid(f"SQL warehouse {number} does not exist.")
    if not can_use(workspace, caller, number):
        raise denied(f"{caller.name} does not have CAN USE permission on SQL warehouse {number}.")
    if info["warehouse_type"] != "PRO":
        raise invalid(
            f"SQL warehouse {number} is of type {info['warehouse_type']}."
            " Genie requires a Pro or Serverless SQL warehouse."
        )


def find(workspace: Workspace, number: str) -> dict[str, Any] | None:
    """A warehouse with the state it is in now; one that starts is up once its time has come."""
    row = workspace.store.one("select info from warehouses where id = ?", number)
    return _settled(unpacked(row)) if row else None


def every(workspace: Workspace) -> list[dict[str, Any]]:
    """All warehouses, oldest first."""
    return [_settled(unpacked(row)) for row in workspace.store.all("select info from warehouses order by rowid")]


def _settled(info: dict[str, Any]) -> dict[str, Any]:
    up_at = info.pop("up_at", 0.0)
    if info["state"] == "STARTING" and clock.now() >= up_at:
        info["state"] = "RUNNING"
    return dict(info)


def start(workspace: Workspace, number: str) -> None:
    row = workspace.store.one("select info from warehouses where id = ?", number)
    if row is not None and _settled(unpacked(row))["state"] not in ("RUNNING", "STARTING"):
        put(workspace, {"id": number, "state": "STARTING", "up_at": clock.now() + workspace.settings.warehouse_start_s})
