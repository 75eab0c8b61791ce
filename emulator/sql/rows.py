"""rows: SELECT, INSERT, UPDATE, DELETE and TRUNCATE, carried out in SQLite.

A table's rows live in an SQLite table whose name is the table's full name.
"""

from __future__ import annotations

import decimal
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite

from ..catalog import securables
from ..state.store import quoted
from .session import Result, Session, SqlError

if TYPE_CHECKING:
    from ..workspace import Workspace

LOOKED_AT = 1_000
"""Rows of a query that tell the types of a table made of it."""
MAX_ROWS = 100_000
_AFFINITIES = {
    "LONG": "integer",
    "INT": "integer",
    "SHORT": "integer",
    "BYTE": "integer",
    "BOOLEAN": "integer",
    "DOUBLE": "real",
    "FLOAT": "real",
    "DECIMAL": "numeric",
}


class _Outcome(NamedTuple):
    """The columns' names, up to one more than MAX_ROWS rows, and how many rows were written."""

    names: list[str]
    rows: list[list[Any]]
    rowcount: int


class _Rows(SQLite):
    """SQLite with back-ticks: an unknown name in double quotes would pass as a text there."""

    class Tokenizer(SQLite.Tokenizer):
        IDENTIFIERS = ["`"]


def execute(session: Session, statement: exp.Expr) -> Result:
    """Carry out a statement on rows."""
    if isinstance(statement, exp.Query):
        return _select(session, statement)
    if isinstance(statement, exp.Insert):
        return _insert(session, statement)
    if isinstance(statement, (exp.Update, exp.Delete)):
        count = _run(session, _translated(session, statement, writes=True)).rowcount
        return Result([("num_affected_rows", "bigint")], [[str(count)]])
    if isinstance(statement, exp.TruncateTable):
        for table in statement.expressions:
            _run(session, f"delete from {quoted(_prepared(session, session.full_name(table), writes=True))}")
        return Result()
    raise SqlError("UNSUPPORTED_FEATURE", f"The local workspace does not know {statement.key.upper()}.")


def make(workspace: Workspace, info: dict[str, Any]) -> str:
    """Make sure a table of the catalog has a place for its rows; the answer is the place's name."""
    name = str(info["full_name"]).lower()
    if workspace.store.one("select 1 from sqlite_master where name = ?", name) is None:
        columns = ", ".join(
            f"{quoted(each['name'])} {_AFFINITIES.get(each['type_name'], 'text')}"
            f"{'' if each.get('nullable', True) else ' not null'}"
            for each in info["columns"]
        )
        workspace.store.run(f"create table {quoted(name)} ({columns or 'nothing'})")
    return name


def type_text(kind: exp.Expr) -> str:
    """A type as the catalog writes it: `decimal(10,2)`."""
    return re.sub(r"\((\d+), (\d+)\)", r"(\1,\2)", kind.sql(dialect="databricks").lower())


def translated(session: Session, query: exp.Expr) -> str:
    """A query in SQLite's words."""
    return _translated(session, query)


def kept_apart(session: Session, query: exp.Expr) -> str:
    """The rows of a query in a temporary table of that name, which may then replace a table that they are read from."""
    _run(session, f"create temp table {quoted(_APART)} as {_translated(session, query)}")
    return _APART


def fill(session: Session, name: str, kept: str) -> None:
    """Moves rows that were kept apart into a table."""
    _run(session, f"insert into {quoted(name)} select * from temp.{quoted(kept)}")
    _run(session, f"drop table temp.{quoted(kept)}")


_APART = "rows kept apart"


def described(session: Session, query: exp.Expr) -> list[dict[str, Any]]:
    """The columns a query has, for a table or view made of it."""
    assert isinstance(query, exp.Query)
    result = _select(session, query if query.args.get("limit") else query.limit(LOOKED_AT))
    return [{"name": name, "type": kind} for name, kind in result.columns]


def _prepared(session: Session, full_name: str, writes: bool = False) -> str:
    info = securables.require(session.workspace, session.caller, "table", full_name)
    if writes and info.get("owner") == securables.SYSTEM_OWNER:
        raise SqlError("INSUFFICIENT_PERMISSIONS", f"User does not have MODIFY on Table '{full_name}'.")
    return make(session.workspace, info)


