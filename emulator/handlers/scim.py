"""scim: users, groups and service principals, `/api/2.0/preview/scim/v2`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import ApiError, invalid
from ..http.exchange import answer, caller_of, workspace_of
from ..state import principals

if TYPE_CHECKING:
    from ..workspace import Workspace

_RESOURCES = {"Users": "user", "Groups": "group", "ServicePrincipals": "service_principal"}
_GROUP = {"resourceType": "WorkspaceGroup"}
_FILTER = re.compile(r"""\s*(\w+)\s+eq\s+(?:"([^"]*)"|'([^']*)'|(\S+))\s*\Z""", re.IGNORECASE)


def _member(row: Any) -> dict[str, Any]:
    plural = {"user": "Users", "group": "Groups", "service_principal": "ServicePrincipals"}[row["kind"]]
    return {"display": row["display_name"], "value": row["id"], "$ref": f"{plural}/{row['id']}"}


def _resource(workspace: Workspace, row: Any) -> dict[str, Any]:
    """As SCIM shows it; `groups` are those it is in directly, groups in groups too."""
    resource: dict[str, Any] = {"id": row["id"], "displayName": row["display_name"]}
    groups = [{"display": group, "type": "direct"} for group in json.loads(row["groups"])]
    if row["kind"] == "group":
        members = [_member(each) for each in principals.members(workspace, row["name"])]
        listed = {"groups": groups, "members": members}
        return {**resource, **{key: held for key, held in listed.items() if held}, "meta": _GROUP}
    entitlements = [{"value": "workspace-access"}]
    if row["entitled"]:
        entitlements.append({"value": "databricks-sql-access"})
    resource |= {
        "active": True,
        "entitlements": entitlements,
        "groups": groups,
    }
    if row["kind"] == "user":
        return {**resource, "userName": row["name"], "emails": [{"value": row["name"], "primary": True}]}
    return {**resource, "applicationId": row["name"]}


async def me(request: Request) -> Response:
    caller = caller_of(request)
    row = workspace_of(request).store.one(
        "select * from principals where kind = ? and name = ?", caller.kind, caller.name
    )
    assert row is not None
    # For a service principal userName is its application id: in the log of a cloud run in pull request 5547 of
    # databricks/cli its home folder is /Users/<application id>.
    return answer(
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            **_resource(workspace_of(request), row),
            "userName": caller.name,
        }
    )


async def look_up(request: Request) -> Response:
    kind = _RESOURCES.get(request.path_params["resource"])
    if kind is None:
        raise ApiError(404, "ENDPOINT_NOT_FOUND", f"No API found for '{request.method} {request.url.path}'")
    rows = workspace_of(request).store.all("select * from principals where kind = ? order by name", kind)
    every = (_resource(workspace_of(request), row) for row in rows)
    found = [each for each in every if _passes(each, request.query_params.get("filter"))]
    start, count = max(1, _number(request, "startIndex", 1)), max(0, _number(request, "count", 10_000))
    page = found[start - 1 : start - 1 + count]
    return answer(
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(found),
            "startIndex": start,
            "itemsPerPage": len(page),
            "Resources": page,
        }
    )


def _number(request: Request, name: str, default: int) -> int:
    asked = request.query_params.get(name) or str(default)
    if not re.fullmatch(r"-?\d{1,9}", asked):
        raise invalid(f"Invalid value for {name}: '{asked}'")
    return int(asked)


def _passes(resource: dict[str, Any], condition: str | None) -> bool:
    if not condition:
        return True
    match = _FILTER.match(condition)
    if match is None:
        raise ApiError(400, "INVALID_PARAMETER_VALUE", f"Given filter operator is not supported: {condition}")
    wanted = match[2] or match[3] or match[4] or ""
    held = {name.lower(): value for name, value in resource.items()}.get(match[1].lower())
    return isinstance(held, str) and held.lower() == wanted.lower()


async def by_id(request: Request) -> Response:
    row = workspace_of(request).store.one("select * from principals where id = ?", request.path_params["number"])
    if row is None:
        raise ApiError(404, "RESOURCE_DOES_NOT_EXIST", f"{request.path_params['number']} not found")
    return answer(_resource(workspace_of(request), row))


routes = [
    Route("/api/2.0/preview/scim/v2/Me", me),
    Route("/api/2.0/preview/scim/v2/{resource}", look_up),
    Route("/api/2.0/preview/scim/v2/{resource}/{number}", by_id),
]
