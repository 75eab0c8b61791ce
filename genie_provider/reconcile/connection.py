"""connection: which workspace a run talks to, and whether it is the one the stack's spaces live in.

The engine configures the provider twice: for reading what the state knows with the configuration of the
last `up`, and for the program with the one of now. Both are looked after here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from ..client import Access, Workspace
from ..config import stackfile
from ..config.settings import Settings
from ..errors import SettingsError, WorkspaceError
from ..lifecycle import Call

Found = TypeVar("Found")


class Connection:
    """One workspace; thread-safe. Nothing connects before the first call."""

    def __init__(self, settings: Settings, workspace: Workspace | None = None) -> None:
        self.settings = settings
        self._workspace = workspace
        self._lock = threading.Lock()
        self._foreign: WorkspaceError | None = None
        self._followed = False
        self._now: dict[str, Settings] = {}

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
            raise WorkspaceError("foreign", "write", self._foreign.words, self._foreign.way_out)

    def check_workspace(self, outputs: Mapping[str, Any]) -> None:
        """Stops when the state was made in another workspace; from then on the run writes nothing."""
        asked = self.workspace
        expected, actual = outputs.get("workspace_id"), asked.workspace_id()
        if not expected or not actual or expected == actual:
            self.refuse_foreign()
            return
        error = WorkspaceError(
            "foreign",
            "reach the workspace",
            f"this stack's spaces live in workspace {expected}, but {asked.host} is workspace {actual}",
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
            if not outputs.get("url") or outputs["url"].startswith(f"{here}/"):
                return
            self.check_workspace(outputs)
        except WorkspaceError as error:
            if error.kind == "foreign" or (error.kind == "unreachable" and self.settings.read_before_preview):
                raise
            call.say(
                "warning", f"cannot tell whether {here} is the workspace that this stack's spaces live in: {error}"
            )
        except SettingsError:
            return  # no credentials: whoever needs them says so

    def as_of_now(self, call: Call) -> Settings:
        """The settings with what the stack's file says today."""
        if call.stack not in self._now:
            self._now[call.stack] = stackfile.as_of_now(self.settings, call.stack)
        return self._now[call.stack]


def _with_token_hint(error: WorkspaceError, has_token: bool) -> WorkspaceError:
    if error.kind == "unauthenticated" and has_token:
        error.way_out = (
            f"{error.way_out}\n  " if error.way_out else ""
        ) + "the state knows genie:token as of the last up; after a change of it: pulumi up --refresh --run-program"
    return error
