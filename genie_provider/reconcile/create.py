"""create: exactly one space, whatever fails on the way.

The workspace's create is not idempotent and its list lags by seconds to minutes, as several saw. So a space must
say itself whose it is (`ownership`). Ids derived from the stack's key do: they are in the body, so they are there
as soon as the space is. The tag `genie_owner`, one more call, says it for good. A space without a single derived id
(all its ids came from a UI) is born under a marked title, gets the tag, and then its title.

Titles are unique in a folder, and on a collision the workspace renames the newcomer: so a create that
meets a space which the list does not show yet is noticed, undone, and ends with the one that was there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from ..client import RemoteSpace, SpaceSummary
from ..codec import wire
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.ownership_key import Mark, stack_id_of
from ..model.state import OWNER
from . import apply, grants, marking, ownership, warehouse
from .grants import LAG_S
from .session import WorkspaceSession

SEARCH_S: Final = 20.0
"""How long a lost answer is looked for in the list."""
LATE_S: Final = 10.0
"""A create whose answer was lost after so long may still be carried out."""

ALL_MARKS: Final = 2000
"""Of so many spaces the marks are read, to find those of a state that is lost, whatever they are called now."""
MOST_MARKS: Final = 300
"""As `ALL_MARKS`, where the state knows some of the stack's spaces."""

_READERS = 16
_POLL_S = 1.0


@dataclass
class Created:
    """The space, and what is not as the spec says although it exists, a sentence each."""

    applied: apply.Applied
    unfinished: list[str] = field(default_factory=list)
    mark: str = ""
    adopted: bool = False


@dataclass(frozen=True)
class Foreseen:
    """What a create would come to: the space it takes over and what changes there, or why it stops."""

    remote: RemoteSpace | None = None
    differing: Sequence[str] = ()
    stops: str = ""


