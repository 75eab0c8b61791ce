"""references: every catalog, schema, table and function a SQL text names, with its exact place.

In: one text, and the space's own names to complete short ones by. Out: `Reference`s in reading order.
Aliases, CTEs, columns, strings and comments are no references.
"""

from __future__ import annotations

from collections.abc import Collection

from .places import Reference
from .scopes import KnownNames, Meaning, Scope, Source, lower


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
