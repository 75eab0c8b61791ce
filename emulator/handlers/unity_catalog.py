"""unity_catalog: the calls on Unity Catalog, `/api/2.1/unity-catalog`."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..catalog import securables
from ..errors import ApiError, exists, invalid
from ..http.exchange import answer, body_of, caller_of, page_in, paged, text_in, workspace_of

_BASE = "/api/2.1/unity-catalog"


def _reader(kind: str) -> Any:
    async def get(request: Request) -> Response:
        return answer(
            securables.require(workspace_of(request), caller_of(request), kind, request.path_params["full_name"])
        )

    return get


def _lister(kind: str, plural: str) -> Any:
    """All of a kind; tables and functions of one schema, schemas of one catalog."""

    async def list_all(request: Request) -> Response:
        workspace, asked = workspace_of(request), request.query_params
        inside = ".".join(asked[each] for each in ("catalog_name", "schema_name") if asked.get(each))
        if kind == "schema" or inside:
            outer = "schema" if "." in inside else "catalog"
            securables.require(workspace, caller_of(request), outer, inside)
        found = [securables.find(workspace, kind, name) for name in securables.names(workspace, kind, inside)]
        page, token = paged(found, *page_in(request, default=1000, most=1000))
        return answer({plural: page, **({"next_page_token": token} if token else {})})

    return list_all


def _remover(kind: str) -> Any:
    async def delete(request: Request) -> Response:
        workspace, full_name = workspace_of(request), request.path_params["full_name"]
        securables.require(workspace, caller_of(request), kind, full_name)
        inside = [each for inner in ("table", "function") for each in securables.names(workspace, inner, full_name)]
        if kind in ("schema", "catalog") and inside and request.query_params.get("force", "").lower() != "true":
            raise ApiError(400, "INVALID_STATE", f"{kind.title()} '{full_name}' is not empty.")
        with workspace.store.writing():
            securables.remove(workspace, kind, full_name)
        return answer({})

    return delete


async def table_exists(request: Request) -> Response:
    """Whether the caller can see such a table; metric views are tables here."""
    try:
        securables.require(workspace_of(request), caller_of(request), "table", request.path_params["full_name"])
    except ApiError:
        return answer({"table_exists": False})
    return answer({"table_exists": True})


async def create_catalog(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    name = text_in(body, "name")
    if not name:
        raise invalid("name is required but missing")
    if securables.find(workspace, "catalog", name):
        raise exists(f"Catalog '{name}' already exists")
    with workspace.store.writing():
        return answer(
            securables.put_catalog(workspace, name, comment=body.get("comment"), owner=caller_of(request).name)
        )


async def create_schema(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    holder, name = text_in(body, "catalog_name"), text_in(body, "name")
    if not holder or not name:
        raise invalid("catalog_name and name are required")
    securables.require(workspace, caller_of(request), "catalog", holder)
    if securables.find(workspace, "schema", f"{holder}.{name}"):
        raise exists(f"Schema '{holder}.{name}' already exists")
    with workspace.store.writing():
        return answer(
            securables.put_schema(
                workspace,
                f"{holder}.{name}",
                owner=caller_of(request).name,
                **{key: body[key] for key in ("comment", "properties") if body.get(key) is not None},
            )
        )


routes = [
    Route(f"{_BASE}/tables/{{full_name}}/exists", table_exists),
    Route(f"{_BASE}/catalogs", create_catalog, methods=["POST"]),
    Route(f"{_BASE}/schemas", create_schema, methods=["POST"]),
]
for _kind in ("table", "function", "schema", "catalog"):
    routes += [
        Route(f"{_BASE}/{_kind}s/{{full_name}}", _reader(_kind)),
        Route(f"{_BASE}/{_kind}s/{{full_name}}", _remover(_kind), methods=["DELETE"]),
        Route(f"{_BASE}/{_kind}s", _lister(_kind, f"{_kind}s")),
    ]
