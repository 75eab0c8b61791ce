"""sql_statements: SQL statement execution, `/api/2.0/sql/statements`.

A statement that fails is HTTP 200 with the state FAILED; only a request that makes no sense is an error.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import denied, invalid, missing
from ..http.exchange import answer, body_of, caller_of, objects_in, text_in, workspace_of
from ..sql import engine, json_array
from ..sql.session import Session, SqlError
from ..state import clock, warehouses

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace

_KEPT = 1000
_LONG = 20_000  # characters
_NUMBERS = {
    "INT": int,
    "BIGINT": int,
    "LONG": int,
    "SMALLINT": int,
    "TINYINT": int,
    "DOUBLE": float,
    "FLOAT": float,
    "DECIMAL": float,
}


async def start(request: Request) -> Response:
    workspace, caller, body = workspace_of(request), caller_of(request), await body_of(request)
    text, wait_s = text_in(body, "statement"), _wait(text_in(body, "wait_timeout") or "10s")
    if not text:
        raise invalid("statement is required but missing")
    _require_warehouse(workspace, caller, text_in(body, "warehouse_id") or "")
    statement_id, took_s = str(uuid.uuid4()), workspace.settings.statement_s
    kept: dict[str, Any] = {"ready": clock.now() + took_s, "owner": caller.name, "answer": None, "rows": []}
    workspace.statements[statement_id] = kept
    while len(workspace.statements) > _KEPT:
        workspace.statements.pop(next(iter(workspace.statements)))
    if took_s:
        await asyncio.sleep(min(took_s, wait_s))
        if took_s > wait_s and body.get("on_wait_timeout") == "CANCEL":
            kept["answer"] = {"status": {"state": "CANCELED"}}
    if kept["answer"] is None:
        kept |= await _carried_out(workspace, caller, text, body)
    return answer(_shown(statement_id, kept))


def _wait(text: str) -> float:
    match = re.fullmatch(r"(\d+)s", text)
    if match is None or not (int(match[1]) == 0 or 5 <= int(match[1]) <= 50):
        raise invalid(f"wait_timeout must be 0s or between 5s and 50s, but is {text}")
    return int(match[1])


def _require_warehouse(workspace: Workspace, caller: Caller, number: str) -> None:
    if not number:
        raise invalid("warehouse_id is required but missing")
    if warehouses.find(workspace, number) is None:
        raise missing(f"SQL warehouse {number} does not exist.")
    if not warehouses.can_use(workspace, caller, number):
        raise denied(f"{caller.name} does not have CAN USE permission on SQL warehouse {number}.")
    warehouses.start(workspace, number)


async def _carried_out(workspace: Workspace, caller: Caller, text: str, body: dict[str, Any]) -> dict[str, Any]:
    session = Session(
        workspace,
        caller,
        text_in(body, "catalog") or "main",
        text_in(body, "schema") or "default",
        {each["name"]: _value(each) for each in objects_in(body, "parameters")},
    )
    try:
        # Long ones are read in a thread of their own, so that others are answered meanwhile.
        long = len(text) > _LONG
        tree = await asyncio.to_thread(engine.parsed, text) if long else engine.parsed(text)
        result = engine.run(session, text, tree)
    except SqlError as problem:
        error = {"error_code": "BAD_REQUEST", "message": str(problem)}
        return {"answer": {"status": {"state": "FAILED", "error": error}}}
    limit = body.get("row_limit")
    rows = result.rows[:limit] if limit else result.rows
    return {"answer": json_array.described(result, rows, len(rows) < len(result.rows)), "rows": rows}


def _value(parameter: dict[str, Any]) -> Any:
    held, kind = parameter.get("value"), str(parameter.get("type") or "STRING").upper().partition("(")[0]
    if held is None:
        return None
    try:
        if kind == "BOOLEAN":
            return str(held).lower() == "true"
        return _NUMBERS[kind](held) if kind in _NUMBERS else str(held)
    except ValueError:
        raise invalid(f"Parameter {parameter.get('name')}: '{held}' is not a {kind}") from None


def _shown(statement_id: str, kept: dict[str, Any]) -> dict[str, Any]:
    finished = clock.now() >= kept["ready"] or kept["answer"]["status"]["state"] == "CANCELED"
    return {"statement_id": statement_id, **(kept["answer"] if finished else {"status": {"state": "RUNNING"}})}


def _known(request: Request) -> tuple[str, dict[str, Any]]:
    statement_id = request.path_params["statement_id"]
    kept = workspace_of(request).statements.get(statement_id)
    if kept is None or kept["owner"] != caller_of(request).name:
        raise missing(f"The statement {statement_id} was not found.")
    return statement_id, kept


async def get(request: Request) -> Response:
    return answer(_shown(*_known(request)))


async def chunk(request: Request) -> Response:
    _, kept = _known(request)
    if request.path_params["number"] != 0:
        raise invalid(f"There is no chunk {request.path_params['number']}.")
    return answer(json_array.chunk(kept["rows"]))


async def cancel(request: Request) -> Response:
    """Cancel a statement that still runs; its effects stay, as they may on a warehouse."""
    _, kept = _known(request)
    if clock.now() < kept["ready"]:
        kept["answer"] = {"status": {"state": "CANCELED"}}
    return answer({})


_BASE = "/api/2.0/sql/statements"
routes = [
    Route(_BASE, start, methods=["POST"]),
    Route(_BASE + "/{statement_id}", get),
    Route(_BASE + "/{statement_id}/cancel", cancel, methods=["POST"]),
    Route(_BASE + "/{statement_id}/result/chunks/{number:int}", chunk),
]
