"""table: a file of data as typed tables.

    with open_table("targets.xlsx", ReadOptions(sheet="2026")) as table:
        for columns in table.batches(): ...

The file is read once. Its rows wait on disk until the last of them has told its part about the types.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from . import formats, guard, headings, texts
from .options import ReadOptions
from .raw import Bad, Batch, RawTable
from .spool import Spool
from .troubles import Troubles, refusal
from .types import NATIVE, SURE, Column, Observed, converter, type_of

Progress = Callable[[int], None]
"""Told the number of rows read so far, once a batch."""


@dataclass
class Table:
    """One sheet, table or list of records, with types; its rows can be gone through as often as wanted."""

    file: str
    part: str
    columns: list[Column]
    rows: int
    troubles: Troubles
    _spool: Spool
    _sure: list[Callable[[Any], Any] | None] = field(default_factory=list)
    """For each column, what makes its cells values where all are known to fit; None where each is tried."""
    _normal: Callable[[str], str] | None = None

    def batches(self) -> Iterator[list[list[Any]]]:
        """The values column by column, some thousand rows at a time.

        Raises:
            FileError: a value is not of the type given for its column (unless that is allowed).
        """
        known = {id(self.troubles): len(self.troubles.listed())}
        for batch in self._spool:
            cells = _columns_of(batch, len(self.columns))
            yield [self._typed(at, held, batch.numbers) for at, held in enumerate(cells)]
        if len(self.troubles.listed()) != known[id(self.troubles)]:
            self.troubles.check()

    def rows_of_values(self) -> Iterator[tuple[Any, ...]]:
        for columns in self.batches():
            yield from zip(*columns, strict=True)

    def _typed(self, at: int, cells: Sequence[Any], numbers: Sequence[int]) -> list[Any]:
        sure, column = self._sure[at], self.columns[at]
        if sure is not None:
            return _mapped(sure, cells)
        convert = converter(column.type)
        if self._normal is not None and column.type != "string":
            normal = self._normal
            cells = [normal(cell) if isinstance(cell, str) else cell for cell in cells]
        try:
            return list(map(convert, cells))
        except (ValueError, OverflowError):
            return [self._one(convert, cell, row, column) for cell, row in zip(cells, numbers, strict=True)]

    def _one(self, convert: Callable[[Any], Any], cell: Any, row: int, column: Column) -> Any:
        try:
            return convert(cell)
        except (ValueError, OverflowError):
            shown = str(cell) if len(str(cell)) <= 40 else f"{str(cell)[:39]}…"
            message = f"{shown!r} is no {column.type}"
            self.troubles.add("wrong-type", message, part=self.part, row=row, column=column.name)
            return None

    def close(self) -> None:
        self._spool.close()


def parts_of(file: Path, options: ReadOptions) -> tuple[list[str], Troubles]:
    """The sheets or tables of a file, and what is wrong with it as a whole."""
    troubles = Troubles(str(file), frozenset(options.allow))
    found = formats.reader_of(guard.usable(file)).parts(file, options, troubles)
    return found, troubles


@contextmanager
def open_table(
    file: str | Path, options: ReadOptions | None = None, part: str | None = None, told: Progress | None = None
) -> Iterator[Table]:
    """The table that a file holds, or the one that the options name.

    Args:
        part: one of `parts_of`, instead of what the options name.

    Raises:
        FileError: with every place that stops.
    """
    path, options = Path(file), options or ReadOptions()
    reader = formats.reader_of(guard.usable(path))
    troubles = Troubles(str(path), frozenset(options.allow))
    with guard.unchanged(path):
        chosen = part if part is not None else _only(path, reader.parts(path, options, troubles))
        table = _read(reader.read(path, chosen, options, troubles), options, troubles, told)
    try:
        yield table
    finally:
        table.close()


def _only(file: Path, parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    format = formats.format_of(file)
    word = format.part or "table"
    if not parts:
        raise refusal(file, f"holds no {word}")
    raise refusal(file, f"holds {len(parts)} {word}s: {', '.join(parts)}; name one with {word}")


def _read(raw: RawTable, options: ReadOptions, troubles: Troubles, told: Progress | None) -> Table:
    seen: list[Observed] = []
    spool, rows = Spool(), 0
    normal = texts.with_point if options.decimal == "," and raw.inference == "texts" else None
    for batch in raw.batches:
        batch = _washed(batch, raw, troubles)
        cells = _columns_of(batch, len(raw.headings))
        seen += [Observed(raw.inference) for _ in range(len(cells) - len(seen))]
        for observed, held in zip(seen, cells, strict=True):
            observed.add([normal(c) if isinstance(c, str) else c for c in held] if normal else held, batch.numbers)
        spool.add(batch)
        rows += len(batch.rows)
        if told:
            told(rows)
    seen += [Observed(raw.inference) for _ in range(len(raw.headings) - len(seen))]
    if not raw.headings:
        raise refusal(troubles.file, "holds no columns", part=raw.part)
    _count(raw, rows, troubles)
    columns = _columns(raw, seen, options, troubles)
    sure = [_sure(column, observed, normal is None) for column, observed in zip(columns, seen, strict=True)]
    return Table(troubles.file, raw.part, columns, rows, troubles, spool, sure, normal)


def _sure(column: Column, observed: Observed, as_read: bool) -> Callable[[Any], Any] | None:
    kinds = set(observed.kinds)
    if column.type in NATIVE and kinds <= {NATIVE[column.type]}:
        return _same
    return SURE.get(column.type) if kinds == {str} and as_read and observed.text.type == column.type else None


def _same(cell: Any) -> Any:
    return cell


def _mapped(make: Callable[[Any], Any], cells: Sequence[Any]) -> list[Any]:
    if make is _same:
        return list(cells)
    made = {cell: make(cell) for cell in set(cells) if cell is not None}
    return list(map(made.get, cells))


def _count(raw: RawTable, rows: int, troubles: Troubles) -> None:
    if raw.expected_rows is not None and raw.expected_rows != rows:
        message = f"says it holds {raw.expected_rows:,} rows, but {rows:,} could be read"
        troubles.add("short-file", message, part=raw.part)
    if not rows:
        troubles.add("empty", "holds no rows", part=raw.part)


def _columns(raw: RawTable, seen: list[Observed], options: ReadOptions, troubles: Troubles) -> list[Column]:
    names = headings.names(raw.headings, raw.part, troubles)
    given = {name.lower(): type_of(type) for name, type in options.types.items()}
    unknown = [name for name in options.types if name.lower() not in {each.lower() for each in [*names, *raw.headings]}]
    if unknown:
        raise refusal(troubles.file, f"no column {', '.join(unknown)}; there are {', '.join(names)}", part=raw.part)
    columns = []
    for name, heading, observed in zip(names, raw.headings, seen, strict=True):
        type = given.get(name.lower()) or given.get(heading.lower()) or _declared(raw, heading, observed)
        columns.append(Column(name, type, heading))
        odd = observed.oddity() if name.lower() not in given and heading.lower() not in given else None
        if odd and type == "string":
            troubles.add(odd[0], odd[1], part=raw.part, row=odd[2], column=name)
        if {list, dict} & set(observed.kinds):
            troubles.add("nested", "holds lists or objects, kept as JSON text", part=raw.part, column=name)
    return columns


def _declared(raw: RawTable, heading: str, observed: Observed) -> str:
    return raw.declared.get(heading) or observed.type


def _columns_of(batch: Batch, width: int) -> list[Sequence[Any]]:
    """A batch turned round, padded to so many columns."""
    cells: list[Sequence[Any]] = list(zip_longest(*batch.rows))
    missing = width - len(cells)
    return cells + [(None,) * len(batch.rows)] * missing if missing > 0 else cells


def _washed(batch: Batch, raw: RawTable, troubles: Troubles) -> Batch:
    """The batch with NULL where a cell holds a fault, which is told."""
    kinds: set[type] = set().union(*(set(map(type, row)) for row in batch.rows))
    odd = float in kinds and any(type(cell) is float and not math.isfinite(cell) for row in batch.rows for cell in row)
    if Bad not in kinds and not odd:
        return batch
    rows = []
    for row, number in zip(batch.rows, batch.numbers, strict=True):
        rows.append([_sound(cell, at, number, raw, troubles) for at, cell in enumerate(row)])
    return Batch(rows, batch.numbers)


def _sound(cell: Any, at: int, number: int, raw: RawTable, troubles: Troubles) -> Any:
    if type(cell) is float and not math.isfinite(cell) and raw.declared:
        return cell
    if type(cell) is float and not math.isfinite(cell):
        cell = Bad("not-a-number", f"{cell} is no number that a table can be asked about")
    if type(cell) is not Bad:
        return cell
    heading = raw.headings[at].strip() if at < len(raw.headings) else ""
    troubles.add(cell.kind, cell.message, part=raw.part, row=number, column=heading or f"column {at + 1}")
    return None
