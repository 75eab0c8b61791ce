"""diff: two sets of inputs → the changed entries, and who changed them.

The program's inputs are what the spec wants; the state's old inputs are what the space holds (every
preview reads it first). `marks` remembers, in a few characters an entry, what the spec said at the
last `up`: an entry of the space that differs from its mark was edited in the UI.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..codec import normalize
from ..lifecycle import UNKNOWN, Change, Path
from ..model.schema import FOR_THE_RUN, HEAD_MAPS, MAPS, OPEN_WHEN_ABSENT
from ..model.state import is_hidden
from ..text import path_text, shown
from . import marks as _marks

Properties = dict[str, Any]


def changes(old: Properties, new: Properties) -> list[Change]:
    """Every changed entry, down to the field, in the order of the keys."""
    found: list[Change] = []
    for name in sorted({*old, *new}):
        if _is_told(name):
            found += _compare((name,), old.get(name), new.get(name), in_join=False)
    return found


def _is_told(name: str) -> bool:
    return not is_hidden(name) and name not in FOR_THE_RUN


def _compare(path: Path, old: Any, new: Any, *, in_join: bool) -> list[Change]:
    if new is UNKNOWN or old is UNKNOWN:
        return [] if old is new else [Change(path, "update")]
    name = path[-1]
    if isinstance(old, dict) and isinstance(new, dict):
        return _compare_maps(path, old, new)
    if "extra" in path[:-1] and normalize.same_json(old, new):
        return []
    old, new = _nothing(old), _nothing(new)
    if new is None and (old is None or _is_open(path, old)):
        return []
    if old is None and isinstance(new, dict) and len(path) == 1 and name in MAPS:
        return [Change((*path, key), "add") for key in sorted(new)]
    if new is None and isinstance(old, dict) and len(path) == 1 and name in MAPS:
        return [Change((*path, key), "delete") for key in sorted(old)]
    if old is None:
        return [Change(path, "add")]
    if new is None:
        return [Change(path, "delete")]
    return [] if normalize.same_field(str(name), old, new, in_join) else [Change(path, "update")]


def _compare_maps(path: Path, old: Properties, new: Properties) -> list[Change]:
    in_join = path[0] == "joins"
    found: list[Change] = []
    for key in sorted({*old, *new}):
        if key in old and key in new:
            found += _compare((*path, key), old[key], new[key], in_join=in_join)
        elif key in new:
            found.append(Change((*path, key), "add"))
        elif not _is_open((*path, key), old[key]):
            found.append(Change((*path, key), "delete"))
    return found


def _is_open(path: Path, old: Any) -> bool:
    """Whether the space may have this although the spec says nothing; a column called `id` is no id."""
    if isinstance(old, dict) or path[0] in HEAD_MAPS or path[0] == "extra":
        return False
    return path[-1] in OPEN_WHEN_ABSENT


def _nothing(value: Any) -> Any:
    return None if value in ("", {}, []) and value is not UNKNOWN else value


# ── who changed it ──────────────────────────────────────────────────────────────────────────


def entries(inputs: Properties) -> Iterator[tuple[Path, Any]]:
    """The entries people speak of: fields, instructions, each table, column, question, …"""
    for name, value in inputs.items():
        if not _is_told(name):
            continue
        if name not in MAPS or name in ("instructions", "extra") or not isinstance(value, dict):
            yield (name,), value
            continue
        for key, entry in value.items():
            columns = entry.get("columns") if isinstance(entry, dict) else None
            if not isinstance(columns, dict):
                yield (name, key), entry
                continue
            yield (name, key), {field: part for field, part in entry.items() if field != "columns"}
            for column, config in columns.items():
                yield (name, key, "columns", column), config


def marks(inputs: Properties) -> str:
    """What the inputs say, in a few characters an entry, for the next `edits`."""
    return _marks.marks(entries(inputs))


Author = Literal["spec", "ui", "both"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry that differs between the space and the spec, and who made it so."""

    path: Path
    author: Author

    def __str__(self) -> str:
        return entry_name(self.path)


def edits(live: Properties, spec: Properties, remembered: str) -> list[Edit]:
    """Who made each difference between the space and the spec.

    Args:
        live: the inputs as read from the space.
        spec: the inputs the program wants.
        remembered: the marks of the last `up`; "" where there are none (then all is the spec's).
    """
    if not remembered:
        return []
    before = _marks.baseline(remembered)
    in_space, in_spec = dict(entries(live)), dict(entries(spec))
    found = []
    for path in sorted({*in_space, *in_spec}, key=lambda path: tuple(map(str, path))):
        now, wanted = in_space.get(path), in_spec.get(path)
        is_in_one = len(path) > 1 and (path in in_space) != (path in in_spec)
        if not is_in_one and not _differ(path, now, wanted):
            continue
        ui = not (before.holds(path, now) if path in in_space else before.lacks(path))
        ours = not (before.holds(path, wanted) if path in in_spec else before.lacks(path))
        found.append(Edit(path, "both" if ui and ours else "ui" if ui else "spec"))
    return found


def _differ(path: Path, now: Any, wanted: Any) -> bool:
    return bool(_compare(path, now, wanted, in_join=path[0] == "joins"))


def entry_name(path: Path) -> str:
    """A path as Pulumi writes it: tables["a.b.c"].columns.id."""
    return shown(path_text(path))


def fingerprint(inputs: Properties) -> str:
    """A short mark of all inputs, for the stock host, which gives `diff` nothing but the outputs.

    Its first part, up to the dot, is all that the outputs of earlier versions hold.
    """
    paths = json.dumps(sorted(map(str, (path for path, _ in entries(inputs)))))
    first = _marks.old_hash(_marks.old_marks(entries(inputs))) + _marks.old_hash(paths)
    return f"{first}.{_marks.old_hash(marks(inputs))}"
