"""entity_tags: the calls on tags of workspace objects, `/api/2.0/entity-tag-assignments`."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import denied, exists, invalid, missing
from ..http.exchange import answer, body_of, caller_of, page_in, paged, text_in, workspace_of
from ..state import access_control, tags

# malcolndandaro/genie-promote-cicd tried other spellings of "geniespaces" on a workspace in July 2026: all refused. The
# types are those that databricks-sdk-py 0.156.0 lists.
ENTITY_TYPES = ("apps", "dashboards", "geniespaces", "notebooks")
_FORBIDDEN = re.compile(r"[,.:/\-=]")


def _entity(request: Request, entity_type: str, entity_id: str, level: str) -> tuple[str, str]:
    workspace, caller = workspace_of(request), caller_of(request)
    if entity_type not in ENTITY_TYPES:
        raise invalid(f"Invalid entity type '{entity_type}'. Supported: {', '.join(ENTITY_TYPES)}")
    if level != access_control.CAN_READ and workspace.settings.tags_refused:
        raise denied(f"{caller.name} does not have permission to assign tags.")
    if entity_type == "geniespaces":
        row = workspace.store.one("select parent_path from spaces where space_id = ?", entity_id)
        if row is None:
            raise missing(f"Entity {entity_type}/{entity_id} does not exist.")
        if not access_control.allows(workspace, caller, entity_id, row["parent_path"], level):
            raise denied(f"{caller.name} does not have {level} permission on {entity_type}/{entity_id}.")
    return entity_type, entity_id


def _check_key(request: Request, key: str) -> None:
    """Refuse what a key may not hold, and a governed key without ASSIGN on its policy, admin or not."""
    if not key or key != key.strip() or _FORBIDDEN.search(key):
        raise invalid(
            f"Invalid tag key '{key}': it may not be empty, hold any of , . : / - = or begin or end with a space"
        )
    governed = workspace_of(request).settings.governed_tags
    if key in governed and not caller_of(request).among(governed[key]):
        raise denied(f"{caller_of(request).name} does not have ASSIGN on tag policy '{key}'.")


def _answer(entity: tuple[str, str], key: str, value: str) -> dict[str, Any]:
    body = {"entity_type": entity[0], "entity_id": entity[1], "tag_key": key}
    return {**body, "tag_value": value} if value else body


async def create(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    key, value = text_in(body, "tag_key") or "", text_in(body, "tag_value") or ""
    entity = _entity(
        request, text_in(body, "entity_type") or "", text_in(body, "entity_id") or "", access_control.CAN_EDIT
    )
    _check_key(request, key)
    if tags.kept(workspace, entity, key) is not None:
        raise exists(f"Tag assignment '{key}' already exists on {entity[0]}/{entity[1]}.")
    tags.put(workspace, entity, key, value)
    return answer(_answer(entity, key, value))


async def list_tags(request: Request) -> Response:
    workspace, at = workspace_of(request), request.path_params
    entity = _entity(request, at["entity_type"], at["entity_id"], access_control.CAN_READ)
    listed = [_answer(entity, key, value) for key, value in tags.shown(workspace, *entity).items()]
    page, token = paged(listed, *page_in(request, default=100, most=1000))
    return answer({"tag_assignments": page, **({"next_page_token": token} if token else {})})


async def get(request: Request) -> Response:
    workspace, at = workspace_of(request), request.path_params
    entity = _entity(request, at["entity_type"], at["entity_id"], access_control.CAN_READ)
    value = tags.shown(workspace, *entity).get(at["tag_key"])
    if value is None:
        raise missing(f"Tag assignment '{at['tag_key']}' does not exist on {entity[0]}/{entity[1]}.")
    return answer(_answer(entity, at["tag_key"], value))


async def change(request: Request) -> Response:
    """PATCH sets the value, DELETE takes the tag away."""
    workspace, at, body = workspace_of(request), request.path_params, await body_of(request)
    key, entity = at["tag_key"], _entity(request, at["entity_type"], at["entity_id"], access_control.CAN_EDIT)
    _check_key(request, key)
    row = tags.kept(workspace, entity, key)
    if row is None:
        raise missing(f"Tag assignment '{key}' does not exist on {entity[0]}/{entity[1]}.")
    if request.method == "DELETE":
        tags.put(workspace, entity, key, row["tag_value"], gone=True)
        return answer({})
    if request.query_params.get("update_mask") not in ("tag_value", "*"):
        raise invalid("update_mask must be 'tag_value'")
    value = text_in(body, "tag_value") or ""
    tags.put(workspace, entity, key, value)
    return answer(_answer(entity, key, value))


_BASE = "/api/2.0/entity-tag-assignments"
routes = [
    Route(_BASE, create, methods=["POST"]),
    Route(_BASE + "/{entity_type}/{entity_id}/tags", list_tags),
    Route(_BASE + "/{entity_type}/{entity_id}/tags/{tag_key}", get),
    Route(_BASE + "/{entity_type}/{entity_id}/tags/{tag_key}", change, methods=["PATCH", "DELETE"]),
]
