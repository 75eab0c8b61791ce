"""sql_difference: two statements side by side, and line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final

WIDTH: Final = 56
"""Columns of one side."""


def unified(expected: str, actual: str) -> list[str]:
    """The lines of both, marked with "- " (expected), "+ " (actual) or "  " (both)."""
    lines = difflib.ndiff(_lines(expected), _lines(actual))
    return [line.rstrip() for line in lines if not line.startswith("?")]


def side_by_side(expected: str, actual: str, width: int = WIDTH) -> list[str]:
    """Two columns; the mark between them is "|" where lines differ, "<" and ">" where one side has none."""
    rows = list(_pairs(_lines(expected), _lines(actual)))
    return [
        f"{left_part:<{width}} {mark if at == 0 else ' '} {right_part}".rstrip()
        for left, mark, right in rows
        for at, (left_part, right_part) in enumerate(_wrapped(left, right, width))
    ]


def _pairs(left: list[str], right: list[str]) -> Iterator[tuple[str, str, str]]:
    matcher = difflib.SequenceMatcher(None, [_plain(line) for line in left], [_plain(line) for line in right], False)
    for tag, begin, end, other, other_end in matcher.get_opcodes():
        for at in range(max(end - begin, other_end - other)):
            here = left[begin + at] if begin + at < end else None
            there = right[other + at] if other + at < other_end else None
            mark = (
                " "
                if tag == "equal"
                else "|"
                if here is not None and there is not None
                else "<"
                if there is None
                else ">"
            )
            yield here or "", mark, there or ""


def _wrapped(left: str, right: str, width: int) -> Iterator[tuple[str, str]]:
    lefts, rights = _cut(left, width), _cut(right, width)
    for at in range(max(len(lefts), len(rights))):
        yield lefts[at] if at < len(lefts) else "", rights[at] if at < len(rights) else ""


def _cut(line: str, width: int) -> list[str]:
    """A long line in pieces, cut at a blank where there is one."""
    pieces = []
    while len(line) > width:
        at = line.rfind(" ", width // 2, width)
        at = at if at > 0 else width
        pieces.append(line[:at])
        line = f"  {line[at:].lstrip()}"
    return [*pieces, line]


def _plain(line: str) -> str:
    return " ".join(line.split()).casefold()


def _lines(sql: str) -> list[str]:
    return [line.rstrip().expandtabs(2) for line in sql.strip().splitlines()]