class Creator:
    """Creates spaces. One listing of the workspace serves the whole run."""

    def __init__(self, session: WorkspaceSession) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._listing: list[SpaceSummary] | None = None
        self._marks: list[tuple[str, Mark]] | None = None

    def adopt_or_create(self, call: Call, inputs: Properties) -> Created:
        """The one space that `inputs` describe: found if it was made before, else made.

        Raises:
            WorkspaceError: "taken" when the title is somebody else's in that folder; "edited" when a found
                one differs, nobody knows by whom, and genie:uiEdits is stop.
        """
        self._session.wait_for_readers()
        lost = self._session.journal.of(call.stack, call.name).under_way
        found = self._find(call, inputs, self._known_spaces())
        if lost > 1:
            found = self._await_twins(call, inputs, lost) or found
        done = self._take_over(call, found, inputs) if found else self._make(call, inputs)
        self._session.journal.created(
            call.stack, call.name, done.applied.remote.space_id, self._session.workspace.workspace_id()
        )
        return done

    def foresee(self, call: Call, inputs: Properties) -> Foreseen:
        """What `adopt_or_create` would find now; nothing is written, nothing waited for."""
        there = self._candidates(call, inputs, self._known_spaces())
        try:
            self._refuse_taken(there, inputs)
        except WorkspaceError as error:
            return Foreseen(stops=f"{error.message}\n  {error.hint}")
        if not there.ours:
            return Foreseen()
        return Foreseen(there.ours[0], self._differing(call, there.ours[0], inputs))

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
            there = self._candidates(call, inputs, spaces)
            if there.ours:
                return self._only_one(call, there, inputs)
            self._refuse_taken(there, inputs)
            for copy in there.copies:
                self._tell_copy(call, copy, inputs)
            if not there.unclear:
                return None
            if time.monotonic() > deadline:
                raise self._taken(there.unclear[0], "whose mark does not show", inputs)
            call.notify("status", f"waiting to see whose {there.unclear[0].space_id} is")
            if self._session.cancelled.wait(_POLL_S):
                raise self._taken(there.unclear[0], "whose mark does not show", inputs)

    def _candidates(self, call: Call, inputs: Properties, spaces: list[SpaceSummary]) -> ownership.Candidates:
        """Those of the title; where there are none, those that the journal or a mark names, whatever their title."""
        noted = self._noted(call)
        there = ownership.candidates(self._session, inputs, spaces, noted)
        if there.ours or there.doubtful or there.unclear:
            return there
        marked = [space_id for space_id, mark in self._marked(inputs) if mark.is_of(inputs[OWNER])]
        return ownership.candidates(self._session, inputs, spaces, [*noted, *marked]) if marked else there

    def _noted(self, call: Call) -> list[str]:
        """The id that this machine's journal has for the name, if it is of this workspace."""
        entry = self._session.journal.of(call.stack, call.name)
        here = entry.workspace in ("", self._session.workspace.workspace_id())
        return [entry.space_id] if entry.space_id and here else []

    def _marked(self, inputs: Properties) -> list[tuple[str, Mark]]:
        """Every mark in the workspace, read once a run: a call for each space that the state does not know.

        Not where the stack has no id of its own, since nothing is certain then; and not for hundreds of spaces of
        others when the state is there, and only this one new.
        """
        if not stack_id_of(inputs[OWNER]):
            return []
        unknown = [each.space_id for each in self._known_spaces() if each.space_id not in self._session.known_ids()]
        if len(unknown) > (MOST_MARKS if self._session.notes.known() else ALL_MARKS):
            return []
        with self._lock:
            if self._marks is None:
                with ThreadPoolExecutor(_READERS) as pool:
                    read = pool.map(lambda space_id: ownership.mark_of(self._session, space_id), unknown)
                    self._marks = [(space_id, mark) for space_id, mark in zip(unknown, read, strict=True) if mark]
            return self._marks

    def _await_twins(self, call: Call, inputs: Properties, count: int) -> RemoteSpace | None:
        """Waits until the list shows what several runs made that were cut short one after the other."""
        deadline = time.monotonic() + SEARCH_S
        while True:
            there = ownership.candidates(self._session, inputs, self._session.workspace.list_spaces())
            if len(there.ours) >= count or time.monotonic() > deadline or self._session.cancelled.is_set():
                return self._only_one(call, there, inputs) if there.ours else None
            call.notify("status", f"{count} creates were cut short; looking for what they made")
            self._session.cancelled.wait(_POLL_S)

    def look_for_twins(self, call: Call, known: Properties, space_id: str) -> None:
        """Names what a create that was cut short left beside the space that the state knows."""
        if not self._session.journal.of(call.stack, call.name).under_way or OWNER not in known:
            return
        there = ownership.candidates(self._session, known, self._known_spaces())
        for twin in there.ours:
            if twin.space_id != space_id:
                call.notify(
                    "warning",
                    f"{twin.space_id} '{twin.title}' in {twin.parent_path} was left by a run that was cut short; "
                    "trash it if nobody needs it",
                )
        self._session.journal.created(call.stack, call.name, space_id, self._session.workspace.workspace_id())

    def _only_one(self, call: Call, there: ownership.Candidates, inputs: Properties) -> RemoteSpace:
        """The one to keep; what an attempt that was cut short left beside it goes to the trash."""
        keep, *others = there.ours
        if there.strangers and ownership.was_renamed(keep, inputs):
            self._clear(call, there.ours, inputs)
            self._refuse_taken(there, inputs)
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

    def _tell_copy(self, call: Call, copy: RemoteSpace, inputs: Properties) -> None:
        call.notify(
            "info",
            f"{copy.space_id} '{copy.title}' in {copy.parent_path} carries ids of this spec; without a mark of its own "
            "it is taken for a copy and left alone",
        )

    def _refuse_taken(self, there: ownership.Candidates, inputs: Properties) -> None:
        """Stops where the space in the way is not certainly ours."""
        if there.ours and not (there.strangers and ownership.was_renamed(there.ours[0], inputs)):
            return
        if there.doubtful:
            raise _doubtful(there.doubtful[0], inputs)
        for one in there.strangers:
            if one.whose == "renamed" and one.mark:
                self._session.keep(one.remote.space_id, inputs)
                raise _renamed(one, inputs)
            if one.mark:
                raise self._taken(one.remote, f"that {one.mark.owner} manages", inputs)
            raise self._taken(one.remote, "that this stack did not make", inputs)
        for remote in there.hidden:
            raise self._taken(remote, "whose definition we may not see", inputs)

    def _taken(self, remote: RemoteSpace, whose: str, inputs: Properties) -> WorkspaceError:
        name = ownership.logical_name(inputs)
        self._session.keep(remote.space_id, inputs)
        return WorkspaceError(
            "taken",
            "create",
            f"the folder {remote.parent_path} already has a space titled '{remote.title}' ({remote.space_id}) "
            f"{whose}; nothing was made",
            f"take it over with `import: {remote.space_id}` in the spec or "
            f"`python -m genie_provider import {remote.space_id} --as {name}`, give this one another title, or "
            "trash that one; if you renamed the spec's file, write `renamed_from:` and the old name into the spec",
        )

    # ── making ──────────────────────────────────────────────────────────────────────────

    def _make(self, call: Call, inputs: Properties) -> Created:
        title = inputs["title"] if ownership.has_own_ids(inputs) else ownership.marked_title(inputs)
        began = time.monotonic()
        workspace_id = self._session.workspace.workspace_id()
        self._session.journal.creating(call.stack, call.name, workspace_id)
        try:
            remote = self._post(call, inputs, title)
        except WorkspaceError as error:
            if error.kind != "ambiguous":
                self._session.journal.refused(call.stack, call.name)
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
        differing = self._differing(call, found, inputs)
        if differing and self._session.settings.ui_edits == "stop":
            name = ownership.logical_name(inputs)
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
        done = self._complete(call, found, inputs)
        done.adopted = True
        return done

    def _differing(self, call: Call, found: RemoteSpace, inputs: Properties) -> list[str]:
        """What a takeover changes, rights and tags too; a title that a run under way gave it is not counted."""
        half_made = ownership.was_renamed(found, inputs) or found.title == ownership.marked_title(inputs)
        differing = apply.differences(self._session, call, found, inputs)
        known = [name for name in differing if name != "title" or not half_made]
        return known + grants.differences(self._session.workspace, found.space_id, inputs)

    def _complete(self, call: Call, remote: RemoteSpace, inputs: Properties) -> Created:
        """The space with everything the inputs say, its own title and mark included.

        It exists, so it goes into the state whatever fails from here on.
        """
        self._session.journal.created(call.stack, call.name, remote.space_id, self._session.workspace.workspace_id())
        mark = marking.set_mark(self._session, call, remote.space_id, inputs)
        try:
            if remote.body is None:
                remote = self._session.workspace.get(remote.space_id) or remote
            if remote.body is None:
                return Created(apply.Applied(self._titled(remote, inputs)), mark=mark)
            return Created(apply.write(self._session, call, remote, inputs), mark=mark)
        except WorkspaceError as error:
            if error.kind == "foreign":
                raise
            if error.kind == "taken" and ownership.was_renamed(remote, inputs) and ownership.untouched(remote):
                return self._yield_title(call, remote, inputs, inputs["title"])
            words = f"the space is there, but not all of it as the spec says: {error}"
            return Created(apply.Applied(remote), [words], mark)

    def _titled(self, remote: RemoteSpace, inputs: Properties) -> RemoteSpace:
        """A newborn whose definition the workspace does not show yet, with its own title."""
        if remote.title == inputs["title"]:
            return remote
        return self._session.workspace.update(remote.space_id, {"title": inputs["title"]})


