"""workspace_files: files in the workspace's tree, such as the SQL that a job runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import folders

if TYPE_CHECKING:
    from ..workspace import Workspace


def put(workspace: Workspace, path: str, content: str) -> None:
    workspace.store.run("insert or replace into workspace_files values (?, ?)", folders.plain(path), content)


def find(workspace: Workspace, path: str) -> str | None:
    """The file's text, None where there is no such file."""
    row = workspace.store.one("select content from workspace_files where path = ?", folders.plain(path))
    return str(row["content"]) if row else None


def remove(workspace: Workspace, path: str) -> bool:
    """Whether there was such a file."""
    return workspace.store.run("delete from workspace_files where path = ?", folders.plain(path)) > 0
