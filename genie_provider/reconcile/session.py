"""session: one run's dealings with one workspace, shared by all spaces of the run.

Holds the connection, remembers whether this is the workspace the state knows, tells stale answers
from edits, and writes differences. What to create is the business of `births`; rights and tags of `access`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..client import RemoteSpace, Workspace, reporting
from ..codec import normalize, wire
from ..codec.spec_inputs import FILE, OWNER
from ..compare import diff
from ..config.settings import Settings
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.schema import BODY_KEYS
from . import ownership, warehouse
from .connection import Connection

WRITTEN = "__written"
"""Hidden output: the space's `update_time` as of our last write; an older one is a stale answer."""

STALE_S = 20.0
"""How long a read waits for our own last write to show (genie-api 1.8: GET after update lags)."""

TRASH_S = 90.0
"""How long a trashed space may go on to be shown before we stop to wait."""

GRACE_S = 0.25
"""How long the first create of a run waits for the engine to name what the state knows."""

_POLL_S = 1.0


class Run(Connection):
    """One run against one workspace; thread-safe. Nothing connects before the first call."""

    def __init__(self, settings: Settings, workspace: Workspace | None = None) -> None:
        super().__init__(settings, workspace)
        self._readers = 0
        self._expects_known = False
        self._recognised = False
        self._first_create_at: float | None = None
        self._calm = threading.Condition()
        self._told: set[str] = set()
        self.cancelled = threading.Event()
        """Set by Ctrl-C: long waits end."""

    @contextmanager
    def reporting(self, call: Call) -> Iterator[None]:
        """Within the block, waiting is told on the resource's own row."""
        with reporting(lambda text: call.say("status", text)):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Marks a read of a known space, which may find that this is another workspace."""
        with self._calm:
            self._readers += 1
        try:
            yield
        finally:
            with self._calm:
                self._readers -= 1
                self._calm.notify_all()

    def expect_known(self) -> None:
        """The engine named a space that the state knows: a diff of it will follow, and tell a foreign workspace."""
        self._expects_known = True

    def recognise(self, call: Call, outputs: Mapping[str, str]) -> None:
        super().recognise(call, outputs)
        with self._calm:
            self._recognised = True
            self._calm.notify_all()

    def wait_for_readers(self, timeout_s: float = 15.0) -> None:
        """Lets what may tell that this is another workspace come before the first write; refuses it then.

        A new space may come first in the program, and is then created before the known ones are looked at.
        """
        with self._calm:
            self._first_create_at = self._first_create_at or time.monotonic()
            grace_s = self._first_create_at + GRACE_S - time.monotonic()
        if grace_s > 0:
            time.sleep(grace_s)
        with self._calm:
            self._calm.wait_for(lambda: self._readers == 0 and (self._recognised or not self._expects_known), timeout_s)
        self.refuse_foreign()

    def fresh(self, space_id: str, outputs: Properties) -> RemoteSpace | None:
        """The space as it is now, our own last write included; None when it is gone."""
        remote = self.workspace.get(space_id)
        self.check_workspace(outputs)
        written = str(outputs.get(WRITTEN) or "")
        deadline = time.monotonic() + STALE_S
        while remote and written and ownership.is_older(remote.update_time, written):
            if time.monotonic() > deadline:
                return replace(remote, body=None)
            time.sleep(_POLL_S)
            remote = self.workspace.get(space_id)
        return remote

    def trash(self, call: Call, space_id: str, outputs: Properties) -> None:
        if outputs.get("workspace_id"):
            self.following(call, lambda: self.check_workspace(outputs))
        self.workspace.trash(space_id)
        self._confirm_gone(call, space_id)

    def _confirm_gone(self, call: Call, space_id: str) -> None:
        """Waits until a trashed space is no longer shown as live: the next run would take it for one.

        databricks/cli polls up to 120 s for that (genie-api 1.8). What cannot be seen is no reason to fail.
        """
        deadline, wait_s = time.monotonic() + TRASH_S, 0.25
        try:
            while self.workspace.get_head(space_id):
                if time.monotonic() > deadline:
                    call.say("warning", "in the trash, but the workspace still shows it; give it a minute before an up")
                    return
                call.say("status", "in the trash; waiting until the workspace no longer shows it")
                time.sleep(wait_s)
                wait_s = min(2 * wait_s, 4.0)
        except WorkspaceError:
            return  # the trash itself was confirmed

    # ── writing ─────────────────────────────────────────────────────────────────────────

    def write(self, call: Call, remote: RemoteSpace, news: Properties, past: Properties | None = None) -> RemoteSpace:
        """The space after it was brought to what `news` say; no call where it says so already."""
        changes = self._changes(call, remote, news, past or {})
        if not changes:
            return remote
        if "warehouse_id" in changes:
            self.tell_stopped(call, changes["warehouse_id"])
            if self.settings.check_warehouse_change == "read":
                call.say("warning", warehouse.CHANGED)
        if "parent_path" in changes:
            call.say("info", f"moved from {remote.parent_path} to {changes['parent_path']}")
        written = self._send(remote.space_id, changes)
        return self._verified(call, written, news, changes)

    def differences(self, call: Call, remote: RemoteSpace, news: Properties) -> list[str]:
        """What `write` would change, in the words of the spec; [] where the definition is not shown."""
        if remote.body is None:
            return []
        return self._not_kept(remote, news, self._changes(call, remote, news, {}))

    def _changes(self, call: Call, remote: RemoteSpace, news: Properties, past: Properties) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if news["title"] != remote.title:
            changes["title"] = news["title"]
        if not normalize.same_text(news.get("description", ""), remote.description):
            changes["description"] = news.get("description", "")
        warehouse_id = warehouse.id_of(call, self.workspace, news.get("warehouse", ""), remote.warehouse_id, past)
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

    def _send(self, space_id: str, changes: dict[str, Any]) -> RemoteSpace:
        self.refuse_foreign()
        try:
            return self.workspace.update(space_id, changes)
        except WorkspaceError as error:
            if error.kind != "no_folder" or "parent_path" not in changes:
                raise
            self.workspace.make_folder(changes["parent_path"])
            return self.workspace.update(space_id, changes)

    def _verified(self, call: Call, written: RemoteSpace, news: Properties, changes: dict[str, Any]) -> RemoteSpace:
        """The answer to a write, once it shows what was written; else what it shows, and a warning."""
        deadline = time.monotonic() + STALE_S
        while differing := self._not_kept(written, news, changes):
            if time.monotonic() > deadline:
                call.say("warning", f"the workspace did not keep what was sent: {', '.join(differing)}")
                return written
            time.sleep(_POLL_S)
            written = self.workspace.get(written.space_id) or written
        return written

    def _not_kept(self, written: RemoteSpace, news: Properties, changes: dict[str, Any]) -> list[str]:
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

    # ── words ───────────────────────────────────────────────────────────────────────────

    def owner_of(self, call: Call) -> str:
        return f"{call.project}/{call.stack}/{call.name}" if call.name else ""

    def url_of(self, space_id: str) -> str:
        workspace_id = self.workspace.workspace_id()
        query = f"?o={workspace_id}" if workspace_id else ""
        return f"{self.workspace.host}/genie/rooms/{space_id}{query}"

    def new_warehouse_id(self, call: Call, word: str) -> str:
        """The id of the warehouse that the spec of a new space means by its name or id."""
        warehouse_id = warehouse.id_of(call, self.workspace, word)
        self.tell_stopped(call, warehouse_id)
        return warehouse_id

    def tell_stopped(self, call: Call, warehouse_id: str) -> None:
        """Once a run and warehouse."""
        with self._lock:
            told = warehouse_id in self._told
            self._told.add(warehouse_id)
        if not told:
            warehouse.tell_stopped(call, self.workspace, warehouse_id)

    def warehouse_name(self, warehouse_id: str, past: Properties) -> str:
        """The warehouse's name: remembered, or asked for where the state does not know it."""
        if not warehouse_id:
            return ""
        if past.get("warehouse_id") == warehouse_id:
            return str(past.get("warehouse_name", ""))
        names = [house.name for house in self.workspace.warehouses() if house.id == warehouse_id]
        return names[0] if names else ""

    def warehouse_word(self, live_id: str, known: str | None, past: Properties) -> str:
        """The live warehouse in the spec's word (its name) if that still means the same one."""
        if not known:
            default = self.settings.warehouse
            return default if default and self._means(default, live_id) else live_id
        if known == live_id or (past.get("warehouse_id") == live_id):
            return known
        return known if self._means(known, live_id) else live_id

    def _means(self, word: str, warehouse_id: str) -> bool:
        return any(house.id == warehouse_id and word in (house.id, house.name) for house in self.workspace.warehouses())

    def named(self, error: WorkspaceError, call: Call, inputs: Properties, step: str) -> WorkspaceError:
        """The error with the space, its file and the step it happened in."""
        name = call.name or str(inputs.get("title", ""))
        file = inputs.get(FILE)
        return error.about(f"{name} ({file})" if file else name, step)
