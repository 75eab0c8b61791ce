"""content: the rows of a small table, from a file or inline, in one canonical form.

Every cell is a text in the form the SQL warehouse answers with, or None; so what a file says and what the
table holds compare cell by cell. Rows have keys, for previews: the first column's value.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from ..errors import GenieError
from ..files import headings, texts
from ..files.options import ReadOptions
from ..files.table import open_table
from ..files.types import Column, Family, Observed, type_of
from .spec_sources import MOST_BYTES, MOST_ROWS

Cell = str | None


class BadContent(GenieError):
    """Rows that cannot become a table; says where."""


@dataclass(frozen=True)
class Content:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.columns, keyed(self.rows))


def fingerprint_of(columns: Iterable[Column], rows: Mapping[str, str]) -> str:
    """Sixteen digits of columns and rows; the rows' order is no part of it."""
    text = json.dumps([[str(column) for column in columns], sorted(rows.values())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keyed(rows: Iterable[Sequence[Cell]]) -> dict[str, str]:
    """Rows as JSON texts by their first column; the same rows in any order give the same keys."""
    texts = sorted(json.dumps(list(row), ensure_ascii=False) for row in rows)
    seen: Counter[str] = Counter()
    found = {}
    for text in texts:
        first = json.loads(text)[0]
        key = "NULL" if first is None else str(first)[:60] or "''"
        seen[key] += 1
        found[key if seen[key] == 1 else f"{key} #{seen[key]}"] = text
    return found


def unkeyed(rows: Mapping[str, str]) -> list[list[Cell]]:
    return [json.loads(text) for text in rows.values()]


# ── reading ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class FileContent(Content):
    """The content of a file, with what was found odd in it and did not stop."""

    notices: tuple[str, ...] = ()


def from_file(
    path: str | Path, types: Mapping[str, str] | None = None, options: ReadOptions | None = None
) -> FileContent:
    """The content of a small file of any format that `files` reads.

    Args:
        types: column → SQL type, where the values alone do not tell it.

    Raises:
        FileError: it cannot be read as it stands; every place is named.
        BadContent: it is too large for rows that are compared one by one.
    """
    how = replace(options or ReadOptions(), types={**(options.types if options else {}), **(types or {})})
    with open_table(path, how) as table:
        table.troubles.check()
        if table.rows > MOST_ROWS:
            raise BadContent(
                f"{path}: {table.rows:,} rows; a seed has at most {MOST_ROWS:,}, load larger files by a TableFile"
            )
        binary = [column.name for column in table.columns if column.family == "binary"]
        if binary:
            raise BadContent(f"{path}: column {binary[0]} is binary, which a seed cannot hold; load it by a TableFile")
        columns = tuple(Column(column.name, column.type) for column in table.columns)
        rows = list(table.rows_of_values())
        troubles = tuple(str(each) for each in table.troubles.listed())
    return FileContent(columns, _cells(str(path), columns, rows, 2), troubles)


def from_rows(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str] | None = None) -> Content:
    """The content of inline rows: maps of column to value."""
    names = list(dict.fromkeys([*(types or {}), *(name for row in rows for name in row)]))
    if not names:
        raise BadContent("rows: no columns")
    odd = [name for name in names if headings.is_odd(name)]
    if odd:
        raise BadContent(f"rows: {odd[0]!r} cannot name a column (no spaces and none of , ; {{ }} ( ) = . /)")
    twice = [name for name, count in Counter(name.lower() for name in names).items() if count > 1]
    if twice:
        raise BadContent(f"rows: {twice[0]} stands twice")
    if len(rows) > MOST_ROWS:
        raise BadContent(f"rows: {len(rows):,} rows; a seed has at most {MOST_ROWS:,}")
    given = {name: type_of(type) for name, type in (types or {}).items()}
    columns = tuple(Column(name, given.get(name) or _inferred([row.get(name) for row in rows])) for name in names)
    return Content(columns, _cells("rows", columns, [[row.get(name) for name in names] for row in rows], 1))


def _inferred(values: Sequence[Any]) -> str:
    observed = Observed("texts")
    observed.add(values, range(len(values)))
    return observed.type


def _cells(
    source: str, columns: tuple[Column, ...], rows: Sequence[Sequence[Any]], first_row: int
) -> tuple[tuple[Cell, ...], ...]:
    cells = []
    for number, row in enumerate(rows, start=first_row):
        try:
            cells.append(tuple(canonical(cell, column) for cell, column in zip(row, columns, strict=True)))
        except ValueError as error:
            raise BadContent(f"{source}: row {number}, {error}") from None
    if sum(len(cell or "") for row in cells for cell in row) > MOST_BYTES:
        raise BadContent(f"{source}: more than {MOST_BYTES / 1e6:.0f} MB; load larger files by a TableFile")
    return tuple(cells)


# ── values ──────────────────────────────────────────────────────────────────────────────────


def canonical(cell: Any, column: Column) -> Cell:
    """The cell in the form the warehouse answers with.

    Raises:
        ValueError: it is no value of the column's type.
    """
    if cell is None:
        return None
    text = str(cell).lower() if isinstance(cell, bool) else str(cell)
    try:
        return _CANONICAL[column.family](text, column)
    except _TooFine:
        raise ValueError(
            f"column {column.name}: {text!r} is finer than the milliseconds that a warehouse shows; make the column a "
            "string, or load the file by a TableFile"
        ) from None
    except (ValueError, InvalidOperation):
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        raise ValueError(f"column {column.name}: {shown!r} is no {column.type}") from None


class _TooFine(ValueError):
    """A moment that would not be read back as it was written."""


def _boolean(text: str, column: Column) -> str:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower()


def _decimal(text: str, column: Column) -> str:
    scale = int(column.type.rstrip(")").partition(",")[2])
    number = Decimal(text).quantize(Decimal(1).scaleb(-scale))
    if number != Decimal(text):
        raise ValueError(text)
    return f"{number:f}"


def _timestamp(text: str, column: Column) -> str:
    moment = texts.timestamp(text)
    if moment.microsecond % 1000:
        raise _TooFine(text)
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


_CANONICAL: Final[dict[Family, Any]] = {
    "text": lambda text, column: text,
    "whole": lambda text, column: str(int(text)),
    "decimal": _decimal,
    "float": lambda text, column: repr(float(text)),
    "boolean": _boolean,
    "date": lambda text, column: date.fromisoformat(text[:10]).isoformat(),
    "timestamp": _timestamp,
}
