"""conversations: one question and its answer, enough for a smoke test of a space.

The answer is the SQL of the example or benchmark that asks the same, else a look at the first table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..catalog import securables
from ..errors import denied, invalid, missing
from ..genie import spaces
from ..http.exchange import answer, body_of, caller_of, page_in, paged, text_in, workspace_of
from ..rules import definition
from ..sql import json_array
from ..sql.engine import execute
from ..sql.session import Session, SqlError
from ..state import access_control, clock, records, warehouses

if TYPE_CHECKING:
    import sqlite3

    from ..workspace import Workspace

_WALK = ("SUBMITTED", "ASKING_AI", "EXECUTING_QUERY")


def _space(request: Request) -> sqlite3.Row:
    return spaces.visible(
        workspace_of(request), caller_of(request), request.path_params["space_id"], access_control.CAN_READ
    )


async def ask(request: Request) -> Response:
    """Start a conversation, or go on with one."""
    workspace, row, body = workspace_of(request), _space(request), await body_of(request)
    content = text_in(body, "content")
    if not content:
        raise invalid("content is required but missing")
    begun = request.path_params.get("conversation_id")
    conversation_id, message_id = begun or clock.ordered_id(), clock.ordered_id()
    kept = {
        "space_id": row["space_id"],
        "conversation_id": conversation_id,
        "user": caller_of(request).name,
        "message_id": message_id,
        "id": message_id,
        "content": content,
        "polls": 0,
        "created_timestamp": int(clock.now() * 1000),
    }
    _keep(workspace, kept)
    message = _shown(workspace, row, kept)
    if begun:
        return answer(message)
    conversation = {
        "id": conversation_id,
        "conversation_id": conversation_id,
        "space_id": row["space_id"],
        "title": content,
        "created_timestamp": kept["created_timestamp"],
    }
    talk = {**conversation, "user": kept["user"]}
    records.keep(workspace, "conversation", conversation_id, row["space_id"], kept["created_timestamp"], talk)
    return answer(
        {"conversation_id": conversation_id, "message_id": message_id, "conversation": conversation, "message": message}
    )


def _keep(workspace: Workspace, kept: dict[str, Any]) -> None:
    records.keep(workspace, "message", kept["message_id"], kept["conversation_id"], kept["created_timestamp"], kept)


def _message(request: Request) -> dict[str, Any]:
    at = request.path_params
    kept = records.find(workspace_of(request), "message", at["message_id"], at["conversation_id"])
    if kept is None:
        raise missing(f"Message {at['message_id']} does not exist.")
    return kept


async def get(request: Request) -> Response:
    workspace, row, kept = workspace_of(request), _space(request), _message(request)
    kept["polls"] += 1
    _keep(workspace, kept)
    return answer(_shown(workspace, row, kept))


def _shown(workspace: Workspace, row: sqlite3.Row, kept: dict[str, Any]) -> dict[str, Any]:
    shown = {key: held for key, held in kept.items() if key not in ("polls", "user")}
    if "status" in kept:
        return shown  # one that was put there by the control path, as it ended
    if kept["polls"] < workspace.settings.question_polls:
        return {**shown, "status": _WALK[min(kept["polls"], len(_WALK) - 1)]}
    error = _obstacle(workspace, row)
    if error is not None:
        return {**shown, "status": "FAILED", "error": error}
    if workspace.settings.question_outcome != "COMPLETED":
        return {**shown, "status": workspace.settings.question_outcome}
    query = {
        "query": _sql(row, kept["content"]),
        "title": kept["content"],
        "description": "Made by the local workspace",
        "statement_id": kept["message_id"],
        "query_result_metadata": {"row_count": 0},
    }
    return {**shown, "status": "COMPLETED", "attachments": [{"attachment_id": kept["message_id"], "query": query}]}


def _obstacle(workspace: Workspace, row: sqlite3.Row) -> dict[str, str] | None:
    """Why no answer can be had: the author's warehouse, or the tables."""
    attached = definition.tables(json.loads(row["body"]))
    if row["lost_access"] and workspace.settings.lost_access_fails_questions:
        return {
            "type": "WAREHOUSE_ACCESS_MISSING_EXCEPTION",
            "error": "The author of this space does not have access to its SQL warehouse.",
        }
    if warehouses.find(workspace, row["warehouse_id"]) is None:
        return {"type": "WAREHOUSE_NOT_FOUND_EXCEPTION", "error": "The SQL warehouse of this space does not exist."}
    if not attached:
        return {"type": "NO_TABLES_TO_QUERY_EXCEPTION", "error": "The space has no tables to query."}
    gone = [each["identifier"] for each in attached if securables.find(workspace, "table", each["identifier"]) is None]
    if gone:
        return {"type": "TABLES_MISSING_EXCEPTION", "error": f"Table {gone[0]} does not exist."}
    return None


