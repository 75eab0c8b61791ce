"""values: an old and a new value as lines of a diff, with what would steer a terminal or a page written out."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Any, Final

from ...text import shown
from ...yamlio.printer import to_yaml
from ..data import EntryChange

Line = tuple[str, str]
"""A sign (+, -, space, @ for lines left out) and the text."""

_CONTEXT: Final = 3
_WHOLE: Final = 12
"""So many lines, old and new together, are shown whole."""


def diff_lines(entry: EntryChange) -> list[Line]:
    """The change of one entry."""
    old, new = (lines_of(value if value != {} else entry.words.name) for value in (entry.old, entry.new))
    if not old or not new:
        return [("-", line) for line in old] + [("+", line) for line in new]
    context = _WHOLE if len(old) + len(new) <= _WHOLE else _CONTEXT
    return list(_hunks(old, new, context))


def lines_of(value: Any) -> list[str]:
    """A value as people read it: texts as they are, maps and lists as YAML."""
    if value is None:
        return []
    if isinstance(value, str):
        text = value
    elif isinstance(value, dict):
        text = to_yaml(value)
    elif isinstance(value, list):
        text = "\n".join(
            f"- {part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)}" for part in value
        )
    else:
        text = json.dumps(value, ensure_ascii=False)
    return [shown(line) for line in text.rstrip("\n").split("\n")]


def _hunks(old: list[str], new: list[str], context: int) -> Iterator[Line]:
    found = list(difflib.unified_diff(old, new, lineterm="", n=context))[2:]
    for at, line in enumerate(found):
        if line.startswith("@@"):
            if at:
                yield "@", "…"
        else:
            yield line[0], line[1:]
    if not found:  # they differ in white space at the ends of lines, or in the last newline
        yield from (("-", repr(line)) for line in old)
        yield from (("+", repr(line)) for line in new)
