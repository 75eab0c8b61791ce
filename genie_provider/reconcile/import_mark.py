"""import_mark: whose a space is before an import, and the mark it gets by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..client import Workspace
from ..codec import wire
from ..codec.normalize import own_entries
from ..errors import WorkspaceError
from ..model.ownership_key import Mark, former_key
from ..model.state import OWNER_TAG
from .ownership import with_ids_of


def owner_of(workspace: Workspace, space_id: str) -> Mark | None:
    """What the space's mark says; None where it has none, one of another space, or none that we may see."""
    try:
        value = workspace.tags(space_id).get(OWNER_TAG)
    except WorkspaceError as error:
        if error.kind != "forbidden":
            raise
        return None
    mark = Mark.parse(value) if value else None
    return mark if mark and mark.is_for(space_id) else None


def other_owner(workspace: Workspace, space_id: str, key: str, siblings: Iterable[str] = ()) -> str:
    """The stack that manages the space, if it is not the one of `key`; "" where nobody does.

    Args:
        siblings: the keys of the stack's other spaces: a copy of one, made in the UI, carries that one's ids.
    """
    mark = owner_of(workspace, space_id)
    if mark is not None:
        return "" if mark.is_of(key) or mark.is_of_stack(key) else mark.owner
    remote = workspace.get(space_id)
    return "another stack" if remote and remote.body and _looks_made(remote.body, [key, *siblings]) else ""


def _looks_made(body: dict[str, Any], keys: Iterable[str]) -> bool:
    """Whether most ids look derived, and not by this stack: those of the UI begin with the time, later than 01f0."""
    inputs = wire.from_body(body)
    if any(any(own_entries(inputs, each)) for key in keys for each in (key, former_key(key))):
        return False
    ids = [
        str(entry["id"])
        for section in inputs.values()
        if isinstance(section, dict)
        for entry in section.values()
        if isinstance(entry, dict) and "id" in entry
    ]
    return len(ids) > 1 and all(each.startswith("00") for each in ids)


def mark_imported(workspace: Workspace, space_id: str, key: str, place: str, *, moved: bool) -> None:
    """Marks the space as the stack's.

    Args:
        moved: it may have been another stack's, which must notice: ids that it derived become this stack's, so that
            the space's time of update moves, and the next preview of the other one looks at the mark.
    """
    before = owner_of(workspace, space_id)
    workspace.set_tag(space_id, OWNER_TAG, str(Mark.of(key, space_id, place)))
    remote = workspace.get(space_id) if moved and before else None
    if remote is not None and remote.body and before:
        held = with_ids_of(remote.body, [before.key, former_key(before.key)], key)
        if held != remote.body:
            workspace.update(space_id, {"serialized_space": held})
