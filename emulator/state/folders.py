"""folders: the workspace's tree, as far as spaces need it.

Spaces live in folders but are not listed in them: databricks/cli's fake workspace notes that "dataRoom is not
user-facing" in the workspace API.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import ApiError, denied, invalid, missing
from ..http.exchange import answer, body_of, caller_of, text_in, workspace_of
from . import clock

if TYPE_CHECKING:
    from ..workspace import Workspace
    from .callers import Caller


def plain(path: str) -> str:
    """A path as the workspace keeps it: without the `/Workspace` prefix and without a slash at the end."""
    path = path.rstrip("/")
    if path == "/Workspace" or path.startswith("/Workspace/"):
        path = path.removeprefix("/Workspace")
    return path or "/"


def exists(workspace: Workspace, path: str) -> bool:
    if path in ("/", "/Users", "/Shared", "/Repos"):
        return True
    parent, _, name = path.rpartition("/")
    if parent == "/Users" and workspace.store.one("select 1 from principals where name = ? and kind != 'group'", name):
        return True
    return workspace.store.one("select 1 from folders where path = ?", path) is not None


def require(workspace: Workspace, path: str) -> None:
    """Refuse a folder that is not there, in the words of newer or of older workspaces.

    databricks/cli meets both, makes the folder and tries once more.
    """
    if not path.startswith("/"):
        raise invalid(f"Path ({path}) must be absolute: it must start with '/'")
    if exists(workspace, path):
        return
    if workspace.settings.missing_folder_status == 400:
        raise invalid(f"Tree node with path '{path}' does not exist")
    raise missing(f"Path ({path}) doesn't exist.")


def make(workspace: Workspace, path: str, caller: Caller | None = None) -> None:
    """Make a folder and those above it; one that is there already is no error."""
    path = plain(path)
    if not path.startswith("/"):
        raise invalid(f"Path ({path}) must be absolute: it must start with '/'")
    if exists(workspace, path):
        return
    parent = path.rpartition("/")[0] or "/"
    make(workspace, parent, caller)
    if parent == "/Users":
        raise denied(f"Cannot make {path}: only the workspace makes home folders")
    workspace.store.run("insert or ignore into folders values (?, ?)", path, object_id(path))
    if caller is not None:
        workspace.store.run(
            "insert or replace into grants values ('directories', ?, ?, ?, 'CAN_MANAGE', ?)",
            path,
            caller.kind,
            caller.name,
            clock.now(),
        )


def object_id(path: str) -> int:
    """The number of a folder; the same for the same path."""
    return 10**12 + zlib.crc32(path.encode())


def path_of(workspace: Workspace, number: str) -> str | None:
    row = workspace.store.one("select path from folders where object_id = ?", number)
    return str(row["path"]) if row else None


def _entry(path: str) -> dict[str, Any]:
    number = object_id(path)
    return {"object_type": "DIRECTORY", "path": path, "object_id": number, "resource_id": str(number)}


async def mkdirs(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    with workspace.store.writing():
        make(workspace, text_in(body, "path") or "", caller_of(request))
    return answer({})


def _asked_path(workspace: Workspace, path: str) -> str:
    path = plain(path)
    if not exists(workspace, path):
        raise missing(f"Path ({path}) doesn't exist.")
    return path


async def get_status(request: Request) -> Response:
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
    Route("/api/2.0/workspace/get-status", get_status),
    Route("/api/2.0/workspace/list", list_folder),
    Route("/api/2.0/workspace/delete", delete, methods=["POST"]),
]
