"""workspace_objects: the calls on the workspace's tree, `/api/2.0/workspace`: folders, and files for jobs.

Spaces live in folders but are not listed in them: databricks/cli's own fake workspace (`libs/testserver/
genie_spaces.go`, 2026) notes that "dataRoom is not user-facing" here.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import ApiError, denied, invalid, missing
from ..http.exchange import answer, body_of, caller_of, text_in, workspace_of
from ..state import clock, folders, workspace_files

if TYPE_CHECKING:
    from ..workspace import Workspace


def _entry(path: str) -> dict[str, Any]:
    number = folders.object_id(path)
    return {"object_type": "DIRECTORY", "path": path, "object_id": number, "resource_id": str(number)}


async def mkdirs(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    with workspace.store.writing():
        folders.make(workspace, text_in(body, "path") or "", caller_of(request))
    return answer({})


def _asked_path(workspace: Workspace, path: str) -> str:
    path = folders.plain(path)
    if not folders.exists(workspace, path):
        raise missing(f"Path ({path}) doesn't exist.")
    return path


def _file_entry(path: str) -> dict[str, Any]:
    return {**_entry(folders.plain(path)), "object_type": "FILE"}


async def import_file(request: Request) -> Response:
    """A file of text, base64 in JSON. Notebooks are not known here: everything is a file."""
    workspace, body = workspace_of(request), await body_of(request)
    path = folders.plain(text_in(body, "path") or "")
    folders.require(workspace, path.rpartition("/")[0] or "/")
    if workspace_files.find(workspace, path) is not None and not body.get("overwrite"):
        raise ApiError(400, "RESOURCE_ALREADY_EXISTS", f"Path ({path}) already exists.")
    try:
        content = base64.b64decode(text_in(body, "content") or "", validate=True).decode()
    except ValueError:
        raise invalid("content must be base64") from None
    with workspace.store.writing():
        workspace_files.put(workspace, path, content)
    return answer({"object_id": folders.object_id(path)})


async def export_file(request: Request) -> Response:
    path = request.query_params.get("path") or ""
    content = workspace_files.find(workspace_of(request), path)
    if content is None:
        raise missing(f"Path ({path}) doesn't exist.")
    return answer({"content": base64.b64encode(content.encode()).decode()})


async def get_status(request: Request) -> Response:
    path = request.query_params.get("path") or ""
    if workspace_files.find(workspace_of(request), path) is not None:
        return answer(_file_entry(path))
    return answer(_entry(_asked_path(workspace_of(request), request.query_params.get("path") or "")))


async def list_folder(request: Request) -> Response:
    workspace = workspace_of(request)
    path = _asked_path(workspace, request.query_params.get("path") or "")
    known = {row["path"] for row in workspace.store.all("select path from folders")} | {"/Users", "/Shared"}
    known |= {
        f"/Users/{row['name']}" for row in workspace.store.all("select name from principals where kind != 'group'")
    }
    objects = [_entry(each) for each in sorted(known) if each != "/" and (each.rpartition("/")[0] or "/") == path]
    return answer({"objects": objects} if objects else {})


async def delete(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    with workspace.store.writing():
        if workspace_files.remove(workspace, text_in(body, "path") or ""):
            return answer({})
    path = _asked_path(workspace, text_in(body, "path") or "")
    if path.count("/") == 1 or (path.startswith("/Users/") and path.count("/") == 2):
        raise denied(f"{path} cannot be deleted")
    below = path.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "/%"
    inside = "(parent_path = ? or parent_path like ? escape '\\') and trashed is null"
    full = workspace.store.one(f"select 1 from spaces where {inside}", path, below) or workspace.store.one(
        "select 1 from folders where path like ? escape '\\'", below
    )
    if full and not body.get("recursive"):
        raise ApiError(400, "DIRECTORY_NOT_EMPTY", f"Folder ({path}) is not empty")
    with workspace.store.writing():
        workspace.store.run(f"update spaces set trashed = ? where {inside}", clock.now(), path, below)
        workspace.store.run("delete from folders where path = ? or path like ? escape '\\'", path, below)
    return answer({})


routes = [
    Route("/api/2.0/workspace/mkdirs", mkdirs, methods=["POST"]),
    Route("/api/2.0/workspace/import", import_file, methods=["POST"]),
    Route("/api/2.0/workspace/export", export_file),
    Route("/api/2.0/workspace/get-status", get_status),
    Route("/api/2.0/workspace/list", list_folder),
    Route("/api/2.0/workspace/delete", delete, methods=["POST"]),
]
