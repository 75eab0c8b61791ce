"""spec_tables: the tables that specs make of files, by `from_file`.

Small ones become a SeedTable, compared row by row; larger ones and those on volumes a TableFile. All files are looked
at before the first of them is sent; a table that several specs name is made once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from ..errors import GenieError, Place, Problem, SpecError
from ..files import formats, guard
from ..files.table import open_table
from ..files.troubles import STOPPING, FileError
from ..model.entries import TableSource
from ..model.variables import PENDING
from ..program.registry import Registry, table_makers
from ..specs.loader import Loaded
from . import content
from .resources import SeedTable, TableFile
from .table_files import is_local

_READING = ("sheet", "range", "table", "records", "pages", "delimiter", "encoding", "quote", "header", "decimal")


@dataclass(frozen=True)
class SpecTable:
    """A table that a spec makes of a file."""

    table: str
    source: TableSource
    place: Place

    @property
    def reading(self) -> dict[str, Any]:
        """How to read the file: what differs from the defaults."""
        default = TableSource(path="-")
        held = {name: getattr(self.source, name) for name in _READING}
        given = {name: value for name, value in held.items() if value != getattr(default, name)}
        return {**given, **({"allow": tuple(self.source.allow)} if self.source.allow else {})}


def tables_of(loaded: Loaded) -> Iterator[SpecTable]:
    """The tables of all specs that have a file."""
    for name, spec in loaded.specs.items():
        for at, table in enumerate(spec.data_sources.tables):
            if table.from_file is not None:
                yield SpecTable(
                    table.identifier, table.from_file, loaded.finder(name)(("data_sources", "tables", at, "from_file"))
                )


def problems_of(loaded: Loaded, folder: Path) -> list[Problem]:
    """What is wrong with the files, found without a network: each is there, readable, and small ones hold good rows."""
    found: list[Problem] = []
    seen: dict[str, SpecTable] = {}
    for each in tables_of(loaded):
        other = seen.setdefault(each.table.lower(), each)
        if other.source != each.source:
            found.append(Problem(f"{each.table} is made of another file, or otherwise, at {other.place}", each.place))
        elif other is each:
            found += [Problem(text, each.place) for text in _troubles(each, folder)]
    return found


def _troubles(each: SpecTable, folder: Path) -> list[str]:
    source = each.source
    unknown = [kind for kind in source.allow if kind not in STOPPING]
    if unknown:
        return [f"allow: there is no kind {unknown[0]!r}; there are {', '.join(STOPPING)}"]
    if PENDING in each.table:
        return ["a table made of a file needs a name that is known before anything is made"]
    try:
        if not is_local({"file": source.path}):
            formats.format_of(source.path)
            return []
        file = guard.usable(guard.inside(folder, source.path))
        formats.reader_of(file)
        if file.stat().st_size <= content.MOST_BYTES:
            _kind(each)
    except FileError as error:
        return [str(trouble) for trouble in error.troubles]
    except GenieError as error:
        return [str(error)]
    return []


def make(registry: Registry, names: list[str]) -> None:
    """Makes the tables of specs that were loaded.

    Raises:
        pulumi.RunError: with everything that is wrong with any of the files; nothing of them was sent.
    """
    if not any(table.from_file for name in names for table in registry.loaded.specs[name].data_sources.tables):
        return
    problems = problems_of(registry.loaded, Path.cwd())
    if problems:
        raise pulumi.RunError(f"the files of the specs have problems\n{SpecError(problems)}")
    for each in {each.table.lower(): each for each in tables_of(registry.loaded)}.values():
        if registry.maker_of(each.table) is None:
            _make(each)


def _make(each: SpecTable) -> None:
    source = each.source
    described: dict[str, Any] = {
        "types": source.types,
        "comment": source.comment,
        "column_comments": source.column_comments,
        "primary_key": source.primary_key,
        **each.reading,
    }
    if is_local({"file": source.path}) and _is_small(source.path) and _kind(each) is SeedTable:
        SeedTable(each.table, each.table, file=source.path, **described)
    else:
        TableFile(each.table, each.table, source.path, staging=source.staging, **described)


def _is_small(path: str) -> bool:
    return Path(path).stat().st_size <= content.MOST_BYTES


def _kind(each: SpecTable) -> type[SeedTable] | type[TableFile]:
    """By the rows of a small file. Raises FileError where it cannot be read as it stands."""
    from ..files.options import ReadOptions

    options = ReadOptions.from_inputs({**each.reading, "types": each.source.types})
    with open_table(each.source.path, options) as table:
        if options.types:
            for _ in table.batches():
                pass
        table.troubles.check()
        small = table.rows <= content.MOST_ROWS and all(column.family != "binary" for column in table.columns)
        return SeedTable if small else TableFile


table_makers.append(make)
