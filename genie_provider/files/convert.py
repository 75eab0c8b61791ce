"""convert: files of data → Parquet, CSV or JSON lines.

    convert_files([Path("old.dbf")], Path("new.parquet"))

A target appears when it is finished, so an interrupted run leaves nothing that looks like a result.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..errors import GenieError
from . import arrow_csv, formats
from .options import ReadOptions
from .sinks import Sink, check_target, finished, sink_for
from .table import Table, open_table, parts_of
from .troubles import FileError, Trouble, Troubles, refusal
from .types import Column, as_text, converter, scale_of

Progress = Callable[[str, int], None]
"""Told the file (and sheet) at work and the rows done of it."""
MOST_PARTITIONS: Final = 1_000


@dataclass(frozen=True)
class Written:
    """What became of some tables."""

    file: Path
    rows: int
    size_bytes: int
    columns: list[Column] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def convert_files(
    files: Sequence[Path],
    target: Path,
    options: ReadOptions | None = None,
    *,
    apart: bool = False,
    partition: str = "",
    compression: str = "zstd",
    told: Progress | None = None,
) -> list[Written]:
    """All sheets and tables of the files (or those that the options name) as one file.

    Args:
        apart: one file each instead, named after the target and the sheet or file.
        partition: a column; the target becomes a folder with a file for each of its values.

    Raises:
        FileError: with all troubles that stop, of all files; nothing was written.
        GenieError: the columns of two tables do not go together.
    """
    check_target(target)
    options = options or ReadOptions()
    sources = [(file, part) for file in files for part in parts_of(file, options)[0]]
    if len(sources) == 1 and not partition:
        return [_convert_one(sources[0][0], sources[0][1], target, options, compression, told)]
    if apart:
        targets = zip(sources, _names(sources, target), strict=True)
        return [_convert_one(*each, name, options, compression, told) for each, name in targets]
    with contextlib.ExitStack() as stack:
        tables = [stack.enter_context(_opened(*each, options, told)) for each in sources]
        return [write_all(tables, target, compression=compression, partition=partition)]


def _opened(file: Path, part: str, options: ReadOptions, told: Progress | None) -> Any:
    name = f"{file} ({part})" if part else str(file)
    return open_table(file, options, part, (lambda rows: told(name, rows)) if told else None)


def _convert_one(
    file: Path, part: str, target: Path, options: ReadOptions, compression: str, told: Progress | None
) -> Written:
    if formats.format_of(file).name == "CSV" and target.suffix == ".parquet":
        done = _fast(file, target, options, compression, told)
        if done:
            return done
    with _opened(file, part, options, told) as table:
        return write_all([table], target, compression=compression)


def _fast(file: Path, target: Path, options: ReadOptions, compression: str, told: Progress | None) -> Written | None:
    """By pyarrow alone; None where that cannot be sure of every value."""
    troubles = Troubles(str(file))
    with finished(target) as partial:
        report = (lambda rows: told(str(file), rows)) if told else None
        done = arrow_csv.to_parquet(file, partial, options, troubles, report, compression)
        if done is None:
            partial.unlink(missing_ok=True)
            return None
    return Written(target, done[1], target.stat().st_size, done[0], troubles.listed())


def _names(sources: Sequence[tuple[Path, str]], target: Path) -> list[Path]:
    """`out.parquet` as `out-2026.parquet` for the sheet 2026; the file's name where that is needed."""
    files = {file for file, _ in sources}
    words = ["-".join(filter(None, [file.stem if len(files) > 1 or not part else "", part])) for file, part in sources]
    plain = [re.sub(r"[^\w.-]+", "_", word) for word in words]
    twice = [word for word in plain if plain.count(word) > 1]
    if twice:
        raise GenieError(f"two tables would become {target.stem}-{twice[0]}{target.suffix}; convert them one by one")
    return [target.with_name(f"{target.stem}-{word}{target.suffix}") for word in plain]


def write(table: Table, target: Path, *, compression: str = "zstd") -> Written:
    """One table as a file; its troubles that stop are raised before anything is written."""
    check_target(target)
    return write_all([table], target, compression=compression)


def write_all(tables: Sequence[Table], target: Path, *, compression: str = "zstd", partition: str = "") -> Written:
    """Several tables of the same columns as one file, or as a folder of one file for each value of a column."""
    stopping = [each for table in tables for each in table.troubles.listed() if each.stops]
    if stopping:
        raise FileError(stopping)
    columns = combined(tables)
    if partition:
        return _partitioned(tables, columns, target, partition, compression)
    with finished(target) as partial:
        sink = sink_for(target.suffix, partial, columns, compression)
        rows = _fill(sink, tables, columns)
    told = [each for table in tables for each in table.troubles.listed()]
    return Written(target, rows, target.stat().st_size, columns, told)


