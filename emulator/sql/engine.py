"""engine: the statements the workspace understands.

Read as Databricks SQL, carried out on the catalog and, for rows, in SQLite. It is no warehouse: what a tool
needs to make, fill, look at and drop small tables works, and anything else fails with a plain message.
"""

from __future__ import annotations

import dataclasses
import logging
import sqlite3
from typing import TYPE_CHECKING

from ..errors import ApiError
from .session import Result, Session, SqlError

if TYPE_CHECKING:
    from sqlglot import exp

# A workspace reads more. What is read here is then written anew for SQLite, which takes up to two seconds at this
# length, and nobody else is answered meanwhile.
MAX_CHARACTERS = 2**18

FILES_LIMIT_S = 600.0


def execute(session: Session, text: str) -> Result:
    """Carry out one statement.

    Raises:
        SqlError: it is not understood, it failed, or it took too long; nothing of it is kept.
    """
    return run(session, text, parsed(text))


def parsed(text: str) -> exp.Expr | None:
    """The statement as a tree, or None for one that `commands` takes by its first words.

    It asks nothing of a workspace, so that a thread of its own can do it: the longest takes a second.

    Raises:
        SqlError: it is too long, too deep, or not understood.
    """
    import sqlglot  # takes a while to import, and most workspaces never run a statement

    from . import commands

    if len(text) > MAX_CHARACTERS:
        raise SqlError(
            "UNSUPPORTED_FEATURE", f"The local workspace reads statements of up to {MAX_CHARACTERS:,} characters."
        )
    if commands.takes(_trimmed(text)):
        return None
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        statements = sqlglot.parse(_trimmed(text), read="databricks")
    except sqlglot.errors.SqlglotError as problem:
        raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error: {str(problem).splitlines()[0]}") from None
    except RecursionError:
        raise _too_deep() from None
    if len(statements) != 1 or statements[0] is None:
        raise SqlError("PARSE_SYNTAX_ERROR", "Exactly one statement a call.")
    return statements[0]


def run(session: Session, text: str, tree: exp.Expr | None) -> Result:
    """Carry out a statement that `parsed` has read.

    Raises:
        SqlError: it failed, or it took too long; nothing of it is kept.
    """
    from sqlglot.errors import SqlglotError

    try:
        with session.workspace.store.writing():
            if tree is not None and _reads_files(tree):
                return _with_files(session, text, tree)
            return _carried_out(session, text, tree)
    except SqlglotError as problem:
        raise SqlError("PARSE_SYNTAX_ERROR", f"Syntax error: {str(problem).splitlines()[0]}") from None
    except RecursionError:
        raise _too_deep() from None
    except sqlite3.OperationalError as problem:
        raise _interrupted(tree) if str(problem) == "interrupted" else SqlError(*_of_sqlite(str(problem))) from None
    except sqlite3.Error as problem:
        raise SqlError(*_of_sqlite(str(problem))) from None
    except ApiError as problem:
        raise SqlError(*_of_catalog(problem)) from None


def _reads_files(tree: exp.Expr) -> bool:
    from sqlglot import exp

    calls = (each for each in tree.find_all(exp.Anonymous) if each.name.lower() == "read_files")
    return isinstance(tree, exp.Copy) or any(calls)


def _with_files(session: Session, text: str, tree: exp.Expr) -> Result:
    """A statement over files, which may take as long as they are large."""
    from sqlglot import exp

    from . import read_files

    patient = dataclasses.replace(session, limit_s=FILES_LIMIT_S)
    if isinstance(tree, exp.Copy):
        return read_files.copy_into(patient, tree)
    replaced, made = read_files.replaced(patient, tree)
    result = _carried_out(patient, text, replaced)
    read_files.forget(session.workspace, made)
    return result


def _carried_out(session: Session, text: str, tree: exp.Expr | None) -> Result:
    from . import commands, ddl, rows

    if tree is None:
        return commands.execute(session, _trimmed(text))
    done = ddl.execute(session, tree)
    return rows.execute(session, tree) if done is None else done


def _trimmed(text: str) -> str:
    return text.strip().rstrip(";")


def _too_deep() -> SqlError:
    return SqlError("PARSE_SYNTAX_ERROR", "Syntax error: the statement is nested too deeply.")


def _interrupted(tree: exp.Expr | None) -> SqlError:
    from . import rows

    return rows.too_much(tree, "The local workspace has no time for this statement: it took too long.")


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
