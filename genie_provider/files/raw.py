"""raw: what a reader hands over: headings, and rows in batches with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from .options import ReadOptions
from .troubles import Troubles

ROWS_A_BATCH: Final = 5_000

Inference = Literal["texts", "dates", "none"]
"""What a text may turn out to be: anything (CSV, XML, PDF), a date or a moment (JSON), or a text."""


@dataclass(frozen=True)
class Bad:
    """A cell that holds no value but a fault; `kind` is one of the troubles'."""

    kind: str
    message: str


@dataclass(frozen=True)
class Batch:
    """Rows and, for each, its number in the file. A row may be shorter than the headings: the rest is NULL."""

    rows: Sequence[Sequence[Any]]
    numbers: Sequence[int]


@dataclass
class RawTable:
    """One sheet, table or list of records.

    Args:
        headings: as the file has them. Records without a fixed form find more while they are read, so the list
            grows until the last batch.
        declared: heading → SQL type where the format says it.
        expected_rows: the file's own count.
    """

    part: str
    headings: list[str]
    batches: Iterator[Batch]
    inference: Inference = "none"
    declared: Mapping[str, str] = field(default_factory=dict)
    expected_rows: int | None = None


class Reader(Protocol):
    """What each module in readers/ offers, as functions."""

    def parts(self, file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
        """The names of what can be read: sheets, tables; [""] for a file that is one table."""

    def read(self, file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable: ...


def batched(rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Batch]:
    """Numbered rows in batches."""
    held: list[Sequence[Any]] = []
    numbers: list[int] = []
    for number, row in rows:
        held.append(row)
        numbers.append(number)
        if len(held) == ROWS_A_BATCH:
            yield Batch(held, numbers)
            held, numbers = [], []
    if held:
        yield Batch(held, numbers)


@dataclass
class Records:
    """Maps of heading to value as rows under headings that grow."""

    headings: list[str] = field(default_factory=list)
    _at: dict[str, int] = field(default_factory=dict)

    def row(self, record: Mapping[str, Any]) -> list[Any]:
        row: list[Any] = [None] * len(self.headings)
        for key, value in record.items():
            at = self._at.get(key)
            if at is None:
                at = self._at[key] = len(self.headings)
                self.headings.append(key)
                row.append(None)
            row[at] = value
        return row
