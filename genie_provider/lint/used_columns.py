"""used_columns: the columns that a space's SQL uses, each with the table of the space that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.identifiers import last_part, parts
from ..model.variables import PENDING
from ..sql.facts import UsedColumn
from ..sql.scopes import KnownNames
from .rule import Path, Space
from .walk import expressions, key, queries, tables


def used_columns(space: Space) -> Iterator[tuple[str, UsedColumn, Path]]:
    """(table's key, column, path of the text), where the table is certain and one of the space's."""
    if space.sql is None:
        return
    names = KnownNames([table.identifier for _, table in tables(space.spec)])
    for path, text in queries(space.spec):
        if PENDING not in text:
            for used in space.sql.facts(text).columns:
                meaning = names.meaning(used.table)
                if meaning.resolved:
                    yield key(".".join(f"`{part}`" for part in meaning.resolved)), used, path
    for path, text in expressions(space.spec):
        if PENDING not in text:
            aliases = _aliases(space, path)
            for used in space.sql.facts(text, expression=True).columns:
                table = aliases.get(used.table[-1].lower()) if len(used.table) == 1 else None
                if table:
                    yield table, used, path


def _aliases(space: Space, path: Path) -> dict[str, str]:
    """What a word before a column stands for in a snippet (a table's last part) or in a join (also its aliases)."""
    found: dict[str, str] = {}
    for _, table in tables(space.spec):
        word = last_part(table.identifier).lower()
        found[word] = "" if word in found else key(table.identifier)
    if path[1] == "join_specs":
        join = space.spec.instructions.join_specs[int(path[2])]
        for side in (join.left, join.right):
            if parts(side.identifier):
                found[(side.alias or last_part(side.identifier)).strip("`").lower()] = key(side.identifier)
    return found
