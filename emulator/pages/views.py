"""views: what a person sees in a browser.

A plain rendering of the spaces, and the edits that `ui` knows, behind forms. Whoever looks is the default user.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from ..catalog import securables
from ..errors import ApiError, invalid
from ..genie import spaces, ui_edits
from ..http.exchange import require_same_origin, workspace_of
from ..rules import definition, normalisation
from ..state import access_control, clock, folders, tags, warehouses
from ..state.store import unpacked

if TYPE_CHECKING:
    from ..workspace import Workspace

_templates = Jinja2Templates(Path(__file__).parent / "templates")
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True
_templates.env.filters["joined"] = "".join
_templates.env.filters["when"] = lambda seconds: (
    f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
)
_STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
_SNIPPETS = ("filters", "expressions", "measures")


def _page(request: Request, name: str, status: int = 200, **context: Any) -> Response:
    workspace = workspace_of(request)
    context |= {"user": workspace.user, "workspace_id": workspace.workspace_id}
    return _templates.TemplateResponse(request, f"{name}.html", context, status_code=status)


def _go(path: str) -> Response:
    return RedirectResponse(path, 303)


async def style(request: Request) -> Response:
    return Response(_STYLE, media_type="text/css")


async def index(request: Request) -> Response:
    workspace = workspace_of(request)
    rows = workspace.store.all("select * from spaces where trashed is null order by parent_path, title, space_id")
    trashed = workspace.store.all("select * from spaces where trashed is not null order by trashed desc limit 20")
    listed = [{"row": row, "tables": len(definition.tables(json.loads(row["body"])))} for row in rows]
    return _page(request, "index", spaces=listed, trashed=trashed)


def _row(request: Request) -> sqlite3.Row:
    return spaces.found(workspace_of(request), request.path_params["space_id"])


async def show(request: Request) -> Response:
    workspace = workspace_of(request)
    try:
        row = _row(request)
    except ApiError as problem:
        return _page(request, "refused", problem.status, message=problem.message, back="/")
    body = json.loads(row["body"])
    attached = [
        {**each, "info": securables.find(workspace, "table", each["identifier"])} for each in definition.tables(body)
    ]
    instructions = body.get("instructions", {})
    acl = access_control.listing(workspace, "genie", row["space_id"])["access_control_list"]
    return _page(
        request,
        "space",
        row=row,
        tables=attached,
        instructions=instructions,
        permissions=acl,
        samples=definition.entries(body, "config.sample_questions"),
        instruction="".join(text for each in instructions.get("text_instructions", []) for text in each["content"]),
        snippets=[(kind, definition.entries(body, f"instructions.sql_snippets.{kind}")) for kind in _SNIPPETS],
        benchmarks=definition.entries(body, "benchmarks.questions"),
        tags=tags.shown(workspace, "geniespaces", row["space_id"]),
        warehouse=warehouses.find(workspace, row["warehouse_id"]),
        choices=_warehouses(workspace),
        addable=[
            name
            for name in securables.names(workspace, "table")
            if name not in {each["identifier"].lower() for each in attached}
        ],
    )


def _warehouses(workspace: Workspace) -> list[dict[str, Any]]:
    return [unpacked(row) for row in workspace.store.all("select info from warehouses order by rowid")]


async def raw(request: Request) -> Response:
    row = _row(request)
    return _page(request, "raw", row=row, text=json.dumps(json.loads(row["body"]), indent=2, ensure_ascii=False))


async def edit(request: Request) -> Response:
    """One form, one edit; afterwards the browser is sent back to the page."""
    require_same_origin(request)
    workspace, form, space_id = workspace_of(request), await request.form(), request.path_params["space_id"]
    try:
        with workspace.store.writing():
            ui_edits.edit(workspace, space_id, _asked(workspace, spaces.found(workspace, space_id), form))
    except ApiError as problem:
        return _page(request, "refused", problem.status, message=problem.message, back=f"/genie/rooms/{space_id}")
    return _go(f"/genie/rooms/{space_id}#{form.get('edit')}")


def _asked(workspace: Workspace, row: sqlite3.Row, form: FormData) -> dict[str, Any]:
    """What a form asks for, as `ui.edit` takes it."""
    given = {name: str(held).replace("\r\n", "\n") for name, held in form.items()}
    kind = given.pop("edit", "")
    if kind == "about":
        title = spaces.checked_title(given["title"].strip() or row["title"])
        if spaces.taken(workspace, title, row["parent_path"], but=row["space_id"]):
            raise invalid(f"Node named '{title}' already exists in '{row['parent_path']}'.")
        return {
            "title": title,
            "description": given["description"].strip() or None,
            "warehouse_id": given["warehouse_id"],
        }
    if kind in ("describe_table", "example"):
        return {kind: given}
    if kind in ("instruction", "add_table", "remove_table", "sample_question", "remove"):
        value = given["value"]
        return {kind: {"question": [value]} if kind == "sample_question" else value}
    raise invalid(f"no edit {kind}")


async def trash(request: Request) -> Response:
    require_same_origin(request)
    row = _row(request)
    workspace_of(request).store.run(
        "update spaces set trashed = ? where space_id = ? and trashed is null", clock.now(), row["space_id"]
    )
    return _go("/")


async def new(request: Request) -> Response:
    workspace = workspace_of(request)
    return _page(request, "new", choices=_warehouses(workspace), tables=securables.names(workspace, "table"))


async def make(request: Request) -> Response:
    require_same_origin(request)
    workspace, form = workspace_of(request), await request.form()
    given = {name: str(held).strip() for name, held in form.items()}
    try:
        with workspace.store.writing():
            space_id = _made(workspace, given, [str(each) for each in form.getlist("table")])
    except ApiError as problem:
        return _page(request, "refused", problem.status, message=problem.message, back="/new")
    return _go(f"/genie/rooms/{space_id}")


def _made(workspace: Workspace, given: dict[str, str], tables: list[str]) -> str:
    folder = folders.plain(given.get("parent_path") or f"/Users/{workspace.user}")
    folders.require(workspace, folder)
    title = spaces.free_title(workspace, spaces.checked_title(given.get("title") or "New Space"), folder)
    body = normalisation.normalised({"version": 2, "data_sources": {"tables": []}}, workspace.settings)
    row = spaces.insert(
        workspace,
        workspace.user,
        title=title,
        description=given.get("description") or None,
        warehouse_id=given["warehouse_id"],
        parent_path=folder,
        body=body,
    )
    access_control.grant(workspace, "genie", row["space_id"], "user", workspace.user, access_control.CAN_MANAGE)
    for table in tables:
        ui_edits.edit(workspace, row["space_id"], {"add_table": table})
    return str(row["space_id"])


_SPACE = "/genie/rooms/{space_id}"
routes = [
    Route("/", index),
    Route("/style.css", style),
    Route("/new", new),
    Route("/new", make, methods=["POST"]),
    Route(_SPACE, show),
    Route("/genie/spaces/{space_id}", show),
    Route(_SPACE + "/raw", raw),
    Route(_SPACE + "/edit", edit, methods=["POST"]),
    Route(_SPACE + "/trash", trash, methods=["POST"]),
]