def _sql(row: sqlite3.Row, content: str) -> str:
    document = json.loads(row["body"])
    for example in definition.entries(document, "instructions.example_question_sqls"):
        if "".join(example.get("question", [])).strip() == content.strip():
            return "".join(example.get("sql", []))
    for question in definition.entries(document, "benchmarks.questions"):
        if "".join(question.get("question", [])).strip() == content.strip():
            return "".join(text for each in question["answer"] for text in each.get("content", []))
    return f"SELECT * FROM {definition.tables(document)[0]['identifier']} LIMIT 10"


async def result(request: Request) -> Response:
    """The rows of the answer's query, run with the asker's own rights."""
    workspace, row, kept = workspace_of(request), _space(request), _message(request)
    try:
        found = execute(Session(workspace, caller_of(request)), _sql(row, kept["content"]))
    except SqlError as problem:
        if "INSUFFICIENT_PERMISSIONS" in str(problem):
            raise denied(str(problem)) from None
        error = {"error_code": "BAD_REQUEST", "message": str(problem)}
        return answer({"statement_response": {"status": {"state": "FAILED", "error": error}}})
    return answer(
        {"statement_response": {"statement_id": kept["message_id"], **json_array.described(found, found.rows)}}
    )


async def delete(request: Request) -> Response:
    workspace, row, conversation_id = workspace_of(request), _space(request), request.path_params["conversation_id"]
    records.remove(workspace, "message", conversation_id)
    records.remove_one(workspace, "conversation", conversation_id, row["space_id"])
    return answer({})


async def list_conversations(request: Request) -> Response:
    """The caller's own; everybody's with `include_all`, which takes CAN MANAGE."""
    workspace, caller, space_id = workspace_of(request), caller_of(request), request.path_params["space_id"]
    everybody = request.query_params.get("include_all") == "true"
    level = access_control.CAN_MANAGE if everybody else access_control.CAN_READ
    row = spaces.visible(workspace, caller, space_id, level)
    kept = records.of(workspace, "conversation", row["space_id"])
    mine = [each for each in kept if everybody or each["user"] == caller.name]
    shown = [{key: held for key, held in each.items() if key != "user"} for each in mine]
    page, token = paged(shown, *page_in(request, 20, 100))
    return answer({"conversations": page, **({"next_page_token": token} if token else {})})


async def list_messages(request: Request) -> Response:
    workspace, row = workspace_of(request), _space(request)
    kept = records.of(workspace, "message", request.path_params["conversation_id"])
    page, token = paged([_shown(workspace, row, each) for each in kept], *page_in(request, 20, 100))
    return answer({"messages": page, **({"next_page_token": token} if token else {})})


async def feedback(request: Request) -> Response:
    workspace, _, kept, body = workspace_of(request), _space(request), _message(request), await body_of(request)
    if body.get("rating") not in ("POSITIVE", "NEGATIVE", "NONE"):
        raise invalid("rating must be POSITIVE, NEGATIVE or NONE")
    _keep(workspace, kept | {"feedback": {"rating": body["rating"]}})
    return answer({})


_BASE = "/api/2.0/genie/spaces/{space_id}"
_ONE = _BASE + "/conversations/{conversation_id}"
_MESSAGE = _ONE + "/messages/{message_id}"
routes = [
    Route(_BASE + "/start-conversation", ask, methods=["POST"]),
    Route(_BASE + "/conversations", list_conversations),
    Route(_ONE, delete, methods=["DELETE"]),
    Route(_ONE + "/messages", ask, methods=["POST"]),
    Route(_ONE + "/messages", list_messages),
    Route(_MESSAGE + "/feedback", feedback, methods=["POST"]),
    Route(_MESSAGE, get),
    Route(_MESSAGE + "/attachments/{attachment_id}/query-result", result),
    Route(_MESSAGE + "/attachments/{attachment_id}/execute-query", result, methods=["POST"]),
]
