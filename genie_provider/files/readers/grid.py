"""grid: rows of a sheet → headings and rows under them. What all spreadsheets have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..options import ReadOptions, Window
from ..raw import Bad, RawTable, batched
from ..troubles import Troubles, refusal
from ..types import as_text

Numbered = tuple[int, Sequence[Any]]


def choose(file: Path, names: Sequence[str], options: ReadOptions) -> list[str]:
    """The sheets to read: the one that the options name, by name or by number from 1, else all.

    Raises:
        FileError: there is none of that name.
    """
    wanted = options.sheet
    if not wanted:
        return list(names)
    if wanted in names:
        return [wanted]
    if wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return [names[int(wanted) - 1]]
    raise refusal(file, f"there is no sheet {wanted!r}; there are {', '.join(names)}")


def table(file: Path, part: str, rows: Iterable[Numbered], options: ReadOptions, troubles: Troubles) -> RawTable:
    """Rows of a sheet, numbered from 1, with all of their cells from column A on, as a table."""
    found = _filled(_windowed(rows, options.window), part, troubles)
    first = next(found, None)
    if first is None:
        troubles.add("empty", "holds no rows", part=part)
        return RawTable(part, ["column_1"], iter(()))
    headings = [_heading(cell) for cell in first[1]]
    if not options.header:
        headings = [f"column_{at}" for at in range(1, len(first[1]) + 1)]
        found = _again(first, found)
    elif sum(map(bool, headings)) == 1 < len(headings):
        troubles.add("guessed", "only one heading; if they stand lower, give range, as A3:F", part=part, row=first[0])
    return RawTable(part, headings, batched(_widening(found, headings)))


def _again(first: Numbered, rest: Iterator[Numbered]) -> Iterator[Numbered]:
    yield first
    yield from rest


def _heading(cell: Any) -> str:
    if isinstance(cell, Bad) or cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return as_text(cell).strip()


def _widening(rows: Iterator[Numbered], headings: list[str]) -> Iterator[Numbered]:
    """Cells beyond the last heading get columns without one, which is told as such."""
    for number, row in rows:
        if len(row) > len(headings):
            headings += [""] * (len(row) - len(headings))
        yield number, row


def _windowed(rows: Iterable[Numbered], window: Window) -> Iterator[Numbered]:
    start, end = window.first_column - 1, window.last_column
    whole = start == 0 and end is None
    for number, row in rows:
        if window.last_row is not None and number > window.last_row:
            return
        if number >= window.first_row:
            yield number, row if whole else row[start:end]


def _filled(rows: Iterator[Numbered], part: str, troubles: Troubles) -> Iterator[Numbered]:
    """Rows that hold something, without the empty cells at their ends."""
    empty, begun = 0, False
    first_empty = 0
    for number, row in rows:
        width = len(row)
        while width and row[width - 1] in (None, ""):
            width -= 1
        if not width:
            first_empty = first_empty if empty else number
            empty += 1
            continue
        if empty and begun:
            troubles.add(
                "left-out", f"{empty:,} empty row{'s' if empty > 1 else ''} left out", part=part, row=first_empty
            )
        empty, begun = 0, True
        yield number, row if width == len(row) else row[:width]
