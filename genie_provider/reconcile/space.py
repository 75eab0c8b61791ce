"""space: a Genie space as a kind of resource: check, diff, create, read, update, delete.

Everything about Pulumi's protocol is elsewhere (`lifecycle` is the contract), everything about
HTTP too (`client`). What is decided here: what a live space means as inputs, what may be written,
and what a person is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..client import RemoteSpace, Workspace
from ..codec import normalize, wire
from ..compare import diff
from ..config.settings import from_provider_config
from ..errors import WorkspaceError
from ..lifecycle import UNKNOWN, Call, Change, Checked, Found, Lifecycle, Made, Path, Properties
from ..model import entry_ids
from ..model.schema import BODY_KEYS, SENT_WITH_SPACE
from ..model.state import FILE, MARKS, ORDER, OWNER, RIGHTS, SEEN, UNVERIFIED, WAIT, WRITTEN
from . import apply, grants, preflight, table_wait, ui_edits, warehouse
from .create import Creator
from .session import WorkspaceSession

_CARRIED = (OWNER, FILE, WAIT, MARKS, "permissions_mode")
"""Inputs that no live space holds; a read repeats what the state has."""


class SpaceLifecycle(Lifecycle):
    """One object serves all spaces of a run, from many threads."""

    hidden_inputs = frozenset({MARKS})
    stable_outputs = frozenset({"space_id", "url"})

    def __init__(self, config: Mapping[str, str], workspace: Workspace | None = None) -> None:
        self._settings = from_provider_config(config)
        self.read_before_preview = self._settings.read_before_preview
        self._session = WorkspaceSession(self._settings, workspace)
        self._creator = Creator(self._session)
        self._checked: set[str] = set()
        self._stops = self._settings.ui_edits == "stop"

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        """The inputs as they will be stored: with the marks of what the spec says now."""
        self._checked.add(call.urn)
        inputs = {name: value for name, value in news.items() if name != MARKS}
        return Checked({**inputs, MARKS: diff.marks(inputs)})

    def expect_known(self) -> None:
        """Asked at every check of a space that the state knows: see `WorkspaceSession.wait_for_readers`."""
        self._session.expect_known()

    def recognise(self, call: Call, outputs: Mapping[str, str]) -> None:
        """Asked before every diff: see `WorkspaceSession.recognise`."""
        try:
            self._session.recognise(call, outputs)
        except WorkspaceError as error:
            raise self._session.named(error, call, {}, "compare") from error.__cause__

    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]:
        """The changed entries; says which of them were edited in the UI."""
        live = grants.with_rights(warehouse.in_same_word(old_inputs, old_outputs, news), news)
        found = diff.changes(live, news)
        # The engine diffs twice: after its own read against the old state, and for the program, which it has
        # checked first. Only then is it known what the spec says.
        if found and call.urn in self._checked:
            ui_edits.tell(call, live, news, old_outputs, stops=self._stops)
        return found

    def create(self, call: Call, inputs: Properties) -> Made:
        """Exactly one space, however often this has been tried before (see `create`)."""
        with self._session.reporting(call):
            try:
                _refuse_unknown(inputs)
                grants.refuse_unknown_principals(self._session.workspace, inputs)
                self._wait_for_tables(call, inputs)
                creator = {"creator": self._session.workspace.me().principal}
                created = self._creator.adopt_or_create(call, inputs)
                return self._finish(call, created.remote, inputs, {}, creator, created.unfinished)
            except WorkspaceError as error:
                told = table_wait.explained(error, self._session.workspace, inputs)
                raise self._session.named(told, call, inputs, "create") from error.__cause__

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        """The live space in the words of the state's inputs, or None when it is gone."""
        known, past = inputs or {}, outputs or {}
        self.read_before_preview = self._session.as_of_now(call).read_before_preview
        with self._session.reporting(call), self._session.reading():
            try:
                is_import = not known and not past
                remote = None
                if entry_ids.is_well_formed(id) or not is_import:
                    remote = self._session.following(call, lambda: self._session.fresh(id, past))
                if remote is None and is_import:
                    raise WorkspaceError(
                        "gone",
                        "import",
                        f"the workspace has no space {id}, or it is in the trash",
                        "its id is the 32 digits in its address: …/genie/rooms/<id>",
                    )
                if remote is None:
                    return None
                if remote.body is None and not known:
                    raise WorkspaceError(
                        "forbidden",
                        "read",
                        "the workspace gives no definition of this space",
                        "you need CAN EDIT on it; a space made minutes ago may need a moment",
                    )
                warehouse.watch(call, self._session.workspace, remote.warehouse_id, known, past)
                found = self._inputs_of(remote, known or _as_authored(past), past, call)
                mark = (known and past.get("fingerprint")) or diff.fingerprint(found)
                fresh = self._outputs(remote, past, found, mark)
                return Found(remote.space_id, found, fresh)
            except WorkspaceError as error:
                if known and error.kind == "unreachable" and not self.read_before_preview:
                    call.notify("warning", f"not read, so taken as this stack last knew it: {error}")
                    return Found(id, known, past)
                named = self._session.named(error, call, known, "read")
                if error.kind != "forbidden" or not known:
                    raise named from error.__cause__
                # Not seeing a space is no reason to forget it, nor to stop the others.
                return Found(id, known, past, [str(named)])

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        """Sends what differs from the live space and nothing else."""
        with self._session.reporting(call):
            try:
                _refuse_unknown(news)
                remote = self._session.fresh(id, old_outputs)
                if remote is None:
                    raise WorkspaceError(
                        "gone",
                        "update",
                        f"the space {id} is in the trash or gone",
                        "run pulumi refresh, then pulumi up makes it anew",
                    )
                if old_inputs:
                    live = self._inputs_of(remote, old_inputs, old_outputs, call)
                    ui_edits.watch(call, live, old_inputs, old_outputs, news, remote.update_time, stops=self._stops)
                grants.refuse_unknown_principals(self._session.workspace, news)
                self._wait_for_tables(call, news)
                remote = apply.write(self._session, call, remote, news, old_outputs)
                return self._finish(call, remote, news, old_inputs, old_outputs)
            except WorkspaceError as error:
                told = table_wait.explained(error, self._session.workspace, news)
                raise self._session.named(told, call, news, "update") from error.__cause__

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        """Moves the space to the workspace's trash; one that is there already is done."""
        with self._session.reporting(call):
            try:
                self._session.trash(call, id, outputs)
            except WorkspaceError as error:
                raise self._session.named(error, call, {}, "trash") from error.__cause__

    def fingerprint(self, inputs: Properties) -> str:
        return diff.fingerprint(inputs)

    def answer(self, function: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """`look_up`: what the program asks for before its first space; see `preflight`."""
        if function != "look_up":
            return None
        return preflight.answer(self._session.workspace, arguments)

    def cancel(self) -> None:
        """Ctrl-C: waits for tables end."""
        self._session.cancelled.set()

    # ── steps ───────────────────────────────────────────────────────────────────────────

    def _wait_for_tables(self, call: Call, inputs: Properties) -> None:
        if inputs.get(WAIT):
            table_wait.wait_for_tables(
                call, self._session.workspace, inputs, float(inputs[WAIT]), self._session.cancelled
            )

    def _finish(
        self,
        call: Call,
        remote: RemoteSpace,
        news: Properties,
        olds: Properties,
        past: Properties,
        unfinished: Sequence[str] = (),
    ) -> Made:
        done = grants.furnish(call, self._session.workspace, remote.space_id, news, olds, past)
        if unfinished:
            done.unfinished[:0] = unfinished
            done.outputs["unwritten"] = [*BODY_KEYS, *SENT_WITH_SPACE, *done.outputs.get("unwritten", [])]
        mark = diff.fingerprint(news)
        outputs = {**self._outputs(remote, {}, news, mark), **done.outputs}
        changed = remote.warehouse_id and past.get("warehouse_id", remote.warehouse_id) != remote.warehouse_id
        if self._settings.check_warehouse_change == "ask" and (changed or past.get(UNVERIFIED)):
            found = warehouse.verify(call, self._session.workspace, remote.space_id, outputs["url"], news)
            done.unfinished += found
            if found:
                outputs[UNVERIFIED] = True
        return Made(remote.space_id, outputs, done.unfinished)

    def _inputs_of(self, remote: RemoteSpace, known: Properties, outputs: Properties, call: Call) -> Properties:
        owner = known.get(OWNER) or self._session.owner_of(call)
        live: Properties = {
            "title": remote.title,
            "description": remote.description,
            "warehouse": warehouse.word_for(self._session, remote.warehouse_id, known.get("warehouse"), outputs),
            "parent_path": remote.parent_path,
        }
        if remote.body is None:
            body_part = {name: known[name] for name in (*BODY_KEYS, ORDER) if name in known}
        else:
            body_part = wire.from_body(remote.body, owner)
        live = {name: value for name, value in {**live, **body_part}.items() if value not in ("", None)}
        if not known:
            live.update({OWNER: owner})
            rights = grants.as_imported(self._session.workspace, remote.space_id)
            return {**live, **rights, MARKS: diff.marks(live)}
        settled = normalize.settle(live, known)
        if "parent_path" not in known:
            settled.pop("parent_path", None)
        elif settled.get("parent_path") == known["parent_path"]:
            settled["parent_path"] = known["parent_path"]
        settled.update(grants.as_known(call, self._session.workspace, remote.space_id, known, outputs))
        if RIGHTS in known:
            settled.update(grants.as_imported(self._session.workspace, remote.space_id))
        return {**settled, **{name: known[name] for name in _CARRIED if name in known}}

    def _outputs(self, remote: RemoteSpace, past: Properties, inputs: Properties, fingerprint: str) -> Properties:
        outputs: Properties = {
            "space_id": remote.space_id,
            "url": self._session.url_of(remote.space_id),
            "etag": past.get("etag") or remote.etag,
            "fingerprint": fingerprint,
            "parent_path": inputs.get("parent_path"),
            "warehouse": inputs.get("warehouse"),
            "workspace_id": self._session.workspace.workspace_id(),
            "warehouse_id": remote.warehouse_id or past.get("warehouse_id"),
            "warehouse_name": warehouse.name_of(self._session.workspace, remote.warehouse_id, past),
            WRITTEN: past.get(WRITTEN) or remote.update_time,
            SEEN: remote.update_time or past.get(SEEN),
            **{name: past[name] for name in (*grants.OUTPUTS, UNVERIFIED) if name in past},
        }
        return {name: value for name, value in outputs.items() if value}


def _as_authored(outputs: Properties) -> Properties:
    """On the stock host, which hands over no inputs: how the spec spoke of what has two names."""
    if "fingerprint" not in outputs:
        return {}
    return {name: outputs[name] for name in ("warehouse", "parent_path") if name in outputs}


def _refuse_unknown(value: Any, path: Path = ()) -> None:
    if value is UNKNOWN:
        raise WorkspaceError("invalid", "create", f"{diff.entry_name(path)} is not known yet")
    if isinstance(value, dict):
        for key, part in value.items():
            _refuse_unknown(part, (*path, key))
