"""session: one run's dealings with one workspace, shared by all spaces of the run.

Holds the connection, tells whether this is the workspace that the stack's spaces live in, and stale answers
from edits. What to create is the business of `create`, what to write of `apply`, rights and tags of `grants`.

The engine configures the provider twice: for reading what the state knows with the configuration of the
last `up`, and for the program with the one of now. Both are looked after here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ..client import Access, RemoteSpace, Workspace, reporting
from ..config import stack_identity, stackfile
from ..config.settings import Settings
from ..errors import SettingsError, WorkspaceError
from ..lifecycle import Call, Properties
from ..model.ownership_key import ownership_key
from ..model.state import FILE, WRITTEN
from . import timestamps
from .journal import Journal
from .run_notes import Noted, RunNotes

Found = TypeVar("Found")

STALE_S = 20.0
"""How long a read waits for our own last write to show (Terraform's regression test has a GET lag)."""

TRASH_S = 90.0
"""How long a trashed space may go on to be shown before we stop to wait."""

GRACE_S = 0.25
"""How long the first create of a run waits for the engine to name what the state knows."""

_POLL_S = 1.0


@dataclass(frozen=True)
class Known:
    """A space of the state: as the engine handed it over in this run."""

    name: str
    space_id: str
    inputs: Properties
    outputs: Properties
    gone: bool = False


class WorkspaceSession:
    """One run against one workspace; thread-safe. Nothing connects before the first call."""

    def __init__(
        self, settings: Settings, workspace: Workspace | None = None, folder: Path | None = None, run: str = ""
    ) -> None:
        self.settings = settings
        self.journal = Journal(folder)
        self.state_place = stack_identity.state_place(folder) if folder else ""
        """Eight digits that tell the state of this run from others; "" where nobody knows."""
        self.notes = RunNotes(folder, run)
        self.known: dict[str, Known] = {}
        """What the state knows, by URN, as far as this very process was asked for it."""
        self.names: frozenset[str] = frozenset()
        """The specs of the program, as far as it said; empty where it did not."""
        self.silent = False
        """Whether the workspace did not answer a look ahead in time: previews ask it no more."""
        self.announced = False
        """Whether a program runs that said which specs it has, be there none."""
        self.failed_creates: dict[str, Properties] = {}
        """Logical name → inputs of what could not be created in this run."""
        self.has_answered = False
        """Whether the workspace answered anything: then one that does not is about that one space."""
        self._kept: dict[str, str] = {}
        self._went_back: set[str] = set()
        self._workspace = workspace
        self._lock = threading.Lock()
        self._foreign: WorkspaceError | None = None
        self._followed = False
        self._now: dict[str, Settings] = {}
        self._readers = 0
        self._expects_known = False
        self._recognised = False
        self._first_create_at: float | None = None
        self._calm = threading.Condition()
        self._told: set[str] = set()
        self.cancelled = threading.Event()
        """Set by Ctrl-C: long waits end."""

    # ── which workspace ─────────────────────────────────────────────────────────────────

    @property
    def workspace(self) -> Workspace:
        with self._lock:
            if self._workspace is None:
                given = self.settings
                access = Access.find(given.host or None, given.profile or None, given.token or None)
                self._workspace = Workspace(access, budget_s=given.wait_budget_s)
            return self._workspace

    def refuse_foreign(self) -> None:
        if self._foreign:
            raise WorkspaceError("foreign", "write", self._foreign.message, self._foreign.hint)

    def check_workspace(self, outputs: Mapping[str, Any]) -> None:
        """Stops when the state was made in another workspace; from then on the run writes nothing."""
        asked = self.workspace
        expected, actual = outputs.get("workspace_id"), asked.workspace_id()
        if not expected or not actual:
            self._check_address(asked, outputs, bool(expected))
        if not expected or not actual or expected == actual:
            self.refuse_foreign()
            return
        self._refuse_from_now_on(
            asked, f"this stack's spaces live in workspace {expected}, but {asked.host} is workspace {actual}"
        )

    def _check_address(self, asked: Workspace, outputs: Mapping[str, Any], expected: bool) -> None:
        """Where one side tells no id, the address decides, and behind another address the space itself."""
        url, space_id = str(outputs.get("url") or ""), str(outputs.get("space_id") or "")
        if not url or not space_id or url.startswith(f"{asked.host}/") or asked.get_head(space_id):
            return
        silent = f"{asked.host} does not say which workspace it is" if expected else "the state does not know which"
        self._refuse_from_now_on(
            asked,
            f"this stack's spaces live in {url.partition('/genie/')[0]}, {silent}, and it has no space {space_id}",
        )

    def _refuse_from_now_on(self, asked: Workspace, words: str) -> NoReturn:
        error = WorkspaceError(
            "foreign",
            "reach the workspace",
            words,
            "set genie:host or genie:profile back, or use another stack for this workspace; nothing was changed",
        )
        if asked is self._workspace:  # else another thread has followed the stack's file meanwhile
            self._foreign = error
        raise error

    def following(self, call: Call, step: Callable[[], Found]) -> Found:
        """What `step` finds; where it cannot, and the stack's file names another address by now, there.

        Before the program runs, and in refresh and destroy, the engine configures the provider as of the
        last `up`: with an address that may have moved or was wrong, and that nobody could put right.
        """
        try:
            return step()
        except SettingsError:  # the log-in of today does not fit the address of then
            if not self._follow(call):
                raise
        except WorkspaceError as error:
            if error.kind not in ("foreign", "unreachable", "unauthenticated") or not self._follow(call):
                raise _with_token_hint(error, bool(self.settings.token)) from error.__cause__
        return step()

    def _follow(self, call: Call) -> bool:
        with self._lock:
            now = self.as_of_now(call)
            moved = (now.host, now.profile) != (self.settings.host, self.settings.profile)
            if moved:
                # The token came with the old address and is for no other.
                self.settings, self._workspace, self._foreign = replace(now, token=""), None, None
            self._followed = self._followed or moved
            return self._followed

    def recognise(self, call: Call, outputs: Mapping[str, str]) -> None:
        """Stops when the stack was pointed at another workspace than the one its spaces live in.

        A preview reads the spaces with the configuration of the last `up`, so a changed genie:host would
        go unnoticed there. Costs a call only where the address is not the one the state knows.
        """
        try:
            here = self.workspace.host
            if outputs.get("url") and not outputs["url"].startswith(f"{here}/"):
                self.check_workspace(outputs)
        except WorkspaceError as error:
            if error.kind == "foreign" or (error.kind == "unreachable" and self.settings.read_before_preview):
                raise
            call.notify(
                "warning", f"cannot tell whether {here} is the workspace that this stack's spaces live in: {error}"
            )
        except SettingsError:
            pass  # no credentials: whoever needs them says so
        with self._calm:
            self._recognised = True
            self._calm.notify_all()

    def as_of_now(self, call: Call) -> Settings:
        """The settings with what the stack's file says today."""
        if call.stack not in self._now:
            self._now[call.stack] = stackfile.as_of_now(self.settings, call.stack)
        return self._now[call.stack]

    # ── reading and trashing ────────────────────────────────────────────────────────────

    @contextmanager
    def reporting(self, call: Call) -> Iterator[None]:
        """Within the block, waiting is told on the resource's own row."""
        with reporting(lambda text: call.notify("status", text)):
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
        self.has_answered = True
        self.check_workspace({"space_id": space_id, **outputs})
        written = str(outputs.get(WRITTEN) or "")
        deadline = time.monotonic() + STALE_S
        while remote and written and timestamps.is_older(remote.update_time, written):
            if time.monotonic() > deadline or self.cancelled.wait(_POLL_S):
                # No lag any more: a workspace that was restored, or whose clock was put right.
                self._went_back.add(space_id)
                break
            remote = self.workspace.get(space_id)
        return remote

    def trash(self, call: Call, space_id: str, outputs: Properties) -> None:
        if outputs.get("workspace_id"):
            self.following(call, lambda: self.check_workspace({"space_id": space_id, **outputs}))
        self.workspace.trash(space_id)
        self.journal.trashed(call.stack, call.name)
        self._confirm_gone(call, space_id)

    def _confirm_gone(self, call: Call, space_id: str) -> None:
        """Waits until a trashed space is no longer shown as live: the next run would take it for one.

        databricks/cli polls up to 120 s for that (pull request 5547). What cannot be seen is no reason to fail.
        """
        deadline, wait_s = time.monotonic() + TRASH_S, 0.25
        try:
            while self.workspace.get_head(space_id):
                if time.monotonic() > deadline:
                    call.notify(
                        "warning", "in the trash, but the workspace still shows it; give it a minute before an up"
                    )
                    return
                call.notify("status", "in the trash; waiting until the workspace no longer shows it")
                time.sleep(wait_s)
                wait_s = min(2 * wait_s, 4.0)
        except WorkspaceError:
            return  # the trash itself was confirmed

    # ── words ───────────────────────────────────────────────────────────────────────────

    def owner_of(self, call: Call) -> str:
        return ownership_key(call.project, call.stack, call.name, self.settings.stack_id)

    def url_of(self, space_id: str) -> str:
        workspace_id = self.workspace.workspace_id()
        query = f"?o={workspace_id}" if workspace_id else ""
        return f"{self.workspace.host}/genie/rooms/{space_id}{query}"

    def first_time(self, what: str) -> bool:
        """Whether this run is told `what` for the first time."""
        with self._lock:
            if what in self._told:
                return False
            self._told.add(what)
            return True

    # ── what this run has met ───────────────────────────────────────────────────────────

    def remember(self, call: Call, space_id: str, inputs: Properties, outputs: Mapping[str, Any]) -> None:
        """A space that the state knows."""
        with self._lock:
            before = self.known.get(call.urn)
            gone = bool(before and before.gone)
            self.known[call.urn] = Known(call.name, space_id, dict(inputs), dict(outputs), gone)
        self.notes.note(Noted.of(call.urn, call.name, space_id, inputs))

    def remember_gone(self, call: Call) -> None:
        with self._lock:
            if call.urn in self.known:
                self.known[call.urn] = replace(self.known[call.urn], gone=True)
                known = self.known[call.urn]
                self.notes.note(Noted.of(call.urn, call.name, known.space_id, known.inputs, gone=True))

    def known_ids(self) -> set[str]:
        return {each.space_id for each in self.notes.known().values()}

    def keep(self, space_id: str, inputs: Properties) -> None:
        """A create failed that this space may be the predecessor of: it is not trashed in this run."""
        with self._lock:
            self._kept[space_id] = str(inputs.get("title", ""))

    def kept_for(self, space_id: str) -> str:
        """The title whose create failed, where that is why the space is kept; "" else."""
        with self._lock:
            return self._kept.get(space_id, "")

    def went_back(self, space_id: str) -> bool:
        """Whether the space's time of update is older than our last write, and stays so."""
        return space_id in self._went_back

    def named(self, error: WorkspaceError, call: Call, inputs: Properties, step: str) -> WorkspaceError:
        """The error with the space, its file and the step it happened in."""
        name = call.name or str(inputs.get("title", ""))
        file = inputs.get(FILE)
        return error.about(f"{name} ({file})" if file else name, step)


def _with_token_hint(error: WorkspaceError, has_token: bool) -> WorkspaceError:
    if error.kind == "unauthenticated" and has_token:
        error.hint = (
            f"{error.hint}\n  " if error.hint else ""
        ) + "the state knows genie:token as of the last up; after a change of it: pulumi up --refresh --run-program"
    return error
