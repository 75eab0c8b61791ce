"""securables: tables, functions, schemas and catalogs, there or gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..catalog import privileges, securables
from ..rules import definition
from .endpoint import Handler, listed, route

if TYPE_CHECKING:
    from ..workspace import Workspace


def _add_tables(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return [_add_table(workspace, dict(each)) for each in listed(sent)]


def _add_table(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    full_name, columns = securables.plain(given.pop("full_name")), given.pop("columns", {})
    if isinstance(columns, str):
        columns = securables.columns_from(columns)
    if isinstance(columns, dict):
        columns = [{"name": name, "type": kind} for name, kind in columns.items()]
    _make_schema(workspace, full_name.rpartition(".")[0])
    return securables.put_table(workspace, full_name, columns, without=given.pop("denied", None), **given)


def _add_tables_of(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    """Whatever tables and columns a definition refers to and the catalog lacks."""
    document = json.loads(sent) if isinstance(sent, str) else sent
    added = []
    for table in definition.tables(document):
        named = {each["column_name"]: "string" for each in table.get("column_configs") or []}
        held = securables.find(workspace, "table", table["identifier"])
        have = {each["name"].lower() for each in held["columns"]} if held else set()
        if held is None or not {name.lower() for name in named} <= have:
            added.append(_add_table(workspace, {"full_name": table["identifier"], "columns": named}))
    return added


def _make_schema(workspace: Workspace, full_name: str, **info: Any) -> dict[str, Any]:
    _make_catalog(workspace, full_name.partition(".")[0])
    return securables.put_schema(workspace, full_name, **info)


def _make_catalog(workspace: Workspace, name: str, readable: bool = True, **info: Any) -> dict[str, Any]:
    """Add a catalog that everybody may read, unless `readable` is false; one that is there stays as it is."""
    held = securables.find(workspace, "catalog", name)
    if held is None and readable:
        privileges.grant(workspace, "catalog", name, privileges.EVERYBODY, list(privileges.READ))
    return held or securables.put_catalog(workspace, name, **info)


def _privileges(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    """`{"kind": "schema", "full_name": "main.a", "principal": "analysts", "add": [...], "remove": [...]}`."""
    where = (sent["kind"], securables.plain(sent["full_name"]), sent["principal"])
    privileges.grant(workspace, *where, sent.get("add") or [])
    privileges.revoke(workspace, *where, sent.get("remove") or [])


def _add_functions(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    added = []
    for given in map(dict, listed(sent)):
        full_name, without = securables.plain(given.pop("full_name")), given.pop("denied", None)
        _make_schema(workspace, full_name.rpartition(".")[0])
        added.append(securables.put_function(workspace, full_name, without=without, **given))
    return added


def _remover(kind: str) -> Handler:
    return lambda workspace, sent, at: securables.remove(workspace, kind, at["full_name"])


routes = [
    route("/tables", "POST", _add_tables),
    route("/tables/of", "POST", _add_tables_of),
    route("/tables/{full_name}", "DELETE", _remover("table")),
    route("/functions", "POST", _add_functions),
    route("/functions/{full_name}", "DELETE", _remover("function")),
    route("/catalogs", "POST", lambda workspace, sent, at: _make_catalog(workspace, **sent)),
    route("/catalogs/{full_name}", "DELETE", _remover("catalog")),
    route("/schemas", "POST", lambda workspace, sent, at: _make_schema(workspace, **sent)),
    route("/schemas/{full_name}", "DELETE", _remover("schema")),
    route("/privileges", "POST", _privileges),
]
