"""commands: statements that the parser hands over whole, recognised by their first words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..catalog import privileges, securables
from ..state import principals
from .session import Result, Session, SqlError

_NAME = r"((?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+))*)"
_TEXT = r"'((?:[^'\\]|''|\\.)*)'|\"((?:[^\"\\]|\\.)*)\""
_PAIR = re.compile(rf"(?:{_TEXT}|([\w.]+))\s*=\s*(?:{_TEXT}|(\w+))")
_Command = Callable[[Session, "re.Match[str]"], Result]


def takes(text: str) -> bool:
    """Whether the statement is one of these."""
    return any(pattern.match(text) for pattern, _ in _COMMANDS)


def execute(session: Session, text: str) -> Result:
    """Carry out a statement that `takes` has recognised."""
    match, command = next((match, command) for pattern, command in _COMMANDS if (match := pattern.match(text)))
    return command(session, match)


def pairs(text: str) -> dict[str, str]:
    """`('a' = 'b', …)` as a dictionary."""
    found = {}
    for groups in _PAIR.findall(text):
        key, value = next(filter(None, groups[:3]), ""), next(filter(None, groups[3:]), "")
        found[_unescaped(key)] = _unescaped(value)
    return found


def _unescaped(text: str) -> str:
    # Two literals side by side are one text in Databricks SQL, so a doubled quote is no quote at all.
    return re.sub(r"\\(.)", r"\1", text.replace("''", ""))


def _comment_in(text: str) -> str | None:
    match = re.search(rf"\bCOMMENT\s+(?:{_TEXT})", text, re.IGNORECASE)
    return _unescaped(match[1] or match[2] or "") if match else None


def _create_holder(session: Session, match: re.Match[str]) -> Result:
    """CREATE SCHEMA and CREATE CATALOG."""
    kind = "catalog" if match[1].upper() == "CATALOG" else "schema"
    name = securables.plain(match[3])
    full_name = f"{session.catalog}.{name}" if kind == "schema" and "." not in name else name
    if securables.find(session.workspace, kind, full_name) is not None:
        if match[2]:
            return Result()
        raise SqlError(
            f"{kind.upper()}_ALREADY_EXISTS", f"Cannot create {kind} `{full_name}` because it already exists."
        )
    info: dict[str, Any] = {"owner": session.caller.name}
    comment = _comment_in(match[4])
    if comment is not None:
        info["comment"] = comment
    properties = re.search(r"DBPROPERTIES\s*(\(.*\))", match[4], re.IGNORECASE | re.DOTALL)
    if properties is not None:
        info["properties"] = pairs(properties[1])
    if kind == "catalog":
        securables.put_catalog(session.workspace, full_name, **info)
        return Result()
    securables.require(session.workspace, session.caller, "catalog", full_name.partition(".")[0])
    securables.put_schema(session.workspace, full_name, **info)
    return Result()


def _drop_catalog(session: Session, match: re.Match[str]) -> Result:
    name = securables.plain(match[2])
    if securables.find(session.workspace, "catalog", name) is None and match[1]:
        return Result()
    securables.require(session.workspace, session.caller, "catalog", name)
    if securables.names(session.workspace, "schema", name) and "CASCADE" not in match[3].upper():
        raise SqlError("CATALOG_NOT_EMPTY", f"Cannot drop catalog `{name}` because it contains schemas.")
    securables.remove(session.workspace, "catalog", name)
    return Result()


def _metric_view(session: Session, match: re.Match[str]) -> Result:
    """CREATE VIEW … WITH METRICS LANGUAGE YAML AS $$…$$: its dimensions and measures are its columns."""
    full_name, text = securables.plain(match[2]), match[4]
    if securables.find(session.workspace, "table", full_name) is not None and not match[1]:
        raise SqlError("TABLE_OR_VIEW_ALREADY_EXISTS", f"Cannot create view `{full_name}` because it already exists.")
    securables.require(session.workspace, session.caller, "schema", full_name.rpartition(".")[0])
    columns = [{"name": name.strip("'\"")} for name in re.findall(r"^\s*-\s+name:\s*(.+?)\s*$", text, re.MULTILINE)]
    comment = _comment_in(match[3])
    properties = re.search(r"TBLPROPERTIES\s*(\([^)]*\))", match[3], re.IGNORECASE)
    securables.put_table(
        session.workspace,
        full_name,
        columns,
        table_type="METRIC_VIEW",
        owner=session.caller.name,
        view_definition=text.strip("\n"),
        comment=comment,
        properties=pairs(properties[1]) if properties else {},
    )
    return Result()


def _schema_properties(session: Session, match: re.Match[str]) -> Result:
    info = securables.require(session.workspace, session.caller, "schema", match[1])
    info["properties"] = {**info.get("properties", {}), **pairs(match[2])}
    securables.put(session.workspace, "schema", info)
    return Result()


def _unset(session: Session, match: re.Match[str]) -> Result:
    info = securables.require(session.workspace, session.caller, "table", match[1])
    for quoted, double in re.findall(_TEXT, match[2]):
        info.get("properties", {}).pop(quoted or double, None)
    securables.put(session.workspace, "table", info)
    return Result()


def _show_properties(session: Session, match: re.Match[str]) -> Result:
    info = securables.require(session.workspace, session.caller, "table", match[1])
    wanted = _unescaped(match[2] or "")
    rows: list[list[str | None]] = [
        [key, value] for key, value in sorted(info.get("properties", {}).items()) if not wanted or key == wanted
    ]
    return Result([("key", "string"), ("value", "string")], rows)


def _show(session: Session, match: re.Match[str]) -> Result:
    """SHOW CATALOGS, SCHEMAS, TABLES and FUNCTIONS."""
    kind = {
        "catalogs": "catalog",
        "schemas": "schema",
        "databases": "schema",
        "tables": "table",
        "views": "table",
        "functions": "function",
    }[match[2].lower()]
    inside = (
        securables.plain(match[3])
        if match[3]
        else {"catalog": "", "schema": session.catalog}.get(kind, f"{session.catalog}.{session.schema}")
    )
    found = [
        securables.find(session.workspace, kind, name) or {}
        for name in securables.names(session.workspace, kind, inside)
    ]
    if kind == "table":
        return Result(
            [("database", "string"), ("tableName", "string"), ("isTemporary", "boolean")],
            [[each["schema_name"], each["name"], "false"] for each in found],
        )
    column = {"catalog": "catalog", "schema": "databaseName", "function": "function"}[kind]
    return Result([(column, "string")], [[each["full_name"] if kind == "function" else each["name"]] for each in found])


def _describe(session: Session, match: re.Match[str]) -> Result:
    """DESCRIBE TABLE, SCHEMA or FUNCTION."""
    kind = (match[1] or "table").lower()
    info = securables.require(session.workspace, session.caller, kind, match[3])
    if kind == "table":
        rows: list[list[str | None]] = [
            [each["name"], each["type_text"], each.get("comment")] for each in info["columns"]
        ]
        if match[2]:
            rows += [
                ["", "", ""],
                ["# Detailed Table Information", "", ""],
                ["Catalog", info["catalog_name"], ""],
                ["Database", info["schema_name"], ""],
                ["Table", info["name"], ""],
                ["Owner", info["owner"], ""],
                ["Comment", info.get("comment") or "", ""],
                ["Type", info["table_type"], ""],
            ]
        return Result([("col_name", "string"), ("data_type", "string"), ("comment", "string")], rows)
    described = [[key, str(info[key])] for key in ("full_name", "owner", "comment") if info.get(key)]
    return Result([("info_name", "string"), ("info_value", "string")], [list(each) for each in described])


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace(" ", r"\s+") + r"\s*\Z", re.IGNORECASE | re.DOTALL)


_KINDS = "CATALOG|SCHEMA|DATABASE|TABLE|VIEW|FUNCTION|VOLUME"


def _grant(session: Session, match: re.Match[str]) -> Result:
    """GRANT … ON … TO and REVOKE … ON … FROM; without a kind it is a table."""
    kind = {"VIEW": "TABLE", "DATABASE": "SCHEMA"}.get((match[3] or "TABLE").upper(), (match[3] or "TABLE").upper())
    full_name, principal = securables.plain(match[4]), securables.plain(match[5])
    securables.require(session.workspace, session.caller, kind.lower(), full_name)
    if not privileges.manages(session.workspace, session.caller, kind.lower(), full_name):
        raise SqlError("INSUFFICIENT_PERMISSIONS", f"User does not have MANAGE on {kind.title()} '{full_name}'.")
    if not principals.exists(session.workspace, principal) and principal != privileges.EVERYBODY:
        raise SqlError("PRINCIPAL_DOES_NOT_EXIST", f"Could not find principal with name {principal}")
    change = privileges.grant if match[1].upper() == "GRANT" else privileges.revoke
    change(session.workspace, kind.lower(), full_name, principal, match[2].split(","))
    return Result()


def _alter_view(session: Session, match: re.Match[str]) -> Result:
    """Another query for a view; its properties and grants stay."""
    from . import engine

    held = securables.require(session.workspace, session.caller, "table", match[1])
    engine.execute(session, f"CREATE OR REPLACE VIEW {match[1]} AS {match[2]}")
    made = securables.find(session.workspace, "table", match[1]) or {}
    kept: dict[str, Any] = {key: held[key] for key in held.keys() & {"properties", "comment", "owner", "table_id"}}
    securables.put(session.workspace, "table", {**made, **kept})
    return Result()


def _version(session: Session, match: re.Match[str]) -> Result:
    return Result([("dbsql_version", "string")], [[session.workspace.settings.dbsql_version]])


_COMMANDS: list[tuple[re.Pattern[str], _Command]] = [
    (_pattern(rf"CREATE (SCHEMA|DATABASE|CATALOG)( IF NOT EXISTS)? {_NAME}(.*)"), _create_holder),
    (_pattern(rf"DROP CATALOG( IF EXISTS)? {_NAME}(.*)"), _drop_catalog),
    (_pattern(rf"CREATE( OR REPLACE)? VIEW {_NAME}(.*)WITH METRICS.*?\$\$(.*)\$\$"), _metric_view),
    (_pattern(rf"(GRANT|REVOKE) ([\w ,]+) ON (?:({_KINDS}) )?{_NAME} (?:TO|FROM) (`[^`]+`|[\w.@-]+)"), _grant),
    (_pattern(rf"ALTER VIEW {_NAME} AS (.*)"), _alter_view),
    (_pattern(rf"ALTER (?:SCHEMA|DATABASE) {_NAME} SET DBPROPERTIES(.*)"), _schema_properties),
    (_pattern(rf"ALTER TABLE {_NAME} UNSET TBLPROPERTIES(.*)"), _unset),
    (_pattern(rf"SHOW TBLPROPERTIES {_NAME}(?:\s*\(\s*'([^']*)'\s*\))?"), _show_properties),
    (_pattern(rf"SHOW( USER)? (CATALOGS|SCHEMAS|DATABASES|TABLES|VIEWS|FUNCTIONS)(?: (?:IN|FROM) {_NAME})?"), _show),
    (_pattern(rf"DESC(?:RIBE)?(?: (TABLE|SCHEMA|FUNCTION))?( EXTENDED)? {_NAME}"), _describe),
    (_pattern(r"SELECT current_version\(\)\.dbsql_version"), _version),
]
