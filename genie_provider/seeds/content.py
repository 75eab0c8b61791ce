"""content: the rows of a small table, from a file or inline, in one canonical form.

Every cell is a text in the form the SQL warehouse answers with, or None; so what a file says and what the
table holds compare cell by cell. Rows have keys, for previews: the first column's value.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Literal

from ..errors import GenieError

Cell = str | None
Family = Literal["text", "whole", "decimal", "float", "boolean", "date", "timestamp"]

MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 1_000_000

_FAMILIES: Final[dict[str, Family]] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint"), "whole"),
    **dict.fromkeys(("double", "float"), "float"),
    "string": "text",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "decimal": "decimal",
}
_TYPE = re.compile(r"(\w+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\Z")
_ODD_NAME = re.compile(r"[\s,;{}()=`.]")
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})\Z")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?\Z")


class BadContent(GenieError):
    """Rows that cannot become a table; says where."""


@dataclass(frozen=True)
class Column:
    name: str
    type: str = "string"

    @property
    def family(self) -> Family:
        return _FAMILIES[self.type.partition("(")[0]]

    def __str__(self) -> str:
        return f"{self.name} {self.type}"


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


def from_file(path: str | Path, types: Mapping[str, str] | None = None) -> Content:
    """The content of a CSV file (first line: column names; empty cells are NULL) or a Parquet file.

    Args:
        types: column → SQL type, where the values alone do not tell it.

    Raises:
        BadContent: with file and line.
    """
    file = Path(path)
    if not file.is_file():
        raise BadContent(f"{file}: there is no such file")
    if file.suffix.lower() == ".parquet":
        names, rows = _parquet(file)
    elif file.suffix.lower() == ".csv":
        names, rows = _csv(file)
    else:
        raise BadContent(f"{file}: neither .csv nor .parquet")
    return _typed(str(file), names, rows, types or {}, first_line=2 if file.suffix.lower() == ".csv" else 1)


def from_rows(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str] | None = None) -> Content:
    """The content of inline rows: maps of column to value."""
    names = list(dict.fromkeys([*(types or {}), *(name for row in rows for name in row)]))
    return _typed("rows", names, [[row.get(name) for name in names] for row in rows], types or {}, first_line=1)


def _csv(file: Path) -> tuple[list[str], list[list[Any]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            lines = list(csv.reader(source, strict=True))
    except UnicodeDecodeError as error:
        raise BadContent(f"{file}: not UTF-8 (byte {error.start})") from None
    except csv.Error as error:
        raise BadContent(f"{file}: not CSV: {error}") from None
    lines = [line for line in lines if line]
    if not lines:
        raise BadContent(f"{file}: empty; the first line names the columns")
    names, rows = [name.strip() for name in lines[0]], lines[1:]
    for at, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise BadContent(f"{file}:{at}: {len(row)} cells under {len(names)} columns")
    return names, [[cell if cell != "" else None for cell in row] for row in rows]


def _parquet(file: Path) -> tuple[list[str], list[list[Any]]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise BadContent(f"{file}: reading Parquet needs pyarrow: pip install pyarrow, or save it as CSV") from None
    table = parquet.read_table(file)
    return list(table.column_names), [list(row.values()) for row in table.to_pylist()]


def _typed(source: str, names: list[str], rows: list[list[Any]], types: Mapping[str, str], first_line: int) -> Content:
    unknown = sorted(set(types) - set(names))
    if not names or unknown:
        raise BadContent(f"{source}: {'no column ' + ', '.join(unknown) if unknown else 'no columns'}")
    odd = [name for name in names if _ODD_NAME.search(name)]
    if odd:
        raise BadContent(f"{source}: {odd[0]!r} cannot name a column (no spaces and none of , ; {{ }} ( ) =)")
    twice = [name for name, count in Counter(name.lower() for name in names).items() if count > 1]
    if twice or "" in names:
        raise BadContent(f"{source}: a column has no name" if "" in names else f"{source}: {twice[0]} stands twice")
    if len(rows) > MOST_ROWS:
        raise BadContent(f"{source}: {len(rows):,} rows; a seed has at most {MOST_ROWS:,}, load larger tables by a job")
    columns = tuple(
        Column(name, type_of(types[name]) if name in types else _inferred([row[at] for row in rows]))
        for at, name in enumerate(names)
    )
    cells = []
    for line, row in enumerate(rows, start=first_line):
        try:
            cells.append(tuple(canonical(cell, column) for cell, column in zip(row, columns, strict=True)))
        except ValueError as error:
            raise BadContent(f"{source}:{line}: {error}") from None
    if sum(len(cell or "") for row in cells for cell in row) > MOST_BYTES:
        raise BadContent(f"{source}: more than {MOST_BYTES / 1e6:.0f} MB; load larger tables by a job")
    return Content(columns, tuple(cells))


# ── types ───────────────────────────────────────────────────────────────────────────────────


def type_of(given: str) -> str:
    """A SQL type as the catalog writes it.

    Raises:
        BadContent: not a type a seed can have.
    """
    match = _TYPE.match(given.strip().lower())
    if not match or match[1] not in _FAMILIES or (match[2] and match[1] != "decimal"):
        raise BadContent(f"{given!r} is not a type of seeds; there are {', '.join(sorted(_FAMILIES))}")
    if match[1] == "decimal":
        return f"decimal({match[2] or 10},{match[3] or 0})"
    return "int" if match[1] == "integer" else match[1]


def _inferred(values: Sequence[Any]) -> str:
    held = [cell for cell in values if cell is not None]
    kinds: tuple[tuple[str, Any], ...] = (
        ("boolean", lambda cell: isinstance(cell, bool) or str(cell) in ("true", "false")),
        ("bigint", lambda cell: _WHOLE.match(str(cell))),
        ("double", lambda cell: isinstance(cell, float) or _NUMBER.match(str(cell))),
        ("timestamp", lambda cell: isinstance(cell, datetime) or _TIMESTAMP.match(str(cell))),
        ("date", lambda cell: isinstance(cell, date) or _DATE.match(str(cell))),
    )
    return next((kind for kind, fits in kinds if held and all(map(fits, held))), "string")


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
    except (ValueError, InvalidOperation):
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        raise ValueError(f"column {column.name}: {shown!r} is no {column.type}") from None


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
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
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
