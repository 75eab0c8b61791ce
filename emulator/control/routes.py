"""control: the path by which tests and people set the scene, `/_control/…`.

It asks for no token, answers callers on the same machine only, and is never slowed or broken by faults.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..catalog import securables
from ..errors import denied, invalid, missing
from ..genie import spaces, ui_edits
from ..http.exchange import answer, require_same_origin, workspace_of
from ..rules import definition, normalisation
from ..state import access_control, clock, folders, principals, warehouses

if TYPE_CHECKING:
    from ..workspace import Workspace

_Handler = Callable[["Workspace", Any, dict[str, str]], Any]


def _route(path: str, method: str, handler: _Handler) -> Route:
    """A route whose handler gets the workspace, the JSON sent and the path's parameters, inside a transaction."""

    async def respond(request: Request) -> Response:
        if request.client is None or not ip_address(request.client.host).is_loopback:
            raise denied("The control path is for this machine only.")
        require_same_origin(request)
        raw, workspace = await request.body(), workspace_of(request)
        try:
            sent = json.loads(raw) if raw else {}
            with workspace.store.writing():
                done = handler(workspace, sent, {**request.query_params, **request.path_params})
        except (ValueError, TypeError, KeyError, LookupError) as problem:
            raise invalid(f"{type(problem).__name__}: {problem}") from None
        return answer({} if done is None else done)

    endpoint: Callable[[Request], Awaitable[Response]] = respond
    return Route(f"/_control{path}", endpoint, methods=[method])


def _each(sent: Any) -> list[dict[str, Any]]:
    """One object or a list of them."""
    return sent if isinstance(sent, list) else [sent]


