"""foresight: what a create would come to, said at the preview, where the engine can only print `+ create`."""

from __future__ import annotations

from typing import Final

from ..lifecycle import UNKNOWN, Call, Properties
from . import departures
from .create import Creator
from .run_notes import Noted
from .session import WorkspaceSession

WAYS_BACK: Final = (
    "restore it from the workspace's trash in the UI, or let pulumi up make a new one, with another address and "
    "without its conversations: pulumi config set genie:uiEdits undo; or take the spec out"
)


def trashed(space_id: str) -> str:
    return f"its space {space_id} was trashed in the UI"


def tell(session: WorkspaceSession, creator: Creator, call: Call, inputs: Properties, wanted: set[str]) -> None:
    """Says what `create` would find: a space to take over or to stumble over, one that was trashed, another name."""
    known = session.notes.known().get(call.urn)
    if known and not known.gone:
        call.notify("warning", "a space is never replaced: pulumi up updates it in place, and it keeps its id")
        return
    if known:
        call.notify(
            "warning",
            f"{trashed(known.space_id)}; pulumi up makes a new one: its address is another, and the conversations "
            "with the old one do not come along",
        )
    before = departures.likely_predecessor(session, call, inputs, wanted)
    if before:
        call.notify(
            "warning",
            f"was `{before.name}`? If its spec was renamed, write `renamed_from: {before.name}` into this one: "
            f"else {before.space_id} goes to the trash, with its address and conversations",
        )
        return
    if session.silent or any(inputs.get(name) is UNKNOWN for name in ("title", "parent_path")):
        return
    found = creator.foresee(call, inputs)
    if found.stops:
        call.notify("warning", f"pulumi up stops here: {found.stops}")
    elif found.remote:
        changes = f", and changes {', '.join(found.differing)}" if found.differing else "; it is as the spec says"
        stops = " - but for genie:uiEdits: stop, with which it stops here" if _stops(session, found.differing) else ""
        call.notify(
            "warning",
            f"pulumi up makes nothing new: it takes over {found.remote.space_id} '{found.remote.title}' in "
            f"{found.remote.parent_path}, made by an earlier run of this stack{changes}{stops}",
        )


def _stops(session: WorkspaceSession, differing: object) -> bool:
    return bool(differing) and session.settings.ui_edits == "stop"


def tell_trashed(session: WorkspaceSession, call: Call, known: Noted | None) -> None:
    """Says what is lost where a space was trashed in the UI and is made anew."""
    if known and known.gone:
        call.notify(
            "warning",
            f"{trashed(known.space_id)}; the new one has another address, and no conversations",
        )
