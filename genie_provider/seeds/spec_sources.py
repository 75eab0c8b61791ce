"""spec_sources: the files that specs make tables of, and what is wrong with them. Neither network nor Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from ..errors import GenieError, Place, Problem
from ..files import formats, guard
from ..files.options import ReadOptions
from ..files.table import open_table
from ..files.troubles import STOPPING, FileError
from ..model.entries import TableSource
from ..model.variables import PENDING
from ..specs.loader import Loaded

STAGING: Final = "genie_staging"
"""The volume, in the table's own schema, through which files go unless another is named."""
MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 1_000_000
"""Up to here a file's rows are compared one by one."""
_READING = ("sheet", "range", "table", "records", "pages", "delimiter", "encoding", "quote", "header", "decimal")


Way = Literal["rows", "uploaded", "read there", "downloaded"]


def is_remote(path: str) -> bool:
    """Whether the file lies on a volume or in the cloud."""
    return "://" in path or is_on_volume(path)


def is_on_volume(path: str) -> bool:
    return path.removeprefix("dbfs:").startswith("/Volumes/")


@dataclass(frozen=True)
class SpecTable:
    """A table that a spec makes of a file."""

    table: str
    source: TableSource
    place: Place

    @property
    def staging(self) -> str:
        """The folder through which the file goes if it is large and lies here."""
        schema = self.table.rpartition(".")[0].replace("`", "").replace(".", "/")
        return self.source.staging or f"/Volumes/{schema}/{STAGING}"

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
        if is_remote(source.path):
            formats.format_of(source.path)
            return []
        file = guard.usable(guard.inside(folder, source.path))
        formats.reader_of(file)
        if file.stat().st_size <= MOST_BYTES:
            has_few_rows(each, file)
    except FileError as error:
        return [str(replace(trouble, file=source.path)) for trouble in error.troubles]
    except GenieError as error:
        return [str(error)]
    return []


def way_of(each: SpecTable, folder: Path) -> Way:
    """How the file gets into its table.

    Raises:
        FileError: it cannot be read as it stands.
    """
    path = each.source.path
    if is_remote(path):
        return "read there" if formats.format_of(path).warehouse else "downloaded"
    file = folder / path
    return "rows" if file.stat().st_size <= MOST_BYTES and has_few_rows(each, file) else "uploaded"


def has_few_rows(each: SpecTable, file: Path) -> bool:
    """Whether the rows of a small file can be compared one by one.

    Raises:
        FileError: it cannot be read as it stands.
    """
    options = ReadOptions.from_inputs({**each.reading, "types": each.source.types})
    with open_table(file, options) as table:
        if options.types:
            for _ in table.batches():
                pass
        table.troubles.check()
        return table.rows <= MOST_ROWS and all(column.family != "binary" for column in table.columns)
