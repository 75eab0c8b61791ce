"""permissions: the calls on who may do what, `/api/2.0/permissions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import invalid, missing
from ..http.exchange import answer, body_of, caller_of, objects_in, workspace_of
from ..state import access_control, clock, principals

if TYPE_CHECKING:
    from ..workspace import Workspace


def _asked(workspace: Workspace, object_type: str, body: dict[str, Any]) -> list[tuple[str, str, str]]:
    asked = []
    for entry in objects_in(body, "access_control_list"):
        named = [(kind, entry[field]) for kind, field in access_control.PRINCIPAL_FIELDS.items() if entry.get(field)]
        if len(named) != 1:
            raise invalid("Exactly one of user_name, group_name and service_principal_name must be given")
        (kind, principal), level = named[0], entry.get("permission_level")
        if level not in access_control.LEVELS[object_type]:
            raise invalid(
                f"Permission level {level} is not supported for {object_type}."
                f" Supported: {', '.join(access_control.LEVELS[object_type])}"
            )
        if not principals.known(workspace, kind, principal):
            named_kind = {"user": "UserName", "group": "GroupName"}.get(kind, "ServicePrincipalName")
            raise missing(f"Principal: {named_kind}({principal}) does not exist")
        asked.append((kind, principal, str(level)))
    return asked


async def read(request: Request) -> Response:
    workspace, kind, number = workspace_of(request), *_object(request)
    until, earlier = workspace.earlier_permissions.get((kind, number), (0.0, {}))
    access_control.require(workspace, caller_of(request), kind, number, access_control.CAN_READ)
    return answer(earlier if clock.now() < until else access_control.listing(workspace, kind, number))


async def write(request: Request) -> Response:
    """PUT replaces every direct entry, an empty list removing them all; PATCH adds and changes."""
    workspace, object_type, number = workspace_of(request), *_object(request)
    body = await body_of(request)
    key, _ = access_control.grants_on(workspace, object_type, number)
    access_control.require(workspace, caller_of(request), object_type, number, access_control.CAN_MANAGE)
    asked = _asked(workspace, object_type, body)
    workspace.earlier_permissions[object_type, number] = (
        clock.now() + workspace.settings.permission_lag_s,
        access_control.listing(workspace, object_type, number),
    )
    with workspace.store.writing():
        if request.method == "PUT":
            workspace.store.run("delete from grants where object_type = ? and object_id = ?", object_type, key)
        for kind, principal, level in asked:
            access_control.grant(workspace, object_type, key, kind, principal, level)
    return answer(access_control.listing(workspace, object_type, number))


def _object(request: Request) -> tuple[str, str]:
    return request.path_params["object_type"], request.path_params["number"]


async def levels(request: Request) -> Response:
    workspace, object_type, number = workspace_of(request), *_object(request)
    access_control.grants_on(workspace, object_type, number)
    return answer(
        {
            "permission_levels": [
                {"permission_level": level, "description": text}
                for level, text in access_control.LEVELS[object_type].items()
            ]
        }
    )


routes = [
    Route("/api/2.0/permissions/{object_type}/{number}", read),
    Route("/api/2.0/permissions/{object_type}/{number}", write, methods=["PUT", "PATCH"]),
    Route("/api/2.0/permissions/{object_type}/{number}/permissionLevels", levels),
]
