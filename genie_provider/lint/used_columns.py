"""used_columns: the columns that a space's SQL uses, each with the table of the space that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.identifiers import last_part, parts
from ..model.variables import PENDING
from ..sql.facts import UsedColumn
from ..sql.scopes import KnownNames, Parts
from .rule import Path, Space
from .walk import expressions, key, queries, tables


def used_columns(space: Space) -> Iterator[tuple[str, UsedColumn, Path]]:
    """(table's key, column, path of the text), where the table is certain and one of the space's."""
    if space.sql is None:
        return
    keys = _Keys(space)
    for path, text in queries(space.spec):
        for used in space.sql.facts(text).columns if PENDING not in text else ():
            table = keys.of(used.table)
            if table:
                yield table, used, path
    words = _words(space)
    for path, text in expressions(space.spec):
        columns = space.sql.facts(text, expression=True).columns if PENDING not in text else ()
        own = words | _sides(space, path) if columns and path[1] == "join_specs" else words
        for used in columns:
            table = own.get(used.table[-1].lower(), "") if len(used.table) == 1 else ""
            if table:
                yield table, used, path


class _Keys:
    """The space's tables by any name that a query may call them."""

    def __init__(self, space: Space) -> None:
        self._names = KnownNames([table.identifier for _, table in tables(space.spec)])
        self._known: dict[Parts, str] = {}

    def of(self, written: Parts) -> str:
        """The key of the table meant, "" where it is none of them or not certain."""
        found = self._known.get(written)
        if found is None:
            meant = self._names.meaning(written).resolved
            found = self._known[written] = key(".".join(f"`{part}`" for part in meant)) if meant else ""
        return found


def _words(space: Space) -> dict[str, str]:
    """What a word before a column stands for in a snippet: the last part of a table's name."""
    found: dict[str, str] = {}
    for _, table in tables(space.spec):
        word = last_part(table.identifier).lower()
        found[word] = "" if word in found else key(table.identifier)
    return found


def _sides(space: Space, path: Path) -> dict[str, str]:
    """The words that a join has besides."""
    join = space.spec.instructions.join_specs[int(path[2])]
    sides = [side for side in (join.left, join.right) if parts(side.identifier)]
    return {(side.alias or last_part(side.identifier)).strip("`").lower(): key(side.identifier) for side in sides}
