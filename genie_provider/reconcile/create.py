"""create: exactly one space, whatever fails on the way.

The workspace's create is not idempotent and its list lags (genie-api 1.8), so a space must say itself
whose it is (`ownership`). Ids derived from project, stack and name do: they are in the body, so they are there
as soon as the space is, and cost nothing. A space without a single derived id (all its ids came from a
UI) is born under a marked title, gets the tag `genie_owner`, and then its title: two more calls.

Titles are unique in a folder, and on a collision the workspace renames the newcomer: so a create that
meets a space which the list does not show yet is noticed, undone, and ends with the one that was there.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from ..client import RemoteSpace, SpaceSummary
from ..codec import wire
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.state import OWNER
from . import apply, ownership, warehouse
from .grants import LAG_S, OWNER_TAG
from .session import WorkspaceSession

SEARCH_S: Final = 20.0
"""How long a lost answer is looked for in the list."""
LATE_S: Final = 10.0
"""A create whose answer was lost after so long may still be carried out."""

_POLL_S = 1.0


@dataclass
class Created:
    """The space, and what is not as the spec says although it exists, a sentence each."""

    remote: RemoteSpace
    unfinished: list[str] = field(default_factory=list)


class Creator:
    """Creates spaces. One listing of the workspace serves the whole run."""

    def __init__(self, session: WorkspaceSession) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._listing: list[SpaceSummary] | None = None

    def adopt_or_create(self, call: Call, inputs: Properties) -> Created:
        """The one space that `inputs` describe: found if it was made before, else made.

        Raises:
            WorkspaceError: "taken" when the title is somebody else's in that folder; "edited" when a found
                one differs, nobody knows by whom, and genie:uiEdits is stop.
        """
        self._session.wait_for_readers()
        found = self._find(call, inputs, self._known_spaces())
        return self._take_over(call, found, inputs) if found else self._make(call, inputs)

    def _known_spaces(self) -> list[SpaceSummary]:
        with self._lock:
            if self._listing is None:
                self._listing = self._session.workspace.list_spaces()
            return self._listing

    # ── finding ─────────────────────────────────────────────────────────────────────────

    def _find(self, call: Call, inputs: Properties, spaces: list[SpaceSummary]) -> RemoteSpace | None:
        """Ours among the spaces of this title; somebody else's in the same folder is an error."""
        deadline = time.monotonic() + LAG_S
        while True:
            there = ownership.candidates(self._session, inputs, spaces)
            if there.ours:
                return self._only_one(call, there, inputs)
            if there.strangers or there.hidden:
                raise self._taken(there, inputs)
            if not there.unclear:
                return None
            if time.monotonic() > deadline:
                raise self._taken(there, inputs)
            call.notify("status", f"waiting to see whose {there.unclear[0].space_id} is")
            time.sleep(_POLL_S)

    def _only_one(self, call: Call, there: ownership.Candidates, inputs: Properties) -> RemoteSpace:
        """The one to keep; what an attempt that was cut short left beside it goes to the trash."""
        keep, *others = there.ours
        if there.strangers and ownership.was_renamed(keep, inputs):
            self._clear(call, there.ours, inputs)
            raise self._taken(there, inputs)
        self._clear(call, others, inputs)
        return keep

    def _clear(self, call: Call, spaces: list[RemoteSpace], inputs: Properties) -> None:
        for space in spaces:
            if ownership.was_renamed(space, inputs) and ownership.untouched(space):
                self._session.refuse_foreign()
                self._session.workspace.trash(space.space_id)
                call.notify("info", f"trashed {space.space_id} '{space.title}': left by an attempt that was cut short")
            else:
                call.notify(
                    "warning",
                    f"{space.space_id} '{space.title}' in {space.parent_path} carries the marks of this spec too, "
                    "and is left alone; trash it if nobody needs it",
                )

    def _taken(self, there: ownership.Candidates, inputs: Properties) -> WorkspaceError:
        name = inputs[OWNER].rpartition("/")[2]
        remote = (there.strangers or there.hidden or there.unclear)[0]
        whose = "whose definition we may not see" if there.hidden else "that this stack did not make"
        return WorkspaceError(
            "taken",
            "create",
            f"the folder {remote.parent_path} already has a space titled '{remote.title}' ({remote.space_id}) "
            f"{whose}; nothing was made",
            f"take it over with `import: {remote.space_id}` in the spec or "
            f"`python -m genie_provider import {remote.space_id} --as {name}`, give this one another title, or "
            "trash that one; if you renamed the spec's file, `pulumi state rename` keeps the space",
        )

    # ── making ──────────────────────────────────────────────────────────────────────────

    def _make(self, call: Call, inputs: Properties) -> Created:
        title = inputs["title"] if ownership.has_own_ids(inputs) else ownership.marked_title(inputs)
        began = time.monotonic()
        try:
            remote = self._post(call, inputs, title)
        except WorkspaceError as error:
            if error.kind != "ambiguous":
                raise
            may_be_under_way = time.monotonic() - began > LATE_S
            return self._after_lost_answer(call, inputs, title, error, may_be_under_way)
        return self._settle_title(call, remote, inputs, title)

    def _post(self, call: Call, inputs: Properties, title: str) -> RemoteSpace:
        self._session.refuse_foreign()
        workspace, folder = self._session.workspace, inputs.get("parent_path")
        request: dict[str, Any] = {
            "title": title,
            "warehouse_id": warehouse.id_for_new(self._session, call, inputs.get("warehouse", "")),
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
        self, call: Call, inputs: Properties, title: str, lost: WorkspaceError, may_be_under_way: bool
    ) -> Created:
        """The space whose answer got lost; if it never came to be, one more attempt, which the
        collision of titles guards. None where the first may still be carried out: it would come second."""
        call.notify("status", "the answer to create was lost; looking for the space")
        found = self._search(call, inputs, SEARCH_S if may_be_under_way else SEARCH_S / 4)
        if found:
            return self._complete(call, found, inputs)
        lost.hint = "nothing of it was found in the workspace; run pulumi up again, it looks once more"
        if may_be_under_way:
            raise lost
        try:
            remote = self._post(call, inputs, title)
        except WorkspaceError as again:
            if again.kind != "ambiguous":
                raise
            found = self._search(call, inputs, SEARCH_S)
            if found:
                return self._complete(call, found, inputs)
            raise lost from again
        return self._settle_title(call, remote, inputs, title)

    def _search(self, call: Call, inputs: Properties, seconds: float, besides: str = "") -> RemoteSpace | None:
        """Ours, as soon as the list shows it."""
        deadline = time.monotonic() + seconds
        while True:
            spaces = [space for space in self._session.workspace.list_spaces() if space.space_id != besides]
            found = self._find(call, inputs, spaces)
            if found or time.monotonic() > deadline:
                return found
            time.sleep(_POLL_S)

    def _settle_title(self, call: Call, remote: RemoteSpace, inputs: Properties, title: str) -> Created:
        """The new space if it got the title asked for; else the one that had it before."""
        if not ownership.collides(remote.title, title):
            return self._complete(call, remote, inputs)
        return self._yield_title(call, remote, inputs, title)

    def _yield_title(self, call: Call, remote: RemoteSpace, inputs: Properties, title: str) -> Created:
        """Trashes a newcomer that the workspace renamed, and goes on with the space that has the title."""
        self._session.workspace.trash(remote.space_id)
        call.notify("status", f"the title '{title}' is taken; looking for who has it")
        holder = self._search(call, inputs, SEARCH_S, besides=remote.space_id)
        if holder:
            return self._take_over(call, holder, inputs)
        raise WorkspaceError(
            "taken",
            "create",
            f"the title '{title}' is taken in that folder by a space that the list does not show (yet); "
            "nothing was made",
            "run pulumi up again in a minute, or give this space another title",
        )

    # ── completing ──────────────────────────────────────────────────────────────────────

    def _take_over(self, call: Call, found: RemoteSpace, inputs: Properties) -> Created:
        """A space of an earlier run. What it holds may be edits that no state remembers."""
        call.notify("info", f"taken over: {found.space_id} was made by an earlier run of this stack")
        differing = [name for name in apply.differences(self._session, call, found, inputs) if name != "title"]
        if differing and self._session.settings.ui_edits == "stop":
            name = inputs[OWNER].rpartition("/")[2]
            raise WorkspaceError(
                "edited",
                "take over",
                f"{found.space_id} was made by an earlier run of this stack and differs from the spec, nobody "
                f"knows since when: {', '.join(differing)}. Nothing was sent",
                f"to keep that: python -m genie_provider import {found.space_id} --as {name}; "
                "to undo it: pulumi config set genie:uiEdits undo",
            )
        if differing:
            call.notify("warning", f"what differs becomes as the spec says: {', '.join(differing)}")
        return self._complete(call, found, inputs, marked=ownership.is_tagged(self._session, found, inputs))

    def _complete(self, call: Call, remote: RemoteSpace, inputs: Properties, *, marked: bool = False) -> Created:
        """The space with everything the inputs say, its own title and mark included.

        It exists, so it goes into the state whatever fails from here on.
        """
        if not ownership.has_own_ids(inputs) and not marked:
            self._mark(call, remote, inputs)
        try:
            if remote.body is None:
                remote = self._session.workspace.get(remote.space_id) or remote
            return Created(
                apply.write(self._session, call, remote, inputs) if remote.body else self._titled(remote, inputs)
            )
        except WorkspaceError as error:
            if error.kind == "foreign":
                raise
            if error.kind == "taken" and ownership.was_renamed(remote, inputs) and ownership.untouched(remote):
                return self._yield_title(call, remote, inputs, inputs["title"])
            return Created(remote, [f"the space is there, but not all of it as the spec says: {error}"])

    def _titled(self, remote: RemoteSpace, inputs: Properties) -> RemoteSpace:
        """A newborn whose definition the workspace does not show yet, with its own title."""
        if remote.title == inputs["title"]:
            return remote
        return self._session.workspace.update(remote.space_id, {"title": inputs["title"]})

    def _mark(self, call: Call, remote: RemoteSpace, inputs: Properties) -> None:
        try:
            self._session.workspace.set_tag(remote.space_id, OWNER_TAG, inputs[OWNER])
        except WorkspaceError as error:
            call.notify(
                "warning",
                f"cannot mark this space as ours ({error.message or error.kind}); should the state be lost, "
                "it must be imported",
            )
