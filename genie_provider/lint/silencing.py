"""silencing: `# genie: disable=RULE[,RULE]` in a spec's file.

At the end of a line it holds for that line, and for the block of text that begins there; on a line of its own, for
the next line; above the first key of the file, for the whole file. Inside a text it is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..errors import Place, Problem
from .reading import unknown_rule

if TYPE_CHECKING:
    from ..yamlio.reader import Document

_WORD: Final = "genie:"
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#\s*genie:\s*disable\s*=\s*(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)")


@dataclass
class Silenced:
    """What the comments of one file silence. Lines count from 1."""

    everywhere: set[str] = field(default_factory=set)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def covers(self, problem: Problem) -> bool:
        if problem.rule in self.everywhere:
            return True
        line = problem.place.line if problem.place else 0
        return any(first <= line <= last and rule == problem.rule for first, last, rule in self.spans)


NOTHING: Final = Silenced()


def silenced_in(document: Document) -> Silenced:
    """Reads the comments; most files have none, and cost one search."""
    if _WORD not in document.source or document.root is None:
        return NOTHING
    found = Silenced()
    scalars = list(_scalars(document.root))
    first = document.root.start_mark.line
    for at, line in enumerate(document.source.split("\n")):
        match = _COMMENT.search(line)
        if not match or any(_inside(scalar, at, match.start()) for scalar in scalars):
            continue
        for rule in re.split(r"\s*,\s*", match["rules"]):
            said = unknown_rule.check(rule)
            if said:
                place = Place(document.name, at + 1, match.start() + 1)
                found.problems.append(Problem(said, place, "warning", unknown_rule.ID))
            elif at < first:
                found.everywhere.add(rule)
            else:
                found.spans.append((*_span(scalars, at, alone=not line[: match.start()].strip()), rule))
    return found


def _span(scalars: list[Any], at: int, *, alone: bool) -> tuple[int, int]:
    """The lines, from 1, that a comment in line `at` (from 0) speaks of."""
    line = at + 1 if alone else at
    ends = [_last_line(scalar) for scalar in scalars if scalar.start_mark.line == line and scalar.style in ("|", ">")]
    return line + 1, max([line, *ends]) + 1


def _last_line(scalar: Any) -> int:
    end = scalar.end_mark
    return int(end.line if end.column else end.line - 1)


def _inside(scalar: Any, line: int, column: int) -> bool:
    start, end = scalar.start_mark, scalar.end_mark
    if scalar.style in ("|", ">"):  # the line of the block's sign may carry a comment
        return bool(start.line < line <= _last_line(scalar)) and column >= 0
    return bool((start.line, start.column) <= (line, column) < (end.line, end.column))


def _scalars(root: Any) -> Iterator[Any]:
    todo, seen = [root], set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node.value, str):
            yield node
        else:
            for part in node.value:
                todo += part if isinstance(part, tuple) else [part]
