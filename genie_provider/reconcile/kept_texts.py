"""kept_texts: what the workspace made of what was sent, so that it is no edit and no difference for ever.

A workspace may store a text otherwise than it came: composed letters, blanks, quotes, a description that cannot be
emptied. Such an entry would count as edited in the UI at every preview. So the marks of what it holds after our write
are kept, and an entry that still holds exactly that counts as what the spec says.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from ..compare import diff, marks
from ..lifecycle import Path, Properties


def marks_of(live: Properties, sent: Properties) -> str:
    """The marks of the entries that differ; "" where none does."""
    differing = set(_differing(live, sent))
    found = [(path, value) for path, value in diff.entries(live) if path in differing]
    return marks.marks(found) if found else ""


def as_sent(live: Properties, known: Properties, kept: str) -> Properties:
    """The live inputs with the known words for every entry that is as the workspace made it of them."""
    if not kept:
        return live
    made = marks.baseline(kept)
    in_state = dict(diff.entries(known))
    settled = copy.deepcopy(live)
    for path in _differing(live, known):
        now = next((value for other, value in diff.entries(live) if other == path), None)
        if not made.holds(path, now):
            continue
        if path in in_state:
            _put(settled, path, in_state[path])
        elif len(path) == 1:
            settled.pop(str(path[0]), None)  # the spec has none of it, and the workspace does not let go of it
    return settled


def _differing(live: Properties, known: Properties) -> Iterator[Path]:
    for edit in diff.edits(live, known, diff.marks(known)):
        yield edit.path


def _put(inputs: Properties, path: Path, value: Any) -> None:
    held: Any = inputs
    for step in path[:-1]:
        held = held[step]
    old = held.get(path[-1])
    if isinstance(old, dict) and isinstance(value, dict) and isinstance(old.get("columns"), dict):
        value = {**value, "columns": old["columns"]}
    held[path[-1]] = value
