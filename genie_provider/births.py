"""births: exactly one space, whatever fails on the way.

The workspace's create is not idempotent and its list lags (genie-api 1.8), so a space must say itself
whose it is. Ids derived from project, stack and name do: they are in the body, so they are there as soon
as the space is, and cost nothing. A space without a single derived id (all its ids came from a UI) is
born under a marked title, gets the tag `genie_owner`, and then its title: two more calls.

Titles are unique in a folder, and on a collision the workspace renames the newcomer: so a create that
meets a space which the list does not show yet is noticed, undone, and ends with the one that was there.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from datetime import datetime, timezone
from typing import Any, Final

from . import canonical, wire
from .access import OWNER_TAG
from .client import RemoteSpace, SpaceSummary
from .errors import WorkspaceError
from .inputs import OWNER
from .lifecycle import Call, Properties
from .run import Run

SEARCH_S: Final = 20.0
"""How long a lost answer is looked for in the list."""
CLOCK_SKEW_S: Final = 120.0

_POLL_S = 1.0
_RENAMED = re.compile(r" \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?\Z")


class Births:
    """Creates spaces. One listing of the workspace serves the whole run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._listing: list[SpaceSummary] | None = None

    def bring_about(self, call: Call, inputs: Properties) -> RemoteSpace:
        """The one space that `inputs` describe: found if it was made before, else made.

        Raises:
            WorkspaceError: "taken" when the title is somebody else's in that folder.
        """
        self._run.wait_for_readers()
        found = self._find(inputs, self._known_spaces())
        if found:
            call.say("info", f"taken over: {found.space_id} was made by an earlier run of this stack")
            return self._complete(call, found, inputs)
        return self._make(call, inputs)

    def _known_spaces(self) -> list[SpaceSummary]:
        with self._lock:
            if self._listing is None:
                self._listing = self._run.workspace.list_spaces()
            return self._listing

    # ── finding ─────────────────────────────────────────────────────────────────────────

    def _find(self, inputs: Properties, spaces: list[SpaceSummary]) -> RemoteSpace | None:
        """Ours among the spaces of this title; somebody else's in the same folder is an error."""
        ours: list[RemoteSpace] = []
        for summary in spaces:
            if not self._may_be(summary.title, inputs):
                continue
            remote = self._run.workspace.get(summary.space_id)
            if remote is None:
                continue
            if self._is_ours(remote, inputs):
                ours.append(remote)
            elif remote.title == inputs["title"] and remote.parent_path == self._folder(inputs):
                raise self._taken(remote, inputs)
        return min(ours, key=lambda remote: remote.create_time, default=None)

    def _may_be(self, title: str, inputs: Properties) -> bool:
        plain = _RENAMED.sub("", title)
        return inputs["title"] in (title, plain) or _marked_title(inputs) in (title, plain)

    def _is_ours(self, remote: RemoteSpace, inputs: Properties) -> bool:
        if remote.title.startswith(_marked_title(inputs)):
            return True
        if remote.body is not None and any(canonical.own_entries(wire.from_body(remote.body), inputs[OWNER])):
            return True
        if _has_own_ids(inputs):
            return False
        return self._run.workspace.tags(remote.space_id).get(OWNER_TAG) == inputs[OWNER]

    def _folder(self, inputs: Properties) -> str:
        return str(inputs.get("parent_path") or f"/Users/{self._run.workspace.me().user_name}")

    def _taken(self, remote: RemoteSpace, inputs: Properties) -> WorkspaceError:
        name = inputs[OWNER].rpartition("/")[2]
        return WorkspaceError(
            "taken",
            "create",
            f"the folder {remote.parent_path} already has a space titled '{remote.title}' ({remote.space_id}) "
            "that this stack did not make; nothing was made",
            f"take it over with `import: {remote.space_id}` in the spec or "
            f"`python -m genie_provider import {remote.space_id} --as {name}`, give this one another title, or "
            "trash that one; if you renamed the spec's file, `pulumi state rename` keeps the space",
        )

    # ── making ──────────────────────────────────────────────────────────────────────────

    def _make(self, call: Call, inputs: Properties) -> RemoteSpace:
        title = inputs["title"] if _has_own_ids(inputs) else _marked_title(inputs)
        began = time.time()
        try:
            remote = self._post(call, inputs, title)
        except WorkspaceError as error:
            if error.kind != "ambiguous":
                raise
            return self._complete(call, self._after_lost_answer(call, inputs, title, began, error), inputs)
        return self._settle_title(call, remote, inputs, title)

    def _post(self, call: Call, inputs: Properties, title: str) -> RemoteSpace:
        self._run.refuse_foreign()
        workspace, folder = self._run.workspace, inputs.get("parent_path")
        request: dict[str, Any] = {
            "title": title,
            "warehouse_id": self._run.new_warehouse_id(call, inputs.get("warehouse", "")),
            "body": wire.to_body(inputs, inputs[OWNER]),
            "description": inputs.get("description"),
            "parent_path": folder,
        }
        try:
            return workspace.create(**request)
        except WorkspaceError as error:
            if error.kind != "no_folder" or not folder:
                raise
            workspace.make_folder(folder)
            return workspace.create(**request)

    def _after_lost_answer(
        self, call: Call, inputs: Properties, title: str, began: float, lost: WorkspaceError
    ) -> RemoteSpace:
        """The space whose answer got lost; if it never came to be, one more attempt, which the
        collision of titles guards."""
        call.say("status", "the answer to create was lost; looking for the space")
        found = self._search(inputs, began, SEARCH_S / 4)
        if found:
            return found
        try:
            remote = self._post(call, inputs, title)
        except WorkspaceError as again:
            if again.kind != "ambiguous":
                raise
            found = self._search(inputs, began, SEARCH_S)
            if found:
                return found
            lost.way_out = "nothing of it was found in the workspace; run pulumi up again, it looks once more"
            raise lost from again
        return self._settle_title(call, remote, inputs, title)

    def _search(self, inputs: Properties, began: float, seconds: float) -> RemoteSpace | None:
        """Ours among the spaces born since `began`, as soon as the list shows it."""
        deadline = time.monotonic() + seconds
        while True:
            young = [
                summary
                for summary in self._run.workspace.list_spaces()
                if not summary.create_time or _seconds(summary.create_time) > began - CLOCK_SKEW_S
            ]
            found = self._find(inputs, young)
            if found or time.monotonic() > deadline:
                return found
            time.sleep(_POLL_S)

    def _settle_title(self, call: Call, remote: RemoteSpace, inputs: Properties, title: str) -> RemoteSpace:
        """The new space if it got the title asked for; else the one that had it before."""
        if remote.title == title:
            return self._complete(call, remote, inputs)
        self._run.workspace.trash(remote.space_id)
        call.say("status", f"the title '{title}' is taken; looking for who has it")
        deadline = time.monotonic() + SEARCH_S
        while True:
            others = [space for space in self._run.workspace.list_spaces() if space.space_id != remote.space_id]
            holder = self._find(inputs, others)
            if holder:
                call.say("info", f"taken over: {holder.space_id} was made by an earlier run of this stack")
                return self._complete(call, holder, inputs)
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_S)
        raise WorkspaceError(
            "taken",
            "create",
            f"the title '{title}' is taken in that folder by a space that the list does not show (yet); "
            "nothing was made",
            "run pulumi up again in a minute, or give this space another title",
        )

    def _complete(self, call: Call, remote: RemoteSpace, inputs: Properties) -> RemoteSpace:
        """The space with everything the inputs say, its own title and mark included."""
        if not _has_own_ids(inputs):
            self._mark(call, remote, inputs)
        if remote.body is None:
            remote = self._run.workspace.get(remote.space_id) or remote
        if remote.body is None:
            return remote
        return self._run.write(call, remote, inputs)

    def _mark(self, call: Call, remote: RemoteSpace, inputs: Properties) -> None:
        try:
            self._run.workspace.set_tag(remote.space_id, OWNER_TAG, inputs[OWNER])
        except WorkspaceError as error:
            call.say(
                "warning",
                f"cannot mark this space as ours ({error.words or error.kind}); should the state be lost, "
                "it must be imported",
            )


def _has_own_ids(inputs: Properties) -> bool:
    body = wire.from_body(wire.to_body(inputs, inputs[OWNER]))
    return any(canonical.own_entries(body, inputs[OWNER]))


def _marked_title(inputs: Properties) -> str:
    mark = hashlib.sha256(inputs[OWNER].encode()).hexdigest()[:12]
    return f"{inputs['title']} [genie {mark}]"


def _seconds(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 time."""
    try:
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
    except ValueError:
        return float("inf")
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
