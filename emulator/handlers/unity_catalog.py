"""unity_catalog: the calls on Unity Catalog, `/api/2.1/unity-catalog`."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..catalog import privileges, securables
from ..errors import ApiError, denied, exists, invalid
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
        inside = [
            each for inner in ("table", "function", "volume") for each in securables.names(workspace, inner, full_name)
        ]
        if kind in ("schema", "catalog") and inside and request.query_params.get("force", "").lower() != "true":
            raise ApiError(400, "INVALID_STATE", f"{kind.title()} '{full_name}' is not empty.")
        with workspace.store.writing():
            securables.remove(workspace, kind, full_name)
        return answer({})

    return delete


def _changer(kind: str) -> Any:
    """PATCH: the fields given; `new_name` is not known here, since nothing else follows a renamed object."""

    async def change(request: Request) -> Response:
        workspace, body = workspace_of(request), await body_of(request)
        info = securables.require(workspace, caller_of(request), kind, request.path_params["full_name"])
        if not privileges.manages(workspace, caller_of(request), kind, info["full_name"]):
            raise denied(f"User does not have MANAGE on {kind.title()} '{info['full_name']}'.")
        if body.get("new_name"):
            raise invalid("The local workspace does not rename.")
        with workspace.store.writing():
            return answer(securables.put(workspace, kind, {**info, **{key: body[key] for key in _FREE & body.keys()}}))

    return change


_FREE = {"comment", "owner", "properties", "isolation_mode", "enable_predictive_optimization"}


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
            securables.put_catalog(workspace, name, **_given(body, _OF_HOLDERS), owner=caller_of(request).name)
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
                **_given(body, _OF_HOLDERS),
            )
        )


_OF_HOLDERS = ("comment", "properties", "storage_root")


def _given(body: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: body[key] for key in keys if body.get(key) is not None}


async def create_volume(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    holder, name = f"{text_in(body, 'catalog_name')}.{text_in(body, 'schema_name')}", text_in(body, "name")
    if not name or "None" in holder.split("."):
        raise invalid("catalog_name, schema_name and name are required")
    if body.get("volume_type") not in ("MANAGED", "EXTERNAL"):
        raise invalid("volume_type must be MANAGED or EXTERNAL")
    if body["volume_type"] == "EXTERNAL" and not body.get("storage_location"):
        raise invalid("storage_location is required for an EXTERNAL volume")
    securables.require(workspace, caller_of(request), "schema", holder)
    if securables.find(workspace, "volume", f"{holder}.{name}"):
        raise exists(f"Volume '{holder}.{name}' already exists")
    with workspace.store.writing():
        given = _given(body, ("comment", "volume_type", "storage_location"))
        return answer(securables.put_volume(workspace, f"{holder}.{name}", owner=caller_of(request).name, **given))


routes = [
    Route(f"{_BASE}/tables/{{full_name}}/exists", table_exists),
    Route(f"{_BASE}/catalogs", create_catalog, methods=["POST"]),
    Route(f"{_BASE}/schemas", create_schema, methods=["POST"]),
    Route(f"{_BASE}/volumes", create_volume, methods=["POST"]),
]
for _kind in ("table", "function", "volume", "schema", "catalog"):
    routes += [
        Route(f"{_BASE}/{_kind}s/{{full_name}}", _reader(_kind)),
        Route(f"{_BASE}/{_kind}s/{{full_name}}", _remover(_kind), methods=["DELETE"]),
        Route(f"{_BASE}/{_kind}s", _lister(_kind, f"{_kind}s")),
    ]
for _kind in ("volume", "schema", "catalog"):
    routes.append(Route(f"{_BASE}/{_kind}s/{{full_name}}", _changer(_kind), methods=["PATCH"]))
