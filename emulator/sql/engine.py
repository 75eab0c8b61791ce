"""engine: the statements the workspace understands.

Read as Databricks SQL, carried out on the catalog and, for rows, in SQLite. It is no warehouse: what a tool
needs to make, fill, look at and drop small tables works, and anything else fails with a plain message.
"""

from __future__ import annotations

import logging
import sqlite3

from ..errors import ApiError
from .session import Result, Session, SqlError


def execute(session: Session, text: str) -> Result:
    """Carry out one statement.

    Raises:
        SqlError: it is not understood, or it failed; nothing of it is kept.
    """
    import sqlglot  # takes a while to import, and most workspaces never run a statement

    from . import commands, ddl, rows

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    text = text.strip().rstrip(";")
    try:
        with session.workspace.store.writing():
            done = commands.execute(session, text)
            if done is not None:
                return done
            statements = sqlglot.parse(text, read="databricks")
            if len(statements) != 1 or statements[0] is None:
                raise SqlError("PARSE_SYNTAX_ERROR", "Exactly one statement a call.")
            statement = statements[0]
            done = ddl.execute(session, statement)
            return rows.execute(session, statement) if done is None else done
    except sqlglot.errors.SqlglotError as problem:
        first = str(problem).splitlines()[0]
        raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error: {first}") from None
    except sqlite3.Error as problem:
        raise SqlError(*_of_sqlite(str(problem))) from None
    except ApiError as problem:
        raise SqlError(*_of_catalog(problem)) from None


def _of_sqlite(message: str) -> tuple[str, str]:
    """SQLite's complaints in the classes that Databricks has for them."""
    for part, error_class in (
        ("no such column", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
        ("no such function", "UNRESOLVED_ROUTINE"),
        ("has no column named", "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"),
        ("values for", "INSERT_COLUMN_ARITY_MISMATCH"),
        ("columns but", "INSERT_COLUMN_ARITY_MISMATCH"),
        ("NOT NULL", "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"),
        ("did not supply a value", "UNBOUND_SQL_PARAMETER"),
    ):
        if part in message:
            return error_class, message
    return "UNSUPPORTED_FEATURE", f"The local workspace cannot run this statement: {message}"


def _of_catalog(problem: ApiError) -> tuple[str, str]:
    classes = {
        "TABLE_DOES_NOT_EXIST": "TABLE_OR_VIEW_NOT_FOUND",
        "SCHEMA_DOES_NOT_EXIST": "SCHEMA_NOT_FOUND",
        "CATALOG_DOES_NOT_EXIST": "NO_SUCH_CATALOG_EXCEPTION",
        "FUNCTION_DOES_NOT_EXIST": "ROUTINE_NOT_FOUND",
        "PERMISSION_DENIED": "INSUFFICIENT_PERMISSIONS",
    }
    return classes.get(problem.error_code, problem.error_code), problem.message
