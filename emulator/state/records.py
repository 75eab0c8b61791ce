"""records: what a call leaves behind for later calls: messages, runs, each with the object it belongs to.

One table for kinds that are looked up by id and listed by parent, and are otherwise nobody's business.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .store import unpacked

if TYPE_CHECKING:
    from ..workspace import Workspace


def keep(workspace: Workspace, kind: str, number: str, parent: str, position: int, info: dict[str, Any]) -> None:
    """Add a record or replace the one with this id; `position` is its place among those of its parent."""
    workspace.store.run(
        "insert or replace into records values (?, ?, ?, ?, ?)", kind, number, parent, position, json.dumps(info)
    )


def find(workspace: Workspace, kind: str, number: str, parent: str) -> dict[str, Any] | None:
    row = workspace.store.one("select info from records where kind = ? and id = ? and parent = ?", kind, number, parent)
    return dict(unpacked(row)) if row else None


def of(workspace: Workspace, kind: str, parent: str) -> list[dict[str, Any]]:
    """All records of a parent, newest first."""
    rows = workspace.store.all(
        "select info from records where kind = ? and parent = ? order by position desc, rowid desc", kind, parent
    )
    return [unpacked(row) for row in rows]


def remove(workspace: Workspace, kind: str, parent: str) -> None:
    """Forget all records of a parent."""
    workspace.store.run("delete from records where kind = ? and parent = ?", kind, parent)


def remove_one(workspace: Workspace, kind: str, number: str, parent: str) -> None:
    workspace.store.run("delete from records where kind = ? and id = ? and parent = ?", kind, number, parent)
