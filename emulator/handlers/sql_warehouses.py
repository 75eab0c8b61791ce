"""sql_warehouses: the calls on SQL warehouses, `/api/2.0/sql/warehouses`."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import denied, missing
from ..http.exchange import answer, caller_of, workspace_of
from ..state import warehouses


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


async def start_one(request: Request) -> Response:
    warehouses.start(workspace_of(request), _visible(request)["id"])
    return answer({})


async def stop_one(request: Request) -> Response:
    warehouses.put(workspace_of(request), {"id": _visible(request)["id"], "state": "STOPPED"})
    return answer({})


routes = [
    Route("/api/2.0/sql/warehouses", list_all),
    Route("/api/2.0/sql/warehouses/{number}", get),
    Route("/api/2.0/sql/warehouses/{number}/start", start_one, methods=["POST"]),
    Route("/api/2.0/sql/warehouses/{number}/stop", stop_one, methods=["POST"]),
]
