"""unity_catalog_privileges: grants on Unity Catalog's objects, `permissions` and `effective-permissions`.

Groups are not resolved in either answer: a grant to a group is listed under the group. Who may not look at others'
grants gets an answer without them (the documentation of SHOW GRANTS: only an owner, an admin of the metastore or who
has MANAGE sees everybody's); the switch `hidden_grants` makes it a refusal instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..catalog import privileges, securables
from ..errors import denied, invalid, missing
from ..http.exchange import answer, body_of, caller_of, objects_in, workspace_of
from ..state import principals

if TYPE_CHECKING:
    from ..workspace import Workspace

_BASE = "/api/2.1/unity-catalog"


def _object(request: Request) -> tuple[Workspace, str, str]:
    workspace = workspace_of(request)
    kind, full_name = request.path_params["kind"].lower(), securables.plain(request.path_params["full_name"])
    if kind not in privileges.KINDS:
        raise invalid(f"SECURABLE_TYPE {kind.upper()} is not supported here")
    if securables.find(workspace, kind, full_name) is None:
        raise missing(f"{kind.title()} '{full_name}' does not exist.")
    return workspace, kind, full_name


def _shown(request: Request, found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What the caller may see of it, of one principal if asked so."""
    workspace, kind, full_name = _object(request)
    caller, wanted = caller_of(request), request.query_params.get("principal")
    if not privileges.manages(workspace, caller, kind, full_name):
        if workspace.settings.hidden_grants == "refuse" and wanted != caller.name:
            raise denied(f"User does not have MANAGE on {kind.title()} '{full_name}'.")
        found = {name: held for name, held in found.items() if name == caller.name}
    return {name: held for name, held in found.items() if wanted in (None, "", name)}


async def read(request: Request) -> Response:
    found = privileges.direct(*_object(request))
    return answer(privileges.listing(_shown(request, found)))


async def read_effective(request: Request) -> Response:
    found = privileges.effective(*_object(request))
    return answer(privileges.listing(_shown(request, found)))


async def change(request: Request) -> Response:
    """PATCH: `{"changes": [{"principal", "add": […], "remove": […]}]}`."""
    workspace, kind, full_name = _object(request)
    if not privileges.manages(workspace, caller_of(request), kind, full_name):
        raise denied(f"User does not have MANAGE on {kind.title()} '{full_name}'.")
    with workspace.store.writing():
        for each in objects_in(await body_of(request), "changes"):
            principal = str(each.get("principal") or "")
            if not _known(workspace, principal):
                raise missing(f"Could not find principal with name {principal}")
            privileges.grant(workspace, kind, full_name, principal, each.get("add") or [])
            privileges.revoke(workspace, kind, full_name, principal, each.get("remove") or [])
    return answer(privileges.listing(dict(privileges.direct(workspace, kind, full_name))))


def _known(workspace: Workspace, principal: str) -> bool:
    return principal == privileges.EVERYBODY or principals.exists(workspace, principal)


routes = [
    Route(f"{_BASE}/permissions/{{kind}}/{{full_name}}", read),
    Route(f"{_BASE}/permissions/{{kind}}/{{full_name}}", change, methods=["PATCH"]),
    Route(f"{_BASE}/effective-permissions/{{kind}}/{{full_name}}", read_effective),
]
