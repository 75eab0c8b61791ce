"""apply: brings a live space to what the inputs say: sends what differs, and looks whether it was kept.

What is compared is what is written over: whenever a write had to wait or is repeated, the space is read and compared
again before it goes out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..client import RemoteSpace
from ..codec import normalize, wire
from ..compare import diff
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.schema import BODY_KEYS
from ..model.state import KEPT, MARKS, OWNER
from . import kept_texts, ownership, warehouse
from .session import STALE_S, WorkspaceSession

_POLL_S = 1.0
_ROUNDS: Final = 5
"""How often a space that changes under our hands is looked at anew before we give up."""

Watch = Callable[[RemoteSpace], None]
"""Looks at a space that was read again, as before the first attempt; raises where it must not be written over."""


@dataclass(frozen=True)
class Applied:
    """The space as it is now.

    Attributes:
        kept: marks of the entries that the workspace holds otherwise than they were sent (see `kept_texts`).
        unfinished: what is not as the inputs say, a sentence each.
    """

    remote: RemoteSpace
    kept: str = ""
    unfinished: tuple[str, ...] = ()


class _Moved(WorkspaceError):
    """Somebody changed the space while its update waited."""

    def __init__(self, remote: RemoteSpace) -> None:
        super().__init__("edited", "update", "the space changes while it is written", "run pulumi up again")
        self.remote = remote


def write(
    session: WorkspaceSession,
    call: Call,
    remote: RemoteSpace,
    news: Properties,
    past: Properties | None = None,
    *,
    former: str = "",
    watch: Watch = lambda remote: None,
) -> Applied:
    """The space after it was brought to what `news` say; no call where it says so already.

    Args:
        former: the key that the state knows the space by; entries with ids of it get new ones.
        watch: asked again whenever the space was read again because the write had to wait.
    """
    known = past or {}
    for _ in range(_ROUNDS):
        changes = _changes(session, call, remote, news, known, former)
        if not changes:
            return Applied(remote, str(known.get(KEPT) or ""))
        _tell(session, call, remote, changes)
        session.journal.writing(call.stack, call.name, remote.space_id, str(news.get(MARKS, "")))
        try:
            written = _send(session, call, remote, changes)
        except _Moved as moved:
            remote = moved.remote
            watch(remote)
            continue
        applied = _verified(session, call, written, news, changes, known)
        session.journal.written(call.stack, call.name)
        return applied
    raise _Moved(remote)


def differences(session: WorkspaceSession, call: Call, remote: RemoteSpace, news: Properties) -> list[str]:
    """What `write` would change, in the words of the spec; [] where the definition is not shown."""
    if remote.body is None:
        return []
    return _not_kept(remote, news, _changes(session, call, remote, news, {}, ""))


def _tell(session: WorkspaceSession, call: Call, remote: RemoteSpace, changes: Mapping[str, Any]) -> None:
    if "warehouse_id" in changes:
        warehouse.tell_stopped(call, session, changes["warehouse_id"])
        if session.settings.check_warehouse_change == "read":
            call.notify("warning", warehouse.CHANGED)
    if "parent_path" in changes:
        call.notify("info", f"moved from {remote.parent_path} to {changes['parent_path']}")


def _changes(
    session: WorkspaceSession, call: Call, remote: RemoteSpace, news: Properties, past: Properties, former: str
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
    owner = news[OWNER]
    held = ownership.with_ids_of(remote.body, ownership.former_keys(owner, former), owner)
    body = wire.to_body(news, owner, held)
    if body != remote.body and diff.changes(wire.from_body(remote.body), wire.from_body(body)):
        changes["serialized_space"] = body
    return changes


def _send(session: WorkspaceSession, call: Call, remote: RemoteSpace, changes: dict[str, Any]) -> RemoteSpace:
    session.refuse_foreign()
    space_id = remote.space_id

    def look_again() -> None:
        now = session.workspace.get(space_id)
        if now is not None and not _same(now, remote) and not _is_as_sent(now, changes):
            raise _Moved(now)

    try:
        return session.workspace.update(space_id, changes, before_repeat=look_again)
    except WorkspaceError as error:
        if error.kind != "no_folder" or "parent_path" not in changes:
            raise
        session.workspace.make_folder(changes["parent_path"])
        look_again()
        return session.workspace.update(space_id, changes, before_repeat=look_again)


_FIELDS = ("title", "description", "warehouse_id", "parent_path", "body")


def _same(one: RemoteSpace, other: RemoteSpace) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _FIELDS)


def _is_as_sent(now: RemoteSpace, changes: Mapping[str, Any]) -> bool:
    """Whether an attempt whose answer was lost came through: asking for the same again changes nothing."""
    fields = {**changes, **({"body": changes["serialized_space"]} if "serialized_space" in changes else {})}
    return all(getattr(now, name) == fields[name] for name in _FIELDS if name in fields)


def _verified(
    session: WorkspaceSession,
    call: Call,
    written: RemoteSpace,
    news: Properties,
    changes: dict[str, Any],
    past: Properties,
) -> Applied:
    """The answer to a write, once it shows what was written; else what it shows, and what is not as it was sent."""
    before = str(past.get(KEPT) or "")
    deadline = time.monotonic() + STALE_S
    while True:
        differing = _not_kept(written, news, changes)
        kept = kept_texts.marks_of(_live(written, news), news) if differing else ""
        if not differing or (before and kept == before):
            return Applied(written, kept)
        if time.monotonic() > deadline or session.cancelled.wait(_POLL_S):
            break
        written = session.workspace.get(written.space_id) or written
    call.notify("warning", f"the workspace did not keep what was sent: {', '.join(differing)}")
    heads = [name for name in differing if name in ("title", "warehouse_id", "parent_path")]
    lost = (f"the workspace did not keep {', '.join(heads)}",) if heads else ()
    return Applied(written, kept, lost)


def _live(written: RemoteSpace, news: Properties) -> Properties:
    live: Properties = {"title": written.title, "description": written.description}
    body = wire.from_body(written.body, news[OWNER]) if written.body is not None else {}
    return normalize.settle({**live, **body}, news)


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