def _translated(session: Session, statement: exp.Expr, writes: bool = False) -> str:
    """The statement in SQLite's words, every table made ready and called by its one quoted name."""
    statement = statement.copy()
    ours = {each.alias for each in statement.find_all(exp.CTE)}
    for table in list(statement.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier) or (table.name in ours and not table.db):
            continue
        full_name, alias = session.full_name(table), table.alias or table.name
        if full_name.split(".")[1].lower() == "information_schema":
            name = _information(session.workspace, *full_name.lower().split(".")[::2])
        else:
            name = _prepared(session, full_name, writes and table.parent is statement)
        plain = exp.Table(this=exp.to_identifier(name, quoted=True))
        keeps_name = table.parent is statement or isinstance(table.parent, exp.Schema)
        table.replace(plain if keeps_name else exp.alias_(plain, alias, table=True))
    for column in statement.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    rewritten = statement.transform(lambda node: _rewritten(session, node), copy=False)
    return rewritten.sql(dialect=_Rows, identify=True, copy=False)


def _rewritten(session: Session, node: exp.Expr) -> exp.Expr:
    """What SQLite calls by another name, or misunderstands."""
    if isinstance(node, exp.CurrentUser):
        return exp.Literal.string(session.caller.name)
    if isinstance(node, (exp.Cast, exp.TryCast)):
        if node.is_type("date"):
            return exp.Anonymous(this="date", expressions=[node.this])
        if node.is_type("timestamp", "timestamptz", "timestampntz", "timestampltz"):
            return node.this
        if node.is_type("boolean"):
            return exp.Anonymous(this="as_boolean", expressions=[node.this])
    return node


def _run(session: Session, sql: str) -> _Outcome:
    """Carry out a statement in SQLite's words, for as long as the workspace gives it."""
    workspace, connection = session.workspace, session.workspace.store.connection
    connection.create_function("as_boolean", 1, _as_boolean, deterministic=True)
    connection.create_function("md5", 1, _digest("md5"), deterministic=True)
    connection.create_function("sha", 1, _digest("sha1"), deterministic=True)
    connection.create_function("sha1", 1, _digest("sha1"), deterministic=True)
    connection.create_function("sha2", 2, lambda text, bits: _digest(f"sha{bits or 256}")(text), deterministic=True)
    with workspace.store.interrupted_after(session.limit_s or workspace.settings.statement_limit_s):
        cursor = connection.execute(sql, session.parameters)
        names = [each[0] for each in cursor.description or []]
        return _Outcome(names, [list(row) for row in cursor.fetchmany(MAX_ROWS + 1)], cursor.rowcount)


def _digest(name: str) -> Any:
    return lambda text: None if text is None else hashlib.new(name, str(text).encode()).hexdigest()


def _as_boolean(held: Any) -> Any:
    if isinstance(held, str):
        return {"true": 1, "t": 1, "1": 1, "yes": 1, "false": 0, "f": 0, "0": 0, "no": 0}.get(held.lower())
    return None if held is None else int(bool(held))


def _insert(session: Session, statement: exp.Insert) -> Result:
    schema = statement.this if isinstance(statement.this, exp.Schema) else None
    table = schema.this if schema else statement.this
    name = _prepared(session, session.full_name(table), writes=True)
    if statement.args.get("overwrite"):
        _run(session, f"delete from {quoted(name)}")
    columns = f" ({', '.join(quoted(each.name) for each in schema.expressions)})" if schema else ""
    values = _translated(session, statement.expression)
    count = _run(session, f"insert into {quoted(name)}{columns} {values}").rowcount
    return Result([("num_affected_rows", "bigint"), ("num_inserted_rows", "bigint")], [[str(count), str(count)]])


def _select(session: Session, query: exp.Expr) -> Result:
    names, raw = _raw(session, query)
    known = _column_types(session, query)
    types = [known.get(name.lower()) or _guessed([row[index] for row in raw]) for index, name in enumerate(names)]
    return Result(
        list(zip(names, types, strict=True)),
        [[written(held, kind) for held, kind in zip(row, types, strict=True)] for row in raw],
    )


def _raw(session: Session, query: exp.Expr) -> tuple[list[str], list[list[Any]]]:
    done = _run(session, _translated(session, query))
    if len(done.rows) > MAX_ROWS:
        raise too_much(query, f"The local workspace answers with up to {MAX_ROWS:,} rows.")
    return done.names, done.rows


