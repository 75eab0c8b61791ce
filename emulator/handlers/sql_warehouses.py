"""sql_warehouses: the calls on SQL warehouses, `/api/2.0/sql/warehouses`."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import denied, exists, invalid, missing
from ..http.exchange import answer, body_of, caller_of, workspace_of
from ..state import access_control, warehouses


def _visible(request: Request) -> dict[str, Any]:
    number = request.path_params["number"]
    info = warehouses.find(workspace_of(request), number)
    if info is None:
        raise missing(f"SQL warehouse {number} does not exist.")
    if not warehouses.can_use(workspace_of(request), caller_of(request), number):
        raise denied(f"{caller_of(request).name} does not have permission to view SQL warehouse {number}.")
    return info


async def list_all(request: Request) -> Response:
    workspace, caller = workspace_of(request), caller_of(request)
    found = warehouses.every(workspace)
    return answer({"warehouses": [each for each in found if warehouses.can_use(workspace, caller, each["id"])]})


async def get(request: Request) -> Response:
    return answer(_visible(request))


async def create(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    if not body.get("name"):
        raise invalid("name is required but missing")
    _check(body)
    if any(each["name"] == body["name"] for each in warehouses.every(workspace)):
        raise exists(f"SQL warehouse with name `{body['name']}` already exists")
    kind = {"warehouse_type": "PRO" if body.get("enable_serverless_compute") else "CLASSIC"}
    with workspace.store.writing():
        made = warehouses.put(workspace, {**kind, **body, "creator_name": caller_of(request).name}, everybody=False)
        access_control.grant(
            workspace, "warehouses", made["id"], caller_of(request).kind, caller_of(request).name, "IS_OWNER"
        )
    return answer({"id": made["id"]})


async def edit(request: Request) -> Response:
    """The fields given. A running warehouse starts anew for them, which nobody notices here."""
    workspace, body = workspace_of(request), await body_of(request)
    number = _managed(request)
    _check(body)
    with workspace.store.writing():
        warehouses.put(workspace, {**body, "id": number})
    return answer({})


async def delete(request: Request) -> Response:
    workspace, number = workspace_of(request), _managed(request)
    with workspace.store.writing():
        warehouses.remove(workspace, number)
    return answer({})


def _managed(request: Request) -> str:
    number = str(_visible(request)["id"])
    access_control.require(workspace_of(request), caller_of(request), "warehouses", number, "CAN_MANAGE")
    return number


def _check(body: dict[str, Any]) -> None:
    if body.get("cluster_size", "Small") not in _SIZES:
        raise invalid(f"{body['cluster_size']} is not a valid cluster size. Valid sizes: {', '.join(_SIZES)}")
    stop = body.get("auto_stop_mins", 10)
    if stop != 0 and stop < (1 if body.get("enable_serverless_compute") else 10):
        raise invalid("auto_stop_mins must be 0 or at least 10 (1 for serverless warehouses)")


_SIZES = (
    *("2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large"),
    *("2X-Large", "3X-Large", "4X-Large", "5X-Large"),
)


async def start_one(request: Request) -> Response:
    warehouses.start(workspace_of(request), _visible(request)["id"])
    return answer({})


async def stop_one(request: Request) -> Response:
    warehouses.put(workspace_of(request), {"id": _visible(request)["id"], "state": "STOPPED"})
    return answer({})


routes = [
    Route("/api/2.0/sql/warehouses", list_all),
    Route("/api/2.0/sql/warehouses", create, methods=["POST"]),
    Route("/api/2.0/sql/warehouses/{number}", get),
    Route("/api/2.0/sql/warehouses/{number}", delete, methods=["DELETE"]),
    Route("/api/2.0/sql/warehouses/{number}/edit", edit, methods=["POST"]),
    Route("/api/2.0/sql/warehouses/{number}/start", start_one, methods=["POST"]),
    Route("/api/2.0/sql/warehouses/{number}/stop", stop_one, methods=["POST"]),
]
