"""merge: which differences between a space and its spec came from the UI, and belong into the spec."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ..model import entry_ids
from ..model.schema import BY_NAME
from ..model.state import OWNER
from . import diff
from .diff import Edit, Path

Properties = dict[str, Any]
Prefer = Literal["", "ours", "theirs"]

_COLUMNS = "columns"


@dataclass(frozen=True)
class Conflict:
    """One entry that was changed in the spec and in the UI."""

    path: Path
    spec: Any
    live: Any

    def __str__(self) -> str:
        return diff.entry_name(self.path)


@dataclass(frozen=True)
class Rename:
    """One entry that got another key in the UI: a question worded anew, a snippet's other name."""

    section: str
    key: str
    new_key: str
    value: Properties


@dataclass
class Taken:
    """What goes into the spec, and what does not.

    Attributes:
        changes: (entry, its value in the space; None where it is gone), whole entries before their parts.
        left: entries that were changed in the spec alone; the next `pulumi up` sends them.
        wanted: the inputs that the spec has to give afterwards.
    """

    changes: list[tuple[Path, Any]] = field(default_factory=list)
    renames: list[Rename] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)
    wanted: Properties = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The entries taken, as people write them."""
        renamed = [
            f"{diff.entry_name((each.section, each.key))} is now {diff.entry_name((each.section, each.new_key))}"
            for each in self.renames
        ]
        gone = {path for path, value in self.changes if value is None}
        return renamed + [diff.entry_name(path) + (" (removed)" if path in gone else "") for path, _ in self.changes]


def take(live: Properties, spec: Properties, marks: str, prefer: Prefer = "") -> Taken:
    """The UI's edits since the last `up`.

    Args:
        live: the space's inputs, in the words of the spec where they mean the same.
        spec: the spec's inputs.
        marks: what the spec said at the last `up`; without them nothing is known to be the UI's.
        prefer: whose word counts in a conflict; "" reports it instead.
    """
    in_space, in_spec = dict(diff.entries(live)), dict(diff.entries(spec))
    edits = _whole(diff.edits(live, spec, marks), in_space, in_spec)
    taken = Taken()
    chosen: list[Edit] = []
    for edit in edits:
        if edit.author == "spec":
            taken.left.append(edit.path)
        elif edit.author == "both" and not prefer:
            taken.conflicts.append(Conflict(edit.path, in_spec.get(edit.path), in_space.get(edit.path)))
        elif edit.author == "ui" or prefer == "theirs":
            chosen.append(edit)
    taken.renames = list(_renames(chosen, live, spec))
    renamed = {(each.section, key) for each in taken.renames for key in (each.key, each.new_key)}
    changes = [(edit.path, _value(edit.path, in_space, live, spec)) for edit in chosen if edit.path not in renamed]
    taken.changes = sorted(changes, key=lambda change: change[1] is None and len(change[0]) == 2)
    taken.wanted = _merged(spec, taken)
    return taken


def _whole(edits: Iterable[Edit], in_space: dict[Path, Any], in_spec: dict[Path, Any]) -> list[Edit]:
    """Without the columns of tables that came or went as a whole; what else somebody did to a table
    that went makes a conflict of it."""
    found: dict[Path, Edit] = {}
    for edit in sorted(edits, key=lambda edit: len(edit.path)):
        whole = edit.path[:2]
        one_sided = (whole in in_space) != (whole in in_spec)
        if len(edit.path) > 2 and one_sided and whole in found:
            if edit.author != found[whole].author:
                found[whole] = Edit(whole, "both")
            continue
        found[edit.path] = edit
    return list(found.values())


def _renames(edits: list[Edit], live: Properties, spec: Properties) -> Iterable[Rename]:
    """Entries that went and came back with the id they had under another key."""
    owner = spec.get(OWNER, "")
    for gone in edits:
        section = BY_NAME.get(str(gone.path[0]))
        if section is None or not section.key or len(gone.path) != 2:
            continue
        held, now = spec.get(section.name) or {}, live.get(section.name) or {}
        key = str(gone.path[1])
        if key in now or key not in held:
            continue
        for come in edits:
            new_key = str(come.path[-1])
            if come.path[0] != section.name or len(come.path) != 2 or new_key in held or new_key not in now:
                continue
            id_text = now[new_key].get("id", "")
            if id_text and (id_text == held[key].get("id") or entry_ids.is_derived(id_text, owner, section.kind, key)):
                own_id = {name: part for name, part in held[key].items() if name == "id"}
                yield Rename(section.name, key, new_key, {**_without_id(now[new_key]), **own_id})


def _value(path: Path, in_space: dict[Path, Any], live: Properties, spec: Properties) -> Any:
    """The entry as the spec should have it; a new table comes with its columns."""
    if path not in in_space:
        return None
    if len(path) != 2 or path[0] not in BY_NAME or path[1] in (spec.get(str(path[0])) or {}):
        return in_space[path]
    entry: Properties = live[str(path[0])][path[1]]
    is_one_of_several = any(entry.get(name) for name in ("question", "display_name"))
    return entry if is_one_of_several else _without_id(entry)


def _merged(spec: Properties, taken: Taken) -> Properties:
    """The spec's inputs with what is taken."""
    wanted = copy.deepcopy(spec)
    for each in taken.renames:
        del wanted[each.section][each.key]
        wanted[each.section][each.new_key] = each.value
    for path, value in taken.changes:
        if len(path) == 1:
            _set(wanted, str(path[0]), value)
        elif len(path) == 2:
            entries = wanted.setdefault(str(path[0]), {})
            columns = (entries.get(path[1]) or {}) if isinstance(value, dict) and path[1] in entries else {}
            kept = {_COLUMNS: columns[_COLUMNS]} if _COLUMNS in columns else {}
            _set(entries, str(path[1]), {**value, **kept} if kept else value)
        else:
            table = wanted[str(path[0])][path[1]]
            _set(table.setdefault(path[2], {}), str(path[3]), value)
            if not table[path[2]]:
                del table[path[2]]
    return wanted


def _set(entries: Properties, key: str, value: Any) -> None:
    if value is None:
        entries.pop(key, None)
    else:
        entries[key] = copy.deepcopy(value)


def _without_id(entry: Properties) -> Properties:
    return {name: part for name, part in entry.items() if name != "id"}
