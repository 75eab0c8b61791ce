"""apply: brings a live space to what the inputs say: sends what differs, and looks whether it was kept."""

from __future__ import annotations

import time
from typing import Any

from ..client import RemoteSpace
from ..codec import normalize, wire
from ..compare import diff
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.schema import BODY_KEYS
from ..model.state import OWNER
from . import warehouse
from .session import STALE_S, WorkspaceSession

_POLL_S = 1.0


def write(
    session: WorkspaceSession, call: Call, remote: RemoteSpace, news: Properties, past: Properties | None = None
) -> RemoteSpace:
    """The space after it was brought to what `news` say; no call where it says so already."""
    changes = _changes(session, call, remote, news, past or {})
    if not changes:
        return remote
    if "warehouse_id" in changes:
        warehouse.tell_stopped(call, session, changes["warehouse_id"])
        if session.settings.check_warehouse_change == "read":
            call.notify("warning", warehouse.CHANGED)
    if "parent_path" in changes:
        call.notify("info", f"moved from {remote.parent_path} to {changes['parent_path']}")
    written = _send(session, remote.space_id, changes)
    return _verified(session, call, written, news, changes)


def differences(session: WorkspaceSession, call: Call, remote: RemoteSpace, news: Properties) -> list[str]:
    """What `write` would change, in the words of the spec; [] where the definition is not shown."""
    if remote.body is None:
        return []
    return _not_kept(remote, news, _changes(session, call, remote, news, {}))


def _changes(
    session: WorkspaceSession, call: Call, remote: RemoteSpace, news: Properties, past: Properties
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if news["title"] != remote.title:
        changes["title"] = news["title"]
    if not normalize.same_text(news.get("description", ""), remote.description):
        changes["description"] = news.get("description", "")
    warehouse_id = warehouse.id_of(call, session.workspace, news.get("warehouse", ""), remote.warehouse_id, past)
    if warehouse_id and warehouse_id != remote.warehouse_id:
        changes["warehouse_id"] = warehouse_id
    if news.get("parent_path") and news["parent_path"] != remote.parent_path:
        changes["parent_path"] = news["parent_path"]
    if remote.body is None:
        raise WorkspaceError(
            "failed",
            "update",
            "the workspace does not show this space's definition at the moment",
            "it can take minutes after a change; run pulumi up again",
        )
    body = wire.to_body(news, news[OWNER], remote.body)
    if body != remote.body and diff.changes(wire.from_body(remote.body), wire.from_body(body)):
        changes["serialized_space"] = body
    return changes


def _send(session: WorkspaceSession, space_id: str, changes: dict[str, Any]) -> RemoteSpace:
    session.refuse_foreign()
    try:
        return session.workspace.update(space_id, changes)
    except WorkspaceError as error:
        if error.kind != "no_folder" or "parent_path" not in changes:
            raise
        session.workspace.make_folder(changes["parent_path"])
        return session.workspace.update(space_id, changes)


def _verified(
    session: WorkspaceSession, call: Call, written: RemoteSpace, news: Properties, changes: dict[str, Any]
) -> RemoteSpace:
    """The answer to a write, once it shows what was written; else what it shows, and a warning."""
    deadline = time.monotonic() + STALE_S
    while differing := _not_kept(written, news, changes):
        if time.monotonic() > deadline:
            call.notify("warning", f"the workspace did not keep what was sent: {', '.join(differing)}")
            return written
        time.sleep(_POLL_S)
        written = session.workspace.get(written.space_id) or written
    return written


def _not_kept(written: RemoteSpace, news: Properties, changes: dict[str, Any]) -> list[str]:
    differing: list[str] = [
        name
        for name in ("title", "warehouse_id", "parent_path")
        if name in changes and getattr(written, name) not in ("", changes[name])
    ]
    if "description" in changes and not normalize.same_text(written.description, changes["description"]):
        differing.append("description")
    if written.body is not None and "serialized_space" in changes:
        live = normalize.settle(wire.from_body(written.body, news[OWNER]), news)
        wanted = {name: news[name] for name in BODY_KEYS if name in news}
        differing += [diff.entry_name(change.path) for change in diff.changes(live, wanted)]
    return differing
