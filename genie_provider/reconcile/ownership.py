"""ownership: whose a space is, read from the workspace itself.

Marks, and what each proves:

- The tag `genie_owner` (`model.ownership_key.Mark`): which stack, which spec, which state, and for which space it
  was written. It decides wherever it is there: a copy that took it along was not meant by it.
- Ids derived from the stack's key, in the body from the first moment. A copy has them too, so without the tag they
  prove a space only under the title and in the folder of the spec.
- A title with a mark, for the moments in which a space without such ids is being made.

A title alone proves nothing. No clock decides anything here: those of two machines differ.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..client import RemoteSpace, SpaceSummary
from ..codec import normalize, wire
from ..codec.decode import has_key, keyed
from ..codec.paths import look
from ..errors import WorkspaceError
from ..lifecycle import Properties
from ..model import entry_ids
from ..model.ownership_key import Mark, former_key, name_of, stack_id_of
from ..model.schema import INSTRUCTIONS, KEYED
from ..model.state import OWNER, OWNER_TAG
from .session import WorkspaceSession

_RENAMED = re.compile(r" \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?\Z")

Whose = Literal["ours", "other state", "former", "renamed", "stranger", "copy", "unclear"]
"""
- ours: made for this very spec by this stack, with this state.
- other state: by this stack, but its run worked with another state: a clone's, or one that is lost.
- former: with ids as they were before the stack had an id of its own: this stack's, or of another of that name.
- renamed: by this stack for a spec of another name.
- stranger: somebody else's.
- copy: carries our ids, and is another space.
- unclear: as a stranger, but so new that a mark may not show yet.
"""

UNMARKED = "unmarked"
"""What genie:takeOver says for spaces of before there were ids of stacks."""


@dataclass(frozen=True)
class Candidate:
    """A space that may be meant, and whose it is."""

    remote: RemoteSpace
    whose: Whose
    mark: Mark | None = None


@dataclass
class Candidates:
    """The spaces that may be meant by a spec that no state knows.

    Attributes:
        ours: made for this very spec, the one to keep first.
        doubtful: this stack's by name, but not for certain (`other state`, `former`).
        strangers: in the same folder under the same title, made by somebody else or for another spec.
        unclear: as strangers, but so young that their mark may not show yet.
        hidden: as strangers, but we may not see their definition.
        copies: with our ids, elsewhere or under another title.
    """

    ours: list[RemoteSpace] = field(default_factory=list)
    doubtful: list[Candidate] = field(default_factory=list)
    strangers: list[Candidate] = field(default_factory=list)
    unclear: list[RemoteSpace] = field(default_factory=list)
    hidden: list[RemoteSpace] = field(default_factory=list)
    copies: list[RemoteSpace] = field(default_factory=list)


def candidates(
    session: WorkspaceSession, inputs: Properties, spaces: Iterable[SpaceSummary], besides: Iterable[str] = ()
) -> Candidates:
    """Sorts the spaces that may be meant by whose they are; each is read, since the list holds little and lags.

    Args:
        spaces: the workspace's list; those with the spec's title, or one that the workspace makes of it, are read.
        besides: ids of spaces to look at whatever they are called now: the journal or their mark names this spec.
    """
    found = Candidates()
    folder = folder_of(session, inputs)
    wanted = dict.fromkeys([*besides, *(each.space_id for each in spaces if _may_be(each.title, inputs))])
    for space_id in wanted:
        remote, hidden = _look(session, space_id)
        if remote is not None:
            _sort_in(found, session, remote, inputs, folder, hidden)
    found.ours.sort(key=lambda each: (each.parent_path != folder, was_renamed(each, inputs), each.create_time))
    return found


def _sort_in(
    found: Candidates, session: WorkspaceSession, remote: RemoteSpace, inputs: Properties, folder: str, hidden: bool
) -> None:
    in_the_way = remote.title == inputs["title"] and remote.parent_path in (folder, "")
    if hidden:
        if in_the_way:
            found.hidden.append(remote)
        return
    one = judged(session, remote, inputs)
    if one.whose == "ours":
        found.ours.append(remote)
    elif one.whose in ("other state", "former") and (in_the_way or one.mark):
        found.doubtful.append(one)
    elif one.whose == "unclear" and in_the_way:
        found.unclear.append(remote)
    elif in_the_way:
        found.strangers.append(one)
    elif one.whose == "copy":
        found.copies.append(remote)


def judged(session: WorkspaceSession, remote: RemoteSpace, inputs: Properties) -> Candidate:
    """The space with what its marks say about a spec of ours."""
    mark = mark_of(session, remote.space_id)
    if mark is not None:
        return Candidate(remote, _by_mark(session, remote, mark, inputs[OWNER]), mark)
    return Candidate(remote, _by_body(session, remote, inputs))


def _by_mark(session: WorkspaceSession, remote: RemoteSpace, mark: Mark, key: str) -> Whose:
    if not mark.is_for(remote.space_id):
        return "copy"
    if not mark.is_of(key):
        return "renamed" if stack_id_of(key) and mark.is_of_stack(key) else "stranger"
    accepted = session.settings.take_over
    if stack_id_of(key) and not mark.stack_id:
        return "ours" if accepted == UNMARKED else "former"
    here = session.state_place
    if here and mark.state and mark.state not in (here, accepted):
        return "other state"
    return "ours"


def _by_body(session: WorkspaceSession, remote: RemoteSpace, inputs: Properties) -> Whose:
    """Without a tag: it may have been refused, or never come to be, or not show yet."""
    key = inputs[OWNER]
    if remote.title.startswith(marked_title(inputs)):
        return "ours"
    in_place = remote.parent_path in (folder_of(session, inputs), "") and _may_be(remote.title, inputs)
    if carries_ids(remote, key):
        return "ours" if in_place else "copy"
    if stack_id_of(key) and carries_ids(remote, former_key(key)):
        accepted = session.settings.take_over == UNMARKED
        return ("ours" if accepted else "former") if in_place else "copy"
    if has_own_ids(inputs):
        return "unclear" if remote.body is None else "stranger"
    looks_alike = remote.body is not None and _same_body(remote, inputs)
    return "unclear" if looks_alike else "stranger"


def mark_of(session: WorkspaceSession, space_id: str) -> Mark | None:
    """What the tag says; None where there is none, or tags are not for us."""
    try:
        value = session.workspace.tags(space_id).get(OWNER_TAG)
    except WorkspaceError as error:
        if error.kind not in ("forbidden", "gone", "failed", "invalid"):
            raise
        return None
    return Mark.parse(value) if value else None


def expected_mark(session: WorkspaceSession, space_id: str, key: str) -> str:
    return str(Mark.of(key, space_id, session.state_place))


def carries_ids(remote: RemoteSpace, key: str) -> bool:
    """Whether an entry of the space has an id that was derived from this key."""
    return remote.body is not None and any(normalize.own_entries(wire.from_body(remote.body), key))


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


def _same_body(remote: RemoteSpace, inputs: Properties) -> bool:
    made = wire.from_body(wire.to_body(inputs, inputs[OWNER]))
    return normalize.same(normalize.settle(wire.from_body(remote.body or {}), made), made)


def _may_be(title: str, inputs: Properties) -> bool:
    plain = _RENAMED.sub("", title)
    return inputs["title"] in (title, plain) or marked_title(inputs) in (title, plain)


def folder_of(session: WorkspaceSession, inputs: Properties) -> str:
    return str(inputs.get("parent_path") or f"/Users/{session.workspace.me().user_name}")


# ── ids ─────────────────────────────────────────────────────────────────────────────────────


def has_own_ids(inputs: Properties) -> bool:
    """Whether the body of a space made from `inputs` carries an id of ours: an entry without an id gets one."""
    entries = [entry for section in KEYED if section.has_id for entry in (inputs.get(section.name) or {}).values()]
    if inputs.get("instructions"):
        entries.append(inputs["instructions"])
    return not all("id" in entry for entry in entries) or any(normalize.own_entries(inputs, inputs[OWNER]))


def with_ids_of(body: Mapping[str, Any], former: Iterable[str], key: str) -> dict[str, Any]:
    """The body with every id that was derived from a former key derived from `key`; ranks stay, so the order does."""
    new_ids = {old: new for each in former if each and each != key for old, new in _moved(body, each, key)}
    return _replaced(body, new_ids) if new_ids else dict(body)


def _moved(body: Mapping[str, Any], former: str, key: str) -> Iterator[tuple[str, str]]:
    for section in KEYED:
        if section.has_id:
            entries = [entry for entry in look(body, section.wire) if has_key(section, entry)]
            for name, fields in keyed(section, entries, former).items():
                yield from _moved_id(str(fields.get("id", "")), former, key, section.kind, name)
    for entry in look(body, INSTRUCTIONS.wire):
        if isinstance(entry, dict):
            yield from _moved_id(str(entry.get("id", "")), former, key, "text", "text")


def _moved_id(id_text: str, former: str, key: str, kind: str, name: str) -> Iterator[tuple[str, str]]:
    if entry_ids.is_derived(id_text, former, kind, name):
        yield id_text, id_text[: entry_ids.RANK_DIGITS] + entry_ids.identity(key, kind, name)


def _replaced(value: Any, new_ids: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: new_ids.get(part, part) if name == "id" and isinstance(part, str) else _replaced(part, new_ids)
            for name, part in value.items()
        }
    return [_replaced(part, new_ids) for part in value] if isinstance(value, list) else value


def former_keys(key: str, known: str = "") -> tuple[str, ...]:
    """Keys under which this space may have got its ids: as of the state, and as of before stacks had ids."""
    return tuple(each for each in dict.fromkeys((known, former_key(key))) if each and each != key)


# ── titles ──────────────────────────────────────────────────────────────────────────────────


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


def logical_name(inputs: Properties) -> str:
    return name_of(inputs[OWNER])


def renamed_from(old: Properties, new: Properties) -> str:
    """The logical name that the state knows the space by, where the program calls it otherwise now."""
    before, now = str(old.get(OWNER) or ""), str(new.get(OWNER) or "")
    return name_of(before) if before and now and name_of(before) != name_of(now) else ""
