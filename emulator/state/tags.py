"""tags: the tags of workspace objects, and when readers see a change of one."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from . import clock

if TYPE_CHECKING:
    from ..workspace import Workspace


def shown(workspace: Workspace, entity_type: str, entity_id: str) -> dict[str, str]:
    """The tags a reader sees now, by key."""
    rows = workspace.store.all(
        "select * from tags where entity_type = ? and entity_id = ? order by tag_key", entity_type, entity_id
    )
    seen = {row["tag_key"]: _seen(workspace, row) for row in rows}
    return {key: value for key, value in seen.items() if value is not None}


def _seen(workspace: Workspace, row: sqlite3.Row) -> str | None:
    """A tag's value as a reader sees it; a change shows only after a while.

    malcolndandaro/genie-promote-cicd asks up to 30 times, two seconds apart, for a tag just set (July 2026).
    """
    if clock.now() < row["changed"] + workspace.settings.tag_lag_s:
        return None if row["before"] is None else str(row["before"])
    return None if row["gone"] else str(row["tag_value"])


def put(workspace: Workspace, entity: tuple[str, str], key: str, value: str, *, gone: bool = False) -> None:
    row = workspace.store.one(
        "select * from tags where entity_type = ? and entity_id = ? and tag_key = ?", *entity, key
    )
    before = _seen(workspace, row) if row else None
    workspace.store.run(
        "insert or replace into tags values (?, ?, ?, ?, ?, ?, ?)", *entity, key, value, before, clock.now(), int(gone)
    )


def kept(workspace: Workspace, entity: tuple[str, str], key: str) -> sqlite3.Row | None:
    """The tag as it is kept, whatever readers see of it."""
    return workspace.store.one(
        "select * from tags where entity_type = ? and entity_id = ? and tag_key = ? and gone = 0", *entity, key
    )
