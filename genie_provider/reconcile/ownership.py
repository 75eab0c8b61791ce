"""ownership: whose a space is, read from the workspace itself.

Three marks, each proof by itself: ids derived from project, stack and name, in the body from the first
moment; a title with a mark, for the moments in which a space without such ids is being made; the tag
`genie_owner`, which it keeps. A title alone proves nothing.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import Final

from ..client import RemoteSpace, SpaceSummary
from ..codec import normalize, wire
from ..errors import WorkspaceError
from ..lifecycle import Properties
from ..model.schema import KEYED
from ..model.state import OWNER
from . import timestamps
from .grants import LAG_S, OWNER_TAG
from .session import WorkspaceSession

CLOCK_SKEW_S: Final = 120.0

_RENAMED = re.compile(r" \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?\Z")


@dataclass
class Candidates:
    """The spaces that have the title, or that the workspace renamed from it.

    Attributes:
        ours: made for this very spec, the one to keep first.
        strangers: in the same folder under the same title, made by somebody else.
        unclear: as strangers, but so young that their mark may not show yet.
        hidden: as strangers, but we may not see their definition.
    """

    ours: list[RemoteSpace] = field(default_factory=list)
    strangers: list[RemoteSpace] = field(default_factory=list)
    unclear: list[RemoteSpace] = field(default_factory=list)
    hidden: list[RemoteSpace] = field(default_factory=list)


def candidates(session: WorkspaceSession, inputs: Properties, spaces: list[SpaceSummary]) -> Candidates:
    """Sorts the spaces of this title by whose they are; each is read, since the list holds little and lags."""
    found = Candidates()
    folder = folder_of(session, inputs)
    for summary in spaces:
        if not _may_be(summary.title, inputs):
            continue
        remote, hidden = _look(session, summary.space_id)
        if remote is None:
            continue
        whose = "hidden" if hidden else _whose(session, remote, inputs)
        if whose == "ours":
            found.ours.append(remote)
        elif remote.title == inputs["title"] and remote.parent_path in (folder, ""):
            {"unclear": found.unclear, "hidden": found.hidden}.get(whose, found.strangers).append(remote)
    found.ours.sort(key=lambda each: (each.parent_path != folder, was_renamed(each, inputs), each.create_time))
    return found


def _look(session: WorkspaceSession, space_id: str) -> tuple[RemoteSpace | None, bool]:
    """The space, and whether its definition is kept from us: most spaces of a title are other people's."""
    try:
        return session.workspace.get(space_id), False
    except WorkspaceError as error:
        if error.kind != "forbidden":
            raise
    try:
        return session.workspace.get_head(space_id), True
    except WorkspaceError as error:
        if error.kind != "forbidden":
            raise
        return None, True


def _whose(session: WorkspaceSession, remote: RemoteSpace, inputs: Properties) -> str:
    owner = inputs[OWNER]
    if remote.title.startswith(marked_title(inputs)):
        return "ours"
    if remote.body is not None and any(normalize.own_entries(wire.from_body(remote.body), owner)):
        return "ours"
    young = abs(time.time() - timestamps.seconds_of(remote.create_time)) < LAG_S + CLOCK_SKEW_S
    if has_own_ids(inputs):
        return "unclear" if remote.body is None and young else "stranger"
    tag = session.workspace.tags(remote.space_id).get(OWNER_TAG)
    if tag == owner:
        return "ours"
    looks_alike = remote.body is not None and _same_body(remote, inputs)
    return "unclear" if tag is None and young and looks_alike else "stranger"


def is_tagged(session: WorkspaceSession, remote: RemoteSpace, inputs: Properties) -> bool:
    """Whether a space that needs the tag shows it."""
    if has_own_ids(inputs):
        return False
    return session.workspace.tags(remote.space_id).get(OWNER_TAG) == inputs[OWNER]


def _same_body(remote: RemoteSpace, inputs: Properties) -> bool:
    made = wire.from_body(wire.to_body(inputs, inputs[OWNER]))
    return normalize.same(normalize.settle(wire.from_body(remote.body or {}), made), made)


def _may_be(title: str, inputs: Properties) -> bool:
    plain = _RENAMED.sub("", title)
    return inputs["title"] in (title, plain) or marked_title(inputs) in (title, plain)


def folder_of(session: WorkspaceSession, inputs: Properties) -> str:
    return str(inputs.get("parent_path") or f"/Users/{session.workspace.me().user_name}")


def has_own_ids(inputs: Properties) -> bool:
    """Whether the body of a space made from `inputs` carries an id of ours: an entry without an id gets one."""
    entries = [entry for section in KEYED if section.has_id for entry in (inputs.get(section.name) or {}).values()]
    if inputs.get("instructions"):
        entries.append(inputs["instructions"])
    return not all("id" in entry for entry in entries) or any(normalize.own_entries(inputs, inputs[OWNER]))


def marked_title(inputs: Properties) -> str:
    mark = hashlib.sha256(inputs[OWNER].encode()).hexdigest()[:12]
    return f"{inputs['title']} [genie {mark}]"


def was_renamed(remote: RemoteSpace, inputs: Properties) -> bool:
    """Whether the workspace put a time behind the title, as it does when the title is taken."""
    return any(collides(remote.title, title) for title in (inputs["title"], marked_title(inputs)))


def collides(title: str, asked: str) -> bool:
    """Whether `title` is what the workspace makes of `asked` when that is taken."""
    return title != asked and _RENAMED.sub("", title) == asked


def untouched(remote: RemoteSpace) -> bool:
    """Whether nobody changed the space since it was made."""
    return remote.update_time in ("", remote.create_time)
