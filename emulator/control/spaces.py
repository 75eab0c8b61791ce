"""spaces: spaces made, edited, trashed and looked at from behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..errors import missing
from ..genie import spaces, ui_edits
from ..rules import normalisation
from ..state import access_control, clock, folders, warehouses
from .endpoint import route

if TYPE_CHECKING:
    from ..workspace import Workspace


def _make_spaces(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    """Spaces as if made in the UI: `{"count": 2500}` or `{"spaces": [{…}]}`."""
    given = (
        sent["spaces"]
        if "spaces" in sent
        else [
            {**sent.get("like", {}), "title": f"{sent.get('title', 'Space')} {number:04d}"}
            for number in range(1, sent.get("count", 1) + 1)
        ]
    )
    return {"space_ids": [_make_space(workspace, each) for each in given]}


def _make_space(workspace: Workspace, given: dict[str, Any]) -> str:
    creator = given.get("creator", workspace.user)
    body = given.get("serialized_space", {"version": 2, "data_sources": {"tables": []}})
    body = json.loads(body) if isinstance(body, str) else body
    body = body if given.get("raw") else normalisation.normalised(body, workspace.settings)
    folder = folders.plain(given.get("parent_path", f"/Users/{creator}"))
    if not folders.exists(workspace, folder):
        folders.make(workspace, folder)
    row = spaces.insert(
        workspace,
        creator,
        title=spaces.free_title(workspace, given.get("title", "New Space"), folder),
        description=given.get("description"),
        warehouse_id=given.get("warehouse_id", warehouses.STARTER_ID),
        parent_path=folder,
        body=body,
        space_id=given.get("space_id"),
        created=given.get("created"),
    )
    access_control.grant(workspace, "genie", row["space_id"], "user", creator, access_control.CAN_MANAGE)
    return str(row["space_id"])


def _edit_space(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return _inside(ui_edits.edit(workspace, at["space_id"], sent))


def _inside(row: Any) -> dict[str, Any]:
    """A space with what the API never shows of it."""
    shown = json.loads(row["answer"])
    return {
        **shown,
        "creator": row["creator"],
        "trashed": row["trashed"] is not None,
        "lost_access": bool(row["lost_access"]),
    }


def _all_spaces(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    rows = workspace.store.all("select * from spaces order by created, space_id")
    shown = [_inside(row) for row in rows]
    return [each for each in shown if at.get("trashed") == "true" or not each["trashed"]]


def _one_space(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    row = workspace.store.one("select * from spaces where space_id = ?", at["space_id"])
    if row is None:
        raise missing(f"no space {at['space_id']}")
    return _inside(row)


def _trash_space(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    workspace.store.run(
        "update spaces set trashed = ? where space_id = ? and trashed is null", clock.now(), at["space_id"]
    )


routes = [
    route("/spaces", "POST", _make_spaces),
    route("/spaces", "GET", _all_spaces),
    route("/spaces/{space_id}", "GET", _one_space),
    route("/spaces/{space_id}", "DELETE", _trash_space),
    route("/spaces/{space_id}/edit", "POST", _edit_space),
]
