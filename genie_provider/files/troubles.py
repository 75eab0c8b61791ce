"""troubles: what is wrong in a file of data, where, and what to do.

Each has a kind, an id that people can allow by name. Troubles of the same kind in the same column are counted, and
only the first are kept, so that a million bad cells cost no memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from ..errors import GenieError, shown

KEPT: Final = 3
"""Places kept of one kind in one column; the rest is counted."""

KINDS: Final[dict[str, str]] = {
    # Stop, unless allowed by name.
    "error-cell": "a cell holds an error (#N/A, #DIV/0!); allowed: NULL",
    "formula-without-value": "a formula was never calculated; allowed: NULL",
    "short-row": "a row has fewer cells than there are columns; allowed: the rest is NULL",
    "long-row": "a row has more cells than there are columns; allowed: they get columns of their own",
    "short-file": "the file holds fewer rows than it says itself; allowed: what is there",
    "missing-memo": "the file of the long texts is missing; allowed: NULL",
    "undecodable": "bytes that are no text in the encoding; allowed: NULL",
    "wrong-type": "a value is not of the type that was given for its column; allowed: NULL",
    "no-text": "a page holds a picture and no text; allowed: left out",
    "not-a-number": "a number as NaN or Infinity, or too large for its field; allowed: NULL",
    "repeated-key": "an object has the same key twice; allowed: NULL",
    # Told.
    "renamed-heading": "a heading cannot name a column, or stands twice",
    "mixed-types": "values of several types; the column is text",
    "date-as-number": "numbers among dates",
    "guessed": "something was found out that the file does not say itself",
    "nested": "lists or objects, kept as JSON text",
    "deleted-rows": "rows marked as deleted, left out",
    "repeated-head": "the heading stands again on later pages, left out",
    "empty": "a sheet, table or page without rows",
    "merged-cells": "cells are merged: the first of them holds the value, the others are NULL",
    "left-out": "something beside the rows (a merged title, a total) was left out",
}
STOPPING: Final = tuple(list(KINDS)[: list(KINDS).index("renamed-heading")])


@dataclass(frozen=True)
class Trouble:
    """One fault.

    Args:
        part: the sheet, table or pages; empty where the file is one table.
        row: as people count it in the file, from 1; None where it is about a column or the whole.
        stops: whether nothing may be made of the file as it is.
        more: how many like it, of the same kind in the same column, are not listed.
    """

    kind: str
    message: str
    file: str = ""
    part: str = ""
    row: int | None = None
    column: str = ""
    stops: bool = True
    more: int = 0

    def __str__(self) -> str:
        places = [
            self.part,
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column}" if self.column else "",
        ]
        place = ", ".join(filter(None, places))
        more = f" (and {self.more:,} more like it)" if self.more else ""
        tone = "" if self.stops else "notice: "
        return shown(": ".join(filter(None, [self.file, place, f"{tone}{self.message}{more}"])))


class FileError(GenieError):
    """A file that cannot be used as it is; carries every trouble that stops."""

    def __init__(self, troubles: Iterable[Trouble]) -> None:
        self.troubles = list(troubles)
        super().__init__(self.troubles)

    def __str__(self) -> str:
        allowable = sorted({each.kind for each in self.troubles if each.kind in STOPPING})
        hint = f"\nto go on all the same: allow {', '.join(allowable)}" if allowable else ""
        return "\n".join(map(str, self.troubles)) + hint


def refusal(file: object, message: str, *, part: str = "", row: int | None = None, column: str = "") -> FileError:
    """An error that no permission gets past."""
    return FileError([Trouble("unreadable", message, str(file), part, row, column)])


@dataclass
class Troubles:
    """Collects the troubles of one file.

    Args:
        allowed: kinds that are told and no longer stop.
    """

    file: str
    allowed: frozenset[str] = frozenset()
    _found: list[Trouble] = field(default_factory=list)
    _counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, kind: str, message: str, *, part: str = "", row: int | None = None, column: str = "") -> None:
        key = (kind, part, column)
        self._counts[key] += 1
        if self._counts[key] <= KEPT:
            stops = kind in STOPPING and kind not in self.allowed
            self._found.append(Trouble(kind, message, self.file, part, row, column, stops))

    def listed(self) -> list[Trouble]:
        """In the order of finding; the last one kept of a kind says how many more there are."""
        seen: Counter[tuple[str, str, str]] = Counter()
        listed = []
        for each in self._found:
            key = (each.kind, each.part, each.column)
            seen[key] += 1
            more = self._counts[key] - KEPT if seen[key] == KEPT else 0
            listed.append(each if more <= 0 else replace(each, more=more))
        return listed

    def check(self) -> None:
        """Raises FileError if anything found stops."""
        stopping = [each for each in self.listed() if each.stops]
        if stopping:
            raise FileError(stopping)
