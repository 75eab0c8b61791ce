"""references: every catalog, schema, table and function a SQL text names, with its exact place.

In: one text, and the space's own names to complete short ones by. Out: `Reference`s in reading order.
Aliases, CTEs, columns, strings and comments are no references.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from .scopes import KnownNames, Meaning, Parts, Scope, Source, lower

ReferenceKind = Literal["table", "function", "column", "catalog", "schema", "dynamic"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reference:
    """One name as written.

    Attributes:
        kind: "column" is a column's qualifier (the column itself is not part of it), "dynamic" an
            IDENTIFIER(...), "catalog" and "schema" come from USE.
        parts: the parts as written, back-ticks taken off. For "dynamic" the argument's text, if it
            is a plain string, else ().
        resolved: the full name meant (three parts; a schema's two, a catalog's one), or None if that
            cannot be told.
        candidates: the names it could mean, when there are several.
        spans: start and end offset of each part, back-ticks included.
        line, column: of the first part, from 1.
    """

    kind: ReferenceKind
    parts: Parts
    resolved: Parts | None
    spans: tuple[Span, ...]
    line: int
    column: int
    candidates: tuple[Parts, ...] = ()


def find_references(
    sql: str,
    *,
    tables: Collection[str] = (),
    functions: Collection[str] = (),
    expression: bool = False,
    aliases: Collection[str] = (),
) -> list[Reference]:
    """The references of one text, in reading order.

    Args:
        tables: three-part names that one- and two-part table names may stand for.
        functions: the same for functions.
        expression: the text is a bare expression, as in snippets and join conditions. Its columns
            are qualified by the last part of a table in `tables`, or by an alias.
        aliases: names that stand for a table in an expression and are no names of tables.

    Raises:
        UnreadableSql: the text cannot be read; with the place.
    """
    from .finding import Finder
    from .parsing import read_sql

    known, scope = KnownNames(tables), Scope()
    if expression:
        scope.sources = [Source(lower(name), Meaning.of([name])) for name in known.full]
        scope = Scope(scope, sources=[Source((alias.lower(),)) for alias in aliases])
    return Finder(read_sql(sql, expression=expression), known, KnownNames(functions)).find(scope, expression)


def tables_used(
    sql: str,
    *,
    tables: Collection[str] = (),
    expression: bool = False,
    aliases: Collection[str] = (),
) -> set[str]:
    """The three-part names of all tables a text reads or writes, as far as they can be told.

    Raises:
        UnreadableSql: the text cannot be read; with the place.
    """
    found = find_references(sql, tables=tables, expression=expression, aliases=aliases)
    return {".".join(ref.resolved) for ref in found if ref.resolved and ref.kind in ("table", "column")}
