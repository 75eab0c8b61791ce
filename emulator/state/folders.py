"""folders: the workspace's tree, as far as spaces need it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from ..errors import denied, invalid, missing
from . import clock

if TYPE_CHECKING:
    from ..workspace import Workspace
    from .callers import Caller


def plain(path: str) -> str:
    """A path as the workspace keeps it: without the `/Workspace` prefix and without a slash at the end.

    databricks/cli puts the prefix back before it compares (`dresources/genie_space.go`, 2026).
    """
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

    databricks/cli (`dresources/genie_space.go`, 2026) expects both, makes the folder and tries once more.
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
