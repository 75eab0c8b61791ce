"""descriptions: comments and keys of columns, which Unity Catalog keeps and Genie reads.

Inputs: `column_comments`, column → text; `primary_key`, names of columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..client import Table
from ..errors import GenieError
from ..lifecycle import Properties
from . import sql_literals
from .content import Column


def column_definitions(columns: Sequence[Column], inputs: Properties) -> str:
    """Columns as CREATE TABLE has them, with their comments and the key."""
    comments, key = _comments(inputs), _key(inputs)
    parts = []
    for column in columns:
        null = " NOT NULL" if column.name in key else ""
        comment = f" COMMENT {sql_literals.text(comments[column.name])}" if comments.get(column.name) else ""
        parts.append(f"{sql_literals.column(column.name)} {column.type.upper()}{null}{comment}")
    if key:
        names = ", ".join(map(sql_literals.column, key))
        parts.append(f"CONSTRAINT {sql_literals.column(_key_name(inputs))} PRIMARY KEY ({names})")
    return ", ".join(parts)


def check_names(inputs: Properties, columns: Sequence[str]) -> None:
    """Raises GenieError where a comment or the key names a column that is not there."""
    unknown = [name for name in [*_comments(inputs), *_key(inputs)] if name not in columns]
    if unknown:
        raise GenieError(f"no column {', '.join(unknown)}; there are {', '.join(columns)}")


def describe(news: Properties, olds: Properties | None = None) -> Iterator[str]:
    """The statements that give a table's columns their comments, as far as they differ from before."""
    name, before = sql_literals.name(str(news["name"]), 3), _comments(olds or {})
    after = _comments(news)
    for column in dict.fromkeys([*before, *after]):
        if before.get(column, "") != after.get(column, ""):
            text = sql_literals.text(after.get(column, ""))
            yield f"ALTER TABLE {name} ALTER COLUMN {sql_literals.column(column)} COMMENT {text}"


def add_key(inputs: Properties) -> Iterator[str]:
    """The statements that give a table without a key its key."""
    name, key = sql_literals.name(str(inputs["name"]), 3), _key(inputs)
    for column in key:
        yield f"ALTER TABLE {name} ALTER COLUMN {sql_literals.column(column)} SET NOT NULL"
    if key:
        names = ", ".join(map(sql_literals.column, key))
        constraint = sql_literals.column(_key_name(inputs))
        yield f"ALTER TABLE {name} ADD CONSTRAINT {constraint} PRIMARY KEY ({names})"


def described(table: Table, inputs: Properties) -> Properties:
    """What the live table says otherwise of the columns that the inputs speak of."""
    wanted = _comments(inputs)
    raw = table.raw.get("columns")
    live = {str(each.get("name")): str(each.get("comment") or "") for each in raw} if isinstance(raw, list) else {}
    found = {column: live.get(column, "") for column in wanted}
    return {} if found == wanted else {"column_comments": {key: text for key, text in found.items() if text}}


def _comments(inputs: Properties) -> dict[str, str]:
    held = inputs.get("column_comments")
    return {str(key): str(text) for key, text in held.items()} if isinstance(held, dict) else {}


def _key(inputs: Properties) -> list[str]:
    held = inputs.get("primary_key")
    return [str(name) for name in held] if isinstance(held, list) else []


def _key_name(inputs: Properties) -> str:
    return f"{str(inputs['name']).rpartition('.')[2].strip('`')}_key"
