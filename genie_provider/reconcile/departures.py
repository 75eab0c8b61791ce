"""departures: what must be known before a space goes to the trash, since nothing brings its conversations back.

Three things stop it: the program still wants the space (an engine that was told to replace it), a create that failed
and would have been its successor, and a run that would trash more spaces than anybody can have meant.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from ..compare import diff, marks
from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from .run_notes import Noted
from .session import WorkspaceSession

MOST: Final = 10
"""So many spaces one run may always trash."""
SHARE: Final = 1 / 3
"""Of a larger stack, as much as this part of it."""

_ALIKE = 0.5


def refuse_heir_failed(session: WorkspaceSession, space_id: str, known: Noted | None) -> None:
    """Stops where the create failed of what looks like this space under another name.

    Raises:
        WorkspaceError: "taken"; names both.
    """
    title = session.kept_for(space_id)
    heirs = [name for name, inputs in session.failed_creates.items() if known and alike(known, inputs)]
    if title or heirs:
        what = f"of '{heirs[0]}'" if heirs else f"of a space titled '{title}'"
        raise WorkspaceError(
            "taken",
            "trash",
            f"{space_id} is left as it is: the create {what} failed, and that looks like this one under another name",
            f"if the spec was renamed, write `renamed_from: {known.name if known else '<the old name>'}` into it; "
            "else run pulumi up again once the other one is there",
        )


def refuse_mass_loss(session: WorkspaceSession, limit: str, wanted: Iterable[str]) -> None:
    """Stops where one run would trash more than a slip of the hand should.

    Args:
        limit: genie:maxDeletes, "" for the default.
        wanted: ids of spaces that the program still has.

    Raises:
        WorkspaceError: "failed"; names them, and the setting.
    """
    there = {each.space_id: each.name for each in session.notes.known().values() if not each.gone}
    leaving = sorted(name for space_id, name in there.items() if space_id not in set(wanted))
    allowed = int(limit) if limit else max(MOST, math.floor(len(there) * SHARE))
    if len(leaving) <= allowed:
        return
    names = ", ".join(leaving[:10]) + (f" and {len(leaving) - 10} more" if len(leaving) > 10 else "")
    raise WorkspaceError(
        "failed",
        "trash",
        f"this run would trash {len(leaving)} of {len(there)} spaces: {names}. None of them was trashed",
        "look whether genie:specs still names the right folder and every file is there; "
        f"if they are meant to go: pulumi config set genie:maxDeletes {len(leaving)}",
    )


def likely_predecessor(
    session: WorkspaceSession, call: Call, inputs: Properties, wanted: Iterable[str]
) -> Noted | None:
    """A space of the state that the program does not name any more, and that looks like what is to be created."""
    ids = set(wanted)
    for known in session.notes.known().values():
        leaves = not known.gone and known.space_id not in ids and known.name not in session.names
        if leaves and known.name != call.name and alike(known, inputs):
            return known
    return None


def alike(known: Noted, inputs: Properties) -> bool:
    """Whether a spec is likely that of a known space: the same title, or half of its entries word for word."""
    if known.title and known.title == inputs.get("title"):
        return True
    wanted = _entry_marks(inputs)
    held = set(marks.baseline(known.marks).by_path.items())
    return len(wanted) > 2 and len(held & wanted) >= _ALIKE * len(wanted)


def _entry_marks(inputs: Properties) -> set[tuple[str, str]]:
    """A mark of every entry of the definition; folders and warehouses are alike in all specs of a stack."""
    inner = {
        name: value for name, value in inputs.items() if isinstance(value, dict) and name not in ("tags", "permissions")
    }
    return set(marks.baseline(diff.marks(inner)).by_path.items())
