"""space: a Genie space as a kind of resource: check, diff, create, read, update, delete.

Everything about Pulumi's protocol is elsewhere (`lifecycle` is the contract), everything about
HTTP too (`client`). What is decided here: what a live space means as inputs, what may be written,
and what a person is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from ..blueprint.audience import ahead
from ..client import RemoteSpace, Workspace
from ..codec import normalize, wire
from ..compare import diff
from ..config.settings import from_provider_config
from ..errors import WorkspaceError
from ..lifecycle import PROJECT_FOLDER, RUN, UNKNOWN, Call, Change, Checked, Found, Lifecycle, Made, Path, Properties
from ..model import entry_ids
from ..model.ownership_key import Mark
from ..model.schema import BODY_KEYS
from ..model.state import FILE, KEPT, LEFT, MARKS, ORDER, OWNER, OWNER_MARK, RIGHTS, SEEN, UNVERIFIED, WAIT, WRITTEN
from . import (
    apply,
    departures,
    foresight,
    grants,
    kept_texts,
    marking,
    ownership,
    preflight,
    table_wait,
    ui_edits,
    warehouse,
)
from .create import Creator
from .session import WorkspaceSession

_CARRIED = (OWNER, FILE, WAIT, MARKS, "permissions_mode")
"""Inputs that no live space holds; a read repeats what the state has."""


_REMEMBERED = (*grants.OUTPUTS, UNVERIFIED, OWNER_MARK, KEPT, LEFT)
"""Outputs that a read repeats."""

_ABOUT_ALL = ("foreign", "unauthenticated")
"""Errors that are not about one space."""


class SpaceLifecycle(Lifecycle):
    """One object serves all spaces of a run, from many threads."""

    hidden_inputs = frozenset({MARKS})
    stable_outputs = frozenset({"space_id", "url"})

    def __init__(self, config: Mapping[str, str], workspace: Workspace | None = None) -> None:
        self._settings = from_provider_config(config)
        self.read_before_preview = self._settings.read_before_preview
        folder = config.get(PROJECT_FOLDER)
        self._session = WorkspaceSession(
            self._settings, workspace, FilePath(folder) if folder else None, config.get(RUN, "")
        )
        self._creator = Creator(self._session)
        self._checked: set[str] = set()
        self._wanted: dict[str, str] = {}
        """URN → id of what the program still has, of this run."""

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
        if outputs.get("space_id"):
            self._wanted[call.urn] = outputs["space_id"]
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
        was = ownership.renamed_from(old_inputs, news)
        # The engine diffs twice: after its own read against the old state, and for the program, which it has
        # checked first. Only then is it known what the spec says.
        if call.urn in self._checked:
            self._session.remember(call, id, old_inputs, old_outputs)
            if was:
                call.notify("info", f"was `{was}`: the space, its address and its conversations stay")
            if found:
                self._judge(call).tell(call, live, news, old_outputs)
        return [*found, Change((OWNER,), "update")] if was else found

    def foresee(self, call: Call, inputs: Properties) -> None:
        """At a preview: what a create would come to, where that is not simply a new space."""
        if not self._settings.read_before_preview:
            return
        with self._session.reporting(call):
            try:
                foresight.tell(self._session, self._creator, call, inputs, set(self._wanted.values()))
            except WorkspaceError as error:
                if error.kind == "foreign":
                    raise self._session.named(error, call, inputs, "create") from error.__cause__
                call.notify("info", f"whether this space is there already was not looked for: {error}")

    def create(self, call: Call, inputs: Properties) -> Made:
        """Exactly one space, however often this has been tried before (see `reconcile.create`)."""
        known = self._session.known.get(call.urn)
        if known and not known.gone:
            # The engine was told to replace the space (taint, --replace). Its address and conversations would be lost.
            call.notify("warning", "a space is never replaced: it is updated in place, and keeps its id")
            return self.update(call, known.space_id, known.inputs, known.outputs, inputs)
        with self._session.reporting(call):
            try:
                _refuse_unknown(inputs)
                foresight.tell_trashed(self._session, call, self._session.notes.known().get(call.urn))
                grants.refuse_unknown_principals(self._session.workspace, inputs)
                self._wait_for_tables(call, inputs)
                creator = {"creator": self._session.workspace.me().principal}
                created = self._creator.adopt_or_create(call, inputs)
                self._wanted[call.urn] = created.applied.remote.space_id
                past = {OWNER_MARK: created.mark, **({} if created.adopted else creator)}
                return self._finish(call, created.applied, inputs, {}, past, created.unfinished)
            except WorkspaceError as error:
                self._session.failed_creates[call.name] = inputs
                told = table_wait.explained(error, self._session.workspace, inputs)
                raise self._session.named(told, call, inputs, "create") from error.__cause__

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        """The live space in the words of the state's inputs, or None when it is gone."""
        known, past = inputs or {}, outputs or {}
        self.read_before_preview = self._session.as_of_now(call).read_before_preview
        if known:
            self._session.remember(call, id, known, past)
        with self._session.reporting(call), self._session.reading():
            try:
                return self._read(call, id, known, past)
            except WorkspaceError as error:
                if known and error.kind == "unreachable" and not self.read_before_preview:
                    call.notify("warning", f"not read, so taken as this stack last knew it: {error}")
                    return Found(id, known, past)
                named = self._session.named(error, call, known, "read")
                silent = error.kind == "unreachable" and not self._session.has_answered
                if not known or silent or error.kind in _ABOUT_ALL:
                    raise named from error.__cause__
                # What is wrong with one space is no reason to forget it, nor to stop the others.
                return Found(id, known, past, [str(named)])
            except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
                # Data that nobody foresaw. It concerns this one space.
                words = f"its definition cannot be understood ({type(error).__name__}); it is left alone"
                named = self._session.named(WorkspaceError("garbled", "read", words), call, known, "read")
                if not known:
                    raise named from error
                return Found(id, known, past, [str(named)])

    def _read(self, call: Call, id: str, known: Properties, past: Properties) -> Found | None:
        is_import = not known and not past
        remote = None
        if entry_ids.is_well_formed(id) or not is_import:
            remote = self._session.following(call, lambda: self._session.fresh(id, past))
        if remote is None:
            return self._gone(call, id, known, past, is_import)
        if remote.body is None and not known:
            raise WorkspaceError(
                "forbidden",
                "read",
                "the workspace gives no definition of this space",
                "you need CAN EDIT on it; a space made minutes ago may need a moment",
            )
        self._tell_what_happened(call, remote, known, past)
        found = self._inputs_of(remote, known or _as_authored(past), past, call)
        mark = (known and past.get("fingerprint")) or diff.fingerprint(found)
        return Found(remote.space_id, found, self._outputs(remote, past, found, mark))

    def _gone(self, call: Call, id: str, known: Properties, past: Properties, is_import: bool) -> Found | None:
        """In the trash: an edit in the UI like any other, so `stop` keeps it in the state and says so."""
        if is_import:
            raise WorkspaceError(
                "gone",
                "import",
                f"the workspace has no space {id}, or it is in the trash",
                "its id is the 32 digits in its address: …/genie/rooms/<id>",
            )
        if known and self._session.settings.ui_edits == "stop":
            return Found(id, known, past, [f"{foresight.trashed(id)}; {foresight.WAYS_BACK}"])
        self._session.remember_gone(call)
        return None

    def _tell_what_happened(self, call: Call, remote: RemoteSpace, known: Properties, past: Properties) -> None:
        warehouse.watch(call, self._session.workspace, remote.warehouse_id, known, past)
        if not known:
            return
        self._creator.look_for_twins(call, known, remote.space_id)
        if self._session.went_back(remote.space_id):
            call.notify(
                "warning",
                f"its time of update ({remote.update_time}) lies before our last write and stays there; "
                "the space is taken as it is now",
            )
        if remote.update_time != past.get(SEEN):
            owner = marking.other_owner(self._session, call, remote.space_id, [str(known.get(OWNER, ""))])
            if owner:
                call.notify("warning", f"this space is managed by {owner} now; pulumi up does not touch it any more")

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        """Sends what differs from the live space and nothing else."""
        self._wanted[call.urn] = id
        with self._session.reporting(call):
            try:
                _refuse_unknown(news)
                grants.refuse_unknown_principals(self._session.workspace, news)
                self._wait_for_tables(call, news)
                # Read last: what is compared is what is written over.
                remote = self._session.fresh(id, old_outputs)
                if remote is None:
                    raise WorkspaceError("gone", "update", foresight.trashed(id), foresight.WAYS_BACK)
                former = str(old_inputs.get(OWNER, ""))
                marking.refuse_other_owner(self._session, call, id, (news[OWNER], former), "update")

                def watch(now: RemoteSpace) -> None:
                    if old_inputs:
                        live = self._inputs_of(now, old_inputs, old_outputs, call)
                        judge = self._judge(call)
                        judge.watch(call, live, old_inputs, old_outputs, news, now.update_time)

                watch(remote)
                applied = apply.write(self._session, call, remote, news, old_outputs, former=former, watch=watch)
                return self._finish(call, applied, news, old_inputs, old_outputs)
            except WorkspaceError as error:
                told = table_wait.explained(error, self._session.workspace, news)
                raise self._session.named(told, call, news, "update") from error.__cause__

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        """Moves the space to the workspace's trash; one that is there already is done."""
        if call.urn in self._checked and self._wanted.get(call.urn, id) == id:
            call.notify("warning", "not trashed: the program still has this space, so it was updated in place")
            return
        with self._session.reporting(call):
            try:
                known = next((each for each in self._session.notes.known().values() if each.space_id == id), None)
                departures.refuse_heir_failed(self._session, id, known)
                if self._checked or self._session.announced:
                    departures.refuse_mass_loss(self._session, self._settings.max_deletes, self._wanted.values())
                # The configuration is that of the last up, which may have been before the stack had an id.
                keys = (Mark.parse(str(outputs.get(OWNER_MARK) or "")).key, self._session.owner_of(call))
                marking.refuse_other_owner(self._session, call, id, keys, "trash")
                self._session.trash(call, id, outputs)
            except WorkspaceError as error:
                raise self._session.named(error, call, {}, "trash") from error.__cause__

    def _judge(self, call: Call) -> ui_edits.Judge:
        settings = self._session.settings
        accepted = settings.overwrite.get(call.name)
        own = self._session.journal.of(call.stack, call.name).marks
        return ui_edits.Judge(settings.ui_edits == "stop", own, accepted if isinstance(accepted, dict) else {})

    def fingerprint(self, inputs: Properties) -> str:
        return diff.fingerprint(inputs)

    def answer(self, function: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the program asks before its first space: `look_up`, see `preflight`; `may_read`, see `audience`."""
        if function == "may_read":
            return ahead.answer(self._session.workspace, arguments)
        if function != "look_up":
            return None
        self._session.announced = True
        self._session.names |= frozenset(map(str, arguments.get("specs") or ()))
        if not any(arguments.get(kind) for kind in ("tables", "functions", "principals")):
            return {}
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
        applied: apply.Applied,
        news: Properties,
        olds: Properties,
        past: Properties,
        unfinished: Sequence[str] = (),
    ) -> Made:
        remote, known = applied.remote, str(past.get(OWNER_MARK) or "")
        mark = marking.set_mark(self._session, call, remote.space_id, news, known)
        done = grants.furnish(call, self._session.workspace, remote.space_id, news, olds, past)
        done.unfinished[:0] = [*unfinished, *applied.unfinished]
        if unfinished:
            done.outputs[LEFT] = self._left(call, remote, news)
        fingerprint = diff.fingerprint(news)
        hidden = {OWNER_MARK: mark, KEPT: applied.kept}
        outputs = {
            **self._outputs(remote, {}, news, fingerprint),
            **{name: value for name, value in hidden.items() if value},
            **done.outputs,
        }
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
            former = ownership.former_keys(owner, self._session.owner_of(call))
            body_part = wire.from_body(ownership.with_ids_of(remote.body, former, owner), owner)
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
        settled = kept_texts.as_sent(settled, known, str(outputs.get(KEPT) or ""))
        if RIGHTS in known:
            settled.update(grants.as_imported(self._session.workspace, remote.space_id))
        return {**settled, **{name: known[name] for name in _CARRIED if name in known}}

    def _left(self, call: Call, remote: RemoteSpace, news: Properties) -> str:
        """Marks of what a write that failed left in the space."""
        return diff.marks(self._inputs_of(remote, news, {}, call)) if remote.body else str(news.get(MARKS, ""))

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
            WRITTEN: self._written(remote, past),
            SEEN: remote.update_time or past.get(SEEN),
            **{name: past[name] for name in _REMEMBERED if name in past},
        }
        return {name: value for name, value in outputs.items() if value}

    def _written(self, remote: RemoteSpace, past: Properties) -> str:
        went_back = self._session.went_back(remote.space_id)
        return remote.update_time if went_back else past.get(WRITTEN) or remote.update_time


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
