"""genie_spaces: the calls on spaces, `/api/2.0/genie/spaces`."""

from __future__ import annotations

import base64
import json
import sqlite3
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import denied, invalid
from ..genie import spaces
from ..http.exchange import answer, answer_text, body_of, caller_of, page_in, text_in, workspace_of
from ..rules import references
from ..state import access_control, clock

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace

_TEXTS = ("title", "description", "warehouse_id", "parent_path", "etag")


async def create(request: Request) -> Response:
    workspace, asked = workspace_of(request), _checked(await body_of(request))
    with workspace.store.writing():
        made = spaces.create(workspace, caller_of(request), asked)
    return answer(made | workspace.settings.extra_response_fields)


async def update(request: Request) -> Response:
    workspace, asked = workspace_of(request), _checked(await body_of(request))
    with workspace.store.writing():
        changed = spaces.update(workspace, caller_of(request), request.path_params["space_id"], asked)
    return answer(changed | workspace.settings.extra_response_fields)


async def trash(request: Request) -> Response:
    workspace = workspace_of(request)
    with workspace.store.writing():
        spaces.trash(workspace, caller_of(request), request.path_params["space_id"])
    return answer({})


async def get(request: Request) -> Response:
    """One space; the definition and the etag only where asked for and allowed."""
    workspace, caller = workspace_of(request), caller_of(request)
    row = spaces.visible(workspace, caller, request.path_params["space_id"], access_control.CAN_READ)
    full = request.query_params.get("include_serialized_space", "").lower() == "true"
    if full and not access_control.allows(
        workspace, caller, row["space_id"], row["parent_path"], access_control.CAN_EDIT
    ):
        if workspace.settings.definition_without_edit == "refuse":
            raise denied(f"{caller.name} does not have CAN_EDIT permission on Genie space {row['space_id']}.")
        full = False
    if workspace.settings.get_checks_tables:
        references.require(workspace, caller, json.loads(row["body"]))
    text = _as_seen(workspace, row)
    return answer_text(text) if full else answer(_brief(text))


def _checked(asked: dict[str, Any]) -> dict[str, Any]:
    for name in _TEXTS:
        text_in(asked, name)
    return asked


def _as_seen(workspace: Workspace, row: sqlite3.Row) -> str:
    """The answer as a reader sees it now: stale, empty or oddly split where a switch says so."""
    settings = workspace.settings
    text: str = row["answer"]
    if settings.stale_get_s and row["before"] and clock.now() < row["changed"] + settings.stale_get_s:
        # After an update a GET can show the space as it was: databricks/terraform-provider-databricks has a
        # regression test for it in pull request 5770 (2026).
        text = row["before"]
    if not (settings.body_delay_s or settings.resplit_on_read or settings.extra_response_fields):
        return text
    shown = json.loads(text) | settings.extra_response_fields
    if settings.body_delay_s and clock.now() < row["created"] + settings.body_delay_s:
        # The deploy script of databricks-solutions/genierails (May 2026) asks again for some four minutes, because the
        # definition of a new space was empty for one to three.
        shown["serialized_space"] = ""
    elif settings.resplit_on_read:
        shown["serialized_space"] = _glued(shown["serialized_space"])
    return json.dumps(shown, ensure_ascii=False)


def _glued(body: str) -> str:
    """Every text as one element.

    databricks-solutions/databricks-genie-workbench compares concatenations (`config_fingerprint.py`, 2026), since lists
    of texts came back split differently on later reads.
    """

    def glue(name: str, held: Any) -> Any:
        if isinstance(held, dict):
            marked = name == "join_specs"
            return {key: held[key] if marked and key == "sql" else glue(key, held[key]) for key in held}
        if isinstance(held, list):
            if held and name not in ("synonyms", "values") and all(isinstance(each, str) for each in held):
                return ["".join(held)]
            return [glue(name, each) for each in held]
        return held

    return json.dumps(glue("", json.loads(body)), ensure_ascii=False)


def _brief(text: str) -> dict[str, Any]:
    shown = json.loads(text)
    return {name: held for name, held in shown.items() if name not in ("serialized_space", "etag")}


async def list_spaces(request: Request) -> Response:
    """A page of the spaces the caller may see, oldest first, without their definitions."""
    workspace, caller = workspace_of(request), caller_of(request)
    size, token = page_in(request, default=20, most=100)
    # One more than the page tells whether there is another; callers who see less need every row looked at.
    limit = size + 1 if caller.admin else -1
    now, lag = clock.now(), workspace.settings.list_lag_s
    rows = workspace.store.all(
        "select * from spaces where (created, space_id) > (?, ?) and (? = 0 or created <= ?)"
        " and (trashed is null or trashed > ?) order by created, space_id limit ?",
        *_place(token),
        lag,
        now - lag,
        now - lag - workspace.settings.trash_delay_s,
        limit,
    )
    seen = [row for row in rows if _may_see(workspace, caller, row)]
    page: dict[str, Any] = {"spaces": [_entry(workspace, row) for row in seen[:size]]} if seen else {}
    if len(seen) > size:
        page["next_page_token"] = _token(seen[size - 1])
    return answer(page)


def _may_see(workspace: Workspace, caller: Caller, row: sqlite3.Row) -> bool:
    return caller.admin or access_control.allows(
        workspace, caller, row["space_id"], row["parent_path"], access_control.CAN_READ
    )


def _entry(workspace: Workspace, row: sqlite3.Row) -> dict[str, Any]:
    """What a list shows of a space: published tools rely on id, title and create_time, and on nothing else."""
    shown = _brief(row["answer"])
    if workspace.settings.list_full_entries:
        return shown
    return {name: shown[name] for name in ("space_id", "title", "create_time")}


def _token(row: sqlite3.Row) -> str:
    return base64.urlsafe_b64encode(f"{row['created']!r} {row['space_id']}".encode()).decode()


def _place(token: str) -> tuple[float, str]:
    if not token:
        return 0.0, ""
    try:
        created, space_id = base64.urlsafe_b64decode(token).decode().split(" ")
        return float(created), space_id
    except ValueError:
        raise invalid(f"Invalid page token: {token}") from None


routes = [
    Route("/api/2.0/genie/spaces/{space_id}", get),
    Route("/api/2.0/genie/spaces/{space_id}", update, methods=["PATCH"]),
    Route("/api/2.0/genie/spaces/{space_id}", trash, methods=["DELETE"]),
    Route("/api/2.0/genie/spaces", create, methods=["POST"]),
    Route("/api/2.0/genie/spaces", list_spaces),
]