def _fill(sink: Sink, tables: Sequence[Table], columns: Sequence[Column]) -> int:
    rows = 0
    try:
        for table in tables:
            for batch in _aligned(table, columns):
                sink.add(batch)
                rows += len(batch[0]) if batch else 0
            table.troubles.check()
    finally:
        sink.close()
    return rows


def _partitioned(
    tables: Sequence[Table], columns: Sequence[Column], target: Path, partition: str, compression: str
) -> Written:
    """`out.parquet/year=2026/part.parquet`, as Spark reads it; the column itself is in the folder's name."""
    at = next((number for number, each in enumerate(columns) if each.name.lower() == partition.lower()), None)
    if at is None:
        raise refusal(target, f"partition: no column {partition}; there are {', '.join(c.name for c in columns)}")
    if target.exists():
        raise refusal(target, "is there already; partitions are not written over it")
    inner = [*columns[:at], *columns[at + 1 :]]
    rows, size = 0, 0
    with contextlib.ExitStack() as stack:
        sinks: dict[str, Sink] = {}
        files: list[Path] = []
        for table in tables:
            for batch in _aligned(table, columns):
                for word, held in _by_value(batch, at).items():
                    if word not in sinks:
                        if len(sinks) == MOST_PARTITIONS:
                            raise refusal(target, f"more than {MOST_PARTITIONS:,} values of {partition}")
                        file = target / f"{columns[at].name}={word}" / f"part{target.suffix}"
                        files.append(file)
                        sinks[word] = sink_for(target.suffix, stack.enter_context(finished(file)), inner, compression)
                        stack.callback(sinks[word].close)
                    sinks[word].add(held)
                    rows += len(held[0]) if held else 0
            table.troubles.check()
    size = sum(file.stat().st_size for file in files)
    return Written(target, rows, size, list(columns), [each for table in tables for each in table.troubles.listed()])


def _by_value(batch: list[list[Any]], at: int) -> dict[str, list[list[Any]]]:
    """A batch without one column, split by that column's value as folders are named by it."""
    from urllib.parse import quote

    found: dict[str, list[list[Any]]] = {}
    for row in zip(*batch, strict=True):
        value = row[at]
        word = "__HIVE_DEFAULT_PARTITION__" if value is None else quote(as_text(value), safe=" ")
        held = found.setdefault(word, [[] for _ in range(len(row) - 1)])
        for cells, cell in zip(held, [*row[:at], *row[at + 1 :]], strict=True):
            cells.append(cell)
    return found


def combined(tables: Sequence[Table]) -> list[Column]:
    """The columns of all tables, by name; the same name has to have one type, or types that one can hold.

    Raises:
        GenieError: naming the column, the types and the files.
    """
    found: dict[str, tuple[Column, Table]] = {}
    for table in tables:
        for column in table.columns:
            key = column.name.lower()
            held = found.get(key)
            type = _wider(held[0].type, column.type) if held else column.type
            if held and not type:
                raise GenieError(
                    f"column {column.name} is {held[0].type} in {_named(held[1])} and {column.type} in "
                    f"{_named(table)}; give its type, or convert them apart"
                )
            found[key] = (held[0] if held and held[0].type == type else Column(column.name, type), table)
    return [column for column, _ in found.values()]


def _named(table: Table) -> str:
    return f"{table.file} ({table.part})" if table.part else table.file


def _wider(one: str, other: str) -> str:
    """A type that holds the values of both; empty if there is none."""
    if one == other:
        return one
    for ladder in (("tinyint", "smallint", "int", "bigint"), ("float", "double"), ("date", "timestamp")):
        if one in ladder and other in ladder:
            return max(one, other, key=ladder.index)
    if one.startswith("decimal") and other.startswith("decimal"):
        (p1, s1), (p2, s2) = scale_of(one), scale_of(other)
        scale, room = max(s1, s2), max(p1 - s1, p2 - s2)
        return f"decimal({room + scale},{scale})" if room + scale <= 38 else ""
    if {one, other} <= {"int", "smallint", "tinyint", "double"}:
        return "double"
    return ""


def _aligned(table: Table, columns: Sequence[Column]) -> Iterator[list[list[Any]]]:
    """The table's batches under all columns, converted where another table's type is wider."""
    at = {column.name.lower(): number for number, column in enumerate(table.columns)}
    same = [column.type for column in columns] == [column.type for column in table.columns]
    for batch in table.batches():
        if same and len(at) == len(columns):
            yield batch
            continue
        rows = len(batch[0])
        aligned = []
        for column in columns:
            number = at.get(column.name.lower())
            held = batch[number] if number is not None else [None] * rows
            changed = number is not None and table.columns[number].type != column.type
            aligned.append(list(map(converter(column.type), held)) if changed else held)
        yield aligned