def too_much(statement: exp.Expr | None, otherwise: str) -> SqlError:
    """A statement that goes beyond a bound; `otherwise` is what to say of one that does not call itself.

    On a warehouse a recursion fails after a hundred steps unless it says MAX RECURSION LEVEL, with an error of
    this name, says the page on common table expressions in Databricks' SQL reference. Steps are not counted here, so a
    recursion of more that ends in time passes.
    """
    if statement is not None and any(each.recursive for each in statement.find_all(exp.With)):
        return SqlError(
            "RECURSION_LEVEL_LIMIT_EXCEEDED",
            "Recursion level limit reached but query has not exhausted, try increasing it like"
            " 'WITH RECURSIVE t(col) MAX RECURSION LEVEL 200'.",
        )
    return SqlError("UNSUPPORTED_FEATURE", otherwise)


def _column_types(session: Session, query: exp.Expr) -> dict[str, str]:
    """Types of the output columns that are plain columns of a table, by lower-case name."""
    types: dict[str, str] = {}
    for table in query.find_all(exp.Table):
        info = securables.find(session.workspace, "table", session.full_name(table)) or {"columns": []}
        types.update({each["name"].lower(): each["type_text"] for each in info["columns"]})
    for projection in query.selects if isinstance(query, exp.Query) else []:
        inner = projection.unalias()
        name = projection.alias_or_name.lower()
        if isinstance(inner, exp.Column) and not isinstance(inner.this, exp.Star):
            types[name] = types.get(inner.name.lower(), "")
        elif isinstance(inner, exp.Cast):
            types[name] = type_text(inner.to)
        elif isinstance(inner, exp.Count):
            types[name] = "bigint"
        elif not inner.is_star:
            types.pop(name, None)
    return {name: kind for name, kind in types.items() if kind}


def _guessed(values: list[Any]) -> str:
    held = next((each for each in values if each is not None), None)
    return {int: "bigint", float: "double"}.get(type(held), "string")


def written(held: Any, kind: str) -> str | None:
    """A value as the JSON_ARRAY format writes it: text always, in the form of its type."""
    if held is None:
        return None
    base = kind.partition("(")[0].partition("<")[0]
    if base == "boolean":
        return "true" if _as_boolean(held) else "false"
    if base == "decimal":
        scale = int((kind.rstrip(")").partition(",")[2] or "0").strip())
        return str(decimal.Decimal(str(held)).quantize(decimal.Decimal(1).scaleb(-scale)))
    if base in ("double", "float"):
        return str(float(held))
    if base == "timestamp":
        day, _, hour = str(held).replace("T", " ").rstrip("Z").partition(" ")
        hour, _, fraction = (hour or "00:00:00").partition(".")
        return f"{day}T{hour}.{(fraction + '000')[:3]}Z"
    return str(held)


def _information(workspace: Workspace, holder: str, view: str) -> str:
    """`information_schema.tables` and its like, written afresh for each question."""
    kinds = {"tables": "table", "views": "table", "columns": "table", "routines": "function", "schemata": "schema"}
    if view not in kinds:
        raise SqlError("TABLE_OR_VIEW_NOT_FOUND", f"Table '{holder}.information_schema.{view}' does not exist.")
    listed = []
    for name in securables.names(workspace, kinds[view], "" if holder == "system" else holder):
        info = securables.find(workspace, kinds[view], name) or {}
        prefix = {
            "tables": "table",
            "views": "table",
            "columns": "table",
            "routines": "routine",
            "schemata": "catalog",
        }[view]
        row = {
            f"{prefix}_catalog": info.get("catalog_name"),
            f"{prefix}_schema": info.get("schema_name"),
            f"{prefix}_name": info["name"],
            "table_type": info.get("table_type"),
            "comment": info.get("comment"),
            "schema_name": info["name"],
            "catalog_name": info.get("catalog_name"),
        }
        listed += (
            [
                {
                    **row,
                    "column_name": each["name"],
                    "data_type": each["type_text"],
                    "ordinal_position": each["position"],
                    "comment": each.get("comment"),
                }
                for each in info["columns"]
            ]
            if view == "columns"
            else [row]
        )
    name = f"information_schema {holder} {view}"
    columns = list(listed[0]) if listed else ["table_catalog", "table_schema", "table_name", "column_name"]
    workspace.store.run(f"drop table if exists temp.{quoted(name)}")
    workspace.store.run(f"create temp table {quoted(name)} ({', '.join(columns)})")
    workspace.store.connection.executemany(
        f"insert into temp.{quoted(name)} values ({', '.join('?' * len(columns))})",
        [[held if not isinstance(held, (dict, list)) else json.dumps(held) for held in row.values()] for row in listed],
    )
    return name
