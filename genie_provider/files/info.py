"""info: what a file holds, for people and for JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import formats
from .options import ReadOptions
from .table import open_table, parts_of
from .troubles import FileError, Trouble
from .types import Column


@dataclass(frozen=True)
class PartInfo:
    """One sheet or table; without columns where it could not be read."""

    part: str
    columns: list[Column]
    rows: int
    troubles: list[Trouble]


@dataclass(frozen=True)
class FileInfo:
    file: str
    format: str
    size_bytes: int
    parts: list[PartInfo]
    troubles: list[Trouble]

    @property
    def stops(self) -> bool:
        """Whether nothing may be made of it as it is."""
        return any(each.stops for each in [*self.troubles, *(t for part in self.parts for t in part.troubles)])

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "format": self.format,
            "size_bytes": self.size_bytes,
            "troubles": [_trouble(each) for each in self.troubles],
            "parts": [_part(each) for each in self.parts],
        }


def _part(part: PartInfo) -> dict[str, Any]:
    columns = [{"name": each.name, "type": each.type, "heading": each.heading} for each in part.columns]
    troubles = [_trouble(each) for each in part.troubles]
    return {"part": part.part, "rows": part.rows, "columns": columns, "troubles": troubles}


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {
        "kind": trouble.kind,
        "message": trouble.message,
        "part": trouble.part,
        "row": trouble.row,
        "column": trouble.column,
        "stops": trouble.stops,
        "more": trouble.more,
    }


def info(file: str | Path, options: ReadOptions | None = None, told: Callable[[int], None] | None = None) -> FileInfo:
    """Reads the whole file; what is wrong with it is in the answer, not raised.

    Raises:
        FileError: there is no such file, or nothing here reads it.
    """
    path, options = Path(file), options or ReadOptions()
    format = formats.format_of(path)
    try:
        names, troubles = parts_of(path, options)
    except FileError as error:
        if not path.is_file() or format.missing:
            raise
        return FileInfo(str(path), format.name, path.stat().st_size, [], error.troubles)
    found = [_look(path, options, name, told) for name in names]
    return FileInfo(str(path), format.name, path.stat().st_size, found, troubles.listed())


def _look(path: Path, options: ReadOptions, part: str, told: Callable[[int], None] | None) -> PartInfo:
    try:
        with open_table(path, options, part, told) as table:
            if options.types:
                for _ in table.batches():
                    pass
            return PartInfo(part, table.columns, table.rows, table.troubles.listed())
    except FileError as error:
        return PartInfo(part, [], 0, error.troubles)
