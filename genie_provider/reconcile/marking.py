"""marking: the tag that says whose a space is: written at the create, kept true by every later write."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import WorkspaceError
from ..lifecycle import Call, Properties
from ..model.ownership_key import stack_id_of
from ..model.state import OWNER, OWNER_TAG
from . import ownership
from .session import WorkspaceSession


def set_mark(session: WorkspaceSession, call: Call, space_id: str, inputs: Properties, known: str = "") -> str:
    """The mark of this space, written unless `known` says that it is there; "" where the workspace refuses it."""
    wanted = ownership.expected_mark(session, space_id, inputs[OWNER])
    if known == wanted or not inputs[OWNER]:
        return known
    session.refuse_foreign()
    try:
        session.workspace.set_tag(space_id, OWNER_TAG, wanted)
    except WorkspaceError as error:
        if session.first_time("no mark"):
            call.notify(
                "warning",
                f"cannot mark this space as ours with the tag {OWNER_TAG} ({error.message or error.kind}); should the "
                "state be lost, it is found by the ids in it, as long as title and folder stay",
            )
        return ""
    return wanted


def refuse_other_owner(session: WorkspaceSession, call: Call, space_id: str, keys: Iterable[str], step: str) -> None:
    """Stops where another stack has taken the space over since.

    Args:
        keys: under which this stack knows the space: as of the program, as of the state.

    Raises:
        WorkspaceError: "foreign"; names who manages it.
    """
    owner = other_owner(session, call, space_id, keys)
    if owner:
        raise WorkspaceError(
            "foreign",
            step,
            f"{space_id} is managed by {owner} now; nothing was sent",
            f"leave it to them: take the spec out, and `pulumi state delete` this resource; or take it back: "
            f"python -m genie_provider import {space_id} --as {call.name} --take-over; if that is this very stack, "
            "set genie:stackId back to what it was",
        )


def other_owner(session: WorkspaceSession, call: Call, space_id: str, keys: Iterable[str]) -> str:
    """Who manages the space by its mark, if that is another stack; "" else."""
    known = [key for key in keys if key]
    mark = ownership.mark_of(session, space_id) if known else None
    if mark is None or not mark.is_for(space_id):
        return ""
    # A state that was copied from another team's knows the space by that team's key, which proves nothing here.
    ours = ("", session.as_of_now(call).stack_id or mark.stack_id)
    if any(mark.is_of(key) or mark.is_of_stack(key) for key in known if stack_id_of(key) in ours):
        return ""
    return f"{mark.owner}{f' (stack id {mark.stack_id})' if mark.stack_id else ''}"