def _put_settings(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    workspace.settings.change(sent)
    return workspace.settings.as_dict()


def _reset(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    workspace.reset()


def _add_faults(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    added = [workspace.faults.add(each).as_dict() for each in _each(sent)]
    return added if isinstance(sent, list) else added[0]


def _add_tables(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return [_add_table(workspace, dict(each)) for each in _each(sent)]


def _add_table(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any]:
    full_name, columns = securables.plain(given.pop("full_name")), given.pop("columns", {})
    if isinstance(columns, str):
        columns = securables.columns_from(columns)
    if isinstance(columns, dict):
        columns = [{"name": name, "type": kind} for name, kind in columns.items()]
    securables.put_schema(workspace, full_name.rpartition(".")[0])
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


def _add_functions(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    added = []
    for given in map(dict, _each(sent)):
        full_name, without = securables.plain(given.pop("full_name")), given.pop("denied", None)
        securables.put_schema(workspace, full_name.rpartition(".")[0])
        added.append(securables.put_function(workspace, full_name, without=without, **given))
    return added


def _add_warehouse(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return warehouses.put(workspace, sent)


def _change_warehouse(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    if warehouses.find(workspace, at["number"]) is None:
        raise missing(f"no warehouse {at['number']}")
    return warehouses.put(workspace, {**sent, "id": at["number"]})


def _add_principal(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return [principals.put(workspace, **each) for each in _each(sent)]


def _add_token(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    """`{"token", "name", "kind", "admin", "groups", "entitled", "scopes", "expired"}`; token and name suffice."""
    kind, name = sent.get("kind", "user"), sent["name"]
    groups = _groups(workspace, kind, name, sent)
    principals.put(workspace, kind, name, groups=groups, entitled=sent.get("entitled", True))
    scopes = None if sent.get("scopes") is None else json.dumps(sent["scopes"])
    workspace.store.run(
        "insert or replace into tokens values (?, ?, ?, ?, ?)",
        sent["token"],
        kind,
        name,
        scopes,
        int(sent.get("expired", False)),
    )
    return {"token": sent["token"], "kind": kind, "name": name, "groups": groups}


def _groups(workspace: Workspace, kind: str, name: str, sent: dict[str, Any]) -> list[str]:
    """The groups asked for, else those the principal is in already; `admin` adds or takes away one."""
    row = workspace.store.one("select groups from principals where kind = ? and name = ?", kind, name)
    groups = set(sent.get("groups") or (json.loads(row["groups"]) if row else ["users"]))
    if "admin" in sent:
        groups = groups | {"admins"} if sent["admin"] else groups - {"admins"}
    return sorted(groups)


def _grant(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    """A grant on a folder: `{"path", "kind", "principal", "level"}`."""
    folders.make(workspace, sent["path"])
    access_control.grant(
        workspace, "directories", folders.plain(sent["path"]), sent["kind"], sent["principal"], sent["level"]
    )


def _make_spaces(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    """Spaces as if made in the UI: `{"count": 2500}` or `{"spaces": [{…}]}`."""
    given = (
        sent["spaces"]
        if "spaces" in sent
        else [
            {**sent.get("like", {}), "title": f"{sent.get('title', 'Space')} {number:04d}"}
            for number in range(1, sent.get("count", 1) + 1)
        ]
    )
    return {"space_ids": [_make_space(workspace, each) for each in given]}


def _make_space(workspace: Workspace, given: dict[str, Any]) -> str:
    creator = given.get("creator", workspace.user)
    body = given.get("serialized_space", {"version": 2, "data_sources": {"tables": []}})
    body = json.loads(body) if isinstance(body, str) else body
    body = body if given.get("raw") else normalisation.normalised(body, workspace.settings)
    folder = folders.plain(given.get("parent_path", f"/Users/{creator}"))
    if not folders.exists(workspace, folder):
        folders.make(workspace, folder)
    row = spaces.insert(
        workspace,
        creator,
        title=spaces.free_title(workspace, given.get("title", "New Space"), folder),
        description=given.get("description"),
        warehouse_id=given.get("warehouse_id", warehouses.STARTER_ID),
        parent_path=folder,
        body=body,
        space_id=given.get("space_id"),
        created=given.get("created"),
    )
    access_control.grant(workspace, "genie", row["space_id"], "user", creator, access_control.CAN_MANAGE)
    return str(row["space_id"])


def _edit_space(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return _inside(ui_edits.edit(workspace, at["space_id"], sent))


def _inside(row: Any) -> dict[str, Any]:
    """A space with what the API never shows of it."""
    shown = json.loads(row["answer"])
    return {
        **shown,
        "creator": row["creator"],
        "trashed": row["trashed"] is not None,
        "lost_access": bool(row["lost_access"]),
    }


def _all_spaces(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    rows = workspace.store.all("select * from spaces order by created, space_id")
    shown = [_inside(row) for row in rows]
    return [each for each in shown if at.get("trashed") == "true" or not each["trashed"]]


def _one_space(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    row = workspace.store.one("select * from spaces where space_id = ?", at["space_id"])
    if row is None:
        raise missing(f"no space {at['space_id']}")
    return _inside(row)


def _trash_space(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    workspace.store.run(
        "update spaces set trashed = ? where space_id = ? and trashed is null", clock.now(), at["space_id"]
    )


def _remover(kind: str) -> _Handler:
    return lambda workspace, sent, at: securables.remove(workspace, kind, at["full_name"])


routes = [
    _route("/settings", "GET", lambda workspace, sent, at: workspace.settings.as_dict()),
    _route("/settings", "PUT", _put_settings),
    _route("/reset", "POST", _reset),
    _route("/faults", "GET", lambda workspace, sent, at: workspace.faults.as_list()),
    _route("/faults", "POST", _add_faults),
    _route("/faults", "DELETE", lambda workspace, sent, at: workspace.faults.clear()),
    _route("/faults/{number:int}", "DELETE", lambda workspace, sent, at: workspace.faults.remove(int(at["number"]))),
    _route("/requests", "GET", lambda workspace, sent, at: workspace.log.entries()),
    _route("/requests", "DELETE", lambda workspace, sent, at: workspace.log.clear()),
    _route("/stats", "GET", lambda workspace, sent, at: workspace.log.stats()),
    _route("/tables", "POST", _add_tables),
    _route("/tables/of", "POST", _add_tables_of),
    _route("/tables/{full_name}", "DELETE", _remover("table")),
    _route("/functions", "POST", _add_functions),
    _route("/functions/{full_name}", "DELETE", _remover("function")),
    _route("/catalogs", "POST", lambda workspace, sent, at: securables.put_catalog(workspace, **sent)),
    _route("/catalogs/{full_name}", "DELETE", _remover("catalog")),
    _route("/schemas", "POST", lambda workspace, sent, at: securables.put_schema(workspace, **sent)),
    _route("/schemas/{full_name}", "DELETE", _remover("schema")),
    _route("/warehouses", "POST", _add_warehouse),
    _route("/warehouses/{number}", "PATCH", _change_warehouse),
    _route("/warehouses/{number}", "DELETE", lambda workspace, sent, at: warehouses.remove(workspace, at["number"])),
    _route("/principals", "POST", _add_principal),
    _route("/principals", "DELETE", lambda workspace, sent, at: principals.remove(workspace, at["kind"], at["name"])),
    _route("/tokens", "POST", _add_token),
    _route("/grants", "POST", _grant),
    _route("/folders", "POST", lambda workspace, sent, at: folders.make(workspace, sent["path"])),
    _route("/spaces", "POST", _make_spaces),
    _route("/spaces", "GET", _all_spaces),
    _route("/spaces/{space_id}", "GET", _one_space),
    _route("/spaces/{space_id}", "DELETE", _trash_space),
    _route("/spaces/{space_id}/edit", "POST", _edit_space),
]
