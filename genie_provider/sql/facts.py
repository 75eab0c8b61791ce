"""facts: what rules want to know of one SQL text: can it be read, which columns of which tables, what it joins.

The answer depends on the text alone, never on the space around it, so that it can be kept. Imports sqlglot on the
first text. A column is listed only where its table is certain; a rule that says nothing is better than one that
is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .places import UnreadableSql, place_of
from .scopes import Parts, lower

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

VERSION: Final = 1
"""Goes up when the same text gives other facts."""


@dataclass(frozen=True, slots=True)
class UsedColumn:
    """A column as a text uses it.

    Attributes:
        table: the table's name as written in FROM; in a bare expression the words before the column's.
        is_key: whether it stands in an equality with another table's column.
    """

    table: Parts
    name: str
    line: int
    column: int
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class UsedJoin:
    """An equality between columns of two tables."""

    left: Parts
    left_column: str
    right: Parts
    right_column: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SqlFacts:
    """What one text says. `problem` is (line, column, what is wrong), where it cannot be read."""

    problem: tuple[int, int, str] | None = None
    columns: tuple[UsedColumn, ...] = ()
    joins: tuple[UsedJoin, ...] = ()


def facts_of(sql: str, *, expression: bool = False) -> SqlFacts:
    """The facts of a text of statements, or with `expression` of a bare expression."""
    from .parsing import read_sql

    try:
        parsed = read_sql(sql, expression=expression)
    except UnreadableSql as error:
        return SqlFacts((error.line or 1, error.column or 1, error.message))
    columns: list[UsedColumn] = []
    joins: list[UsedJoin] = []
    for statement in parsed.statements:
        found = _of_expression(sql, statement) if expression else _of_query(sql, statement)
        for fact in found:
            (columns if isinstance(fact, UsedColumn) else joins).append(fact)  # type: ignore[arg-type]
    return SqlFacts(None, tuple(columns), tuple(joins))


def _of_expression(sql: str, tree: exp.Expr) -> Iterator[UsedColumn]:
    from sqlglot import exp

    from .trees import identifiers

    for node in tree.find_all(exp.Column):
        names = identifiers(node)
        if names and not isinstance(node.this, exp.Star):
            written = [_written(sql, name) for name in names]
            place = place_of(sql, names[-1].meta["start"])
            yield UsedColumn(tuple(written[:-1]), written[-1], *place)


def _of_query(sql: str, tree: exp.Expr) -> Iterator[UsedColumn | UsedJoin]:
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.scope import traverse_scope

    try:
        scopes = traverse_scope(tree)
    except (SqlglotError, RecursionError):  # two relations of one name, for example: nothing is certain then
        return
    seen: set[int] = set()
    for scope in scopes:  # the innermost first: the outer ones list the columns of the inner ones again
        known = {id(column): found for column in scope.columns if (found := _resolved(sql, column, scope))}
        keys = set()
        for equality, join in _joins(known, scope):
            keys |= {id(equality.this), id(equality.expression)}
            yield join
        for column in scope.columns:
            if id(column) not in seen and id(column) in known:
                yield replace(known[id(column)], is_key=id(column) in keys)
            seen.add(id(column))


def _resolved(sql: str, column: exp.Column, scope: Scope) -> UsedColumn | None:
    from sqlglot import exp

    from .trees import has_place

    if isinstance(column.this, exp.Star) or not has_place(column.this) or column.args.get("db"):
        return None
    if not column.table and _is_unit(column):
        return None
    own = {name.lower(): source for name, source in scope.sources.items()}
    source = own.get(column.table.lower()) if column.table else _only_source(column, scope)
    if not isinstance(source, exp.Table):
        return None
    table = _table_parts(sql, source)
    if not table:
        return None
    place = place_of(sql, column.this.meta["start"])
    return UsedColumn(table, _written(sql, column.this), *place)


_UNITS: Final = ("TIMESTAMPDIFF", "DATEDIFF", "DATE_DIFF", "TIMESTAMPADD", "DATEADD", "DATE_ADD")
"""Functions whose first argument may be a word such as SECOND, which reads like a column."""


def _is_unit(column: exp.Column) -> bool:
    call = column.parent
    is_first = call is not None and call.args.get("expressions", [None])[0] is column
    return is_first and call is not None and call.name.upper() in _UNITS


def _only_source(column: exp.Column, scope: Scope) -> exp.Table | Scope | None:
    """The one relation that a column without a table's name can be of; None where there are more, or aliases."""
    select = scope.expression
    extra = [select.args.get(key) for key in ("laterals", "pivots")]
    if len(scope.selected_sources) != 1 or scope.is_correlated_subquery or any(extra) or _is_subquery(scope):
        return None
    relation, source = next(iter(scope.selected_sources.values()))
    aliases = {projection.alias.lower() for projection in getattr(select, "selects", ()) if projection.alias}
    if column.name.lower() in aliases or relation.args.get("pivots") or relation.args.get("laterals"):
        return None
    return source


def _is_subquery(scope: Scope) -> bool:
    """In a sub-query of a condition a bare column may be one of the query around it."""
    return bool(scope.is_subquery)


def _joins(known: dict[int, UsedColumn], scope: Scope) -> Iterator[tuple[exp.EQ, UsedJoin]]:
    from sqlglot import exp

    for equality in scope.find_all(exp.EQ):
        one, other = known.get(id(equality.this)), known.get(id(equality.expression))
        if one and other and lower(one.table) != lower(other.table):
            yield equality, UsedJoin(one.table, one.name, other.table, other.name, one.line, one.column)


def _table_parts(sql: str, table: exp.Table) -> Parts:
    from .trees import identifiers

    return tuple(_written(sql, name) for name in identifiers(table))


def _written(sql: str, name: exp.Expr) -> str:
    text = sql[name.meta["start"] : name.meta["end"] + 1]
    return text[1:-1].replace("``", "`") if text.startswith("`") else text


# ── without sqlglot ─────────────────────────────────────────────────────────────────────────

_NOT_CODE = re.compile(
    r"""'(?:\\.|[^'\\])*(?:'|\Z)|"(?:\\.|[^"\\])*(?:"|\Z)|`[^`]*`|--[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL
)
_PARAMETER = re.compile(r"(?<![\w`)\]:]):([A-Za-z_]\w*)")


def without_texts(sql: str) -> str:
    """The text with blanks in place of strings, quoted names and comments; every offset stays."""
    return _NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), sql)


def parameters_in(sql: str) -> dict[str, tuple[int, int]]:
    """The names of the `:parameters` of a text, each with its first place."""
    if ":" not in sql:
        return {}
    found: dict[str, tuple[int, int]] = {}
    masked = _NOT_CODE.sub(lambda piece: re.sub(r"[^\n]", "`" if piece[0].startswith("`") else " ", piece[0]), sql)
    for match in _PARAMETER.finditer(masked):
        found.setdefault(match[1], place_of(sql, match.start()))
    return found