def _doubtful(one: ownership.Candidate, inputs: Properties) -> WorkspaceError:
    """This stack's by its names, and perhaps another team's, or another clone's."""
    remote, name = one.remote, ownership.logical_name(inputs)
    insist = one.mark.state if one.mark and one.whose == "other state" else ownership.UNMARKED
    why = (
        "a run of this stack made it that worked with another state: that of another clone, machine or login"
        if one.whose == "other state"
        else "it carries the marks of a stack of this name, from before stacks had ids: this one, or another team's"
    )
    return WorkspaceError(
        "foreign",
        "create",
        f"{remote.space_id} '{remote.title}' in {remote.parent_path} is there already; {why}. Nothing was made",
        "if others work with that state, use theirs (pulumi login), or give your stack another name; "
        f"if it is lost and these spaces are yours: pulumi config set genie:takeOver {insist} for all of them, or "
        f"python -m genie_provider import {remote.space_id} --as {name} --take-over for this one",
    )


def _renamed(one: ownership.Candidate, inputs: Properties) -> WorkspaceError:
    assert one.mark is not None
    old, name = one.mark.owner.split("/", 2)[-1], ownership.logical_name(inputs)
    return WorkspaceError(
        "taken",
        "create",
        f"was this `{old}`? Its space {one.remote.space_id} has the title '{one.remote.title}'; nothing was made, "
        "and that space is left as it is",
        f"if the spec was renamed, write `renamed_from: {old}` into that of {name}: the space, its address and its "
        "conversations stay; else give this one another title",
    )
