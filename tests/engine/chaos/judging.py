"""judging: whether the workspace holds exactly what the specs say, and the state the same spaces."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import requests

from .stage import STACK, Stage

_LAGS = ("tag_lag_s", "permission_lag_s")
MARK = "genie_owner"
_FIELDS = ("title", "description", "warehouse_id", "parent_path")

Shown = dict[str, Any]


def held(stage: Stage) -> list[Shown]:
    """Every space that is not in the trash, with its definition, rights and tags; without ids and times."""
    control = stage.here.control
    lags = {name: value for name, value in control.settings().items() if name in _LAGS}
    control.set_settings(**dict.fromkeys(_LAGS, 0.0))  # what is there is judged, not what shows yet
    try:
        return sorted((_shown(stage, space) for space in control.spaces()), key=lambda space: space["title"])
    finally:
        control.set_settings(**lags)


def _shown(stage: Stage, space: dict[str, Any]) -> Shown:
    space_id = space["space_id"]
    rights = _ask(stage, f"/api/2.0/permissions/genie/{space_id}").get("access_control_list", [])
    tags = _ask(stage, f"/api/2.0/entity-tag-assignments/geniespaces/{space_id}/tags").get("tag_assignments", [])
    return {
        **{name: space.get(name) for name in _FIELDS},
        "body": json.loads(space["serialized_space"]),
        "rights": sorted(map(_right, rights)),
        "tags": {tag["tag_key"]: _value(tag, space_id) for tag in tags},
    }


def _value(tag: dict[str, Any], space_id: str) -> str:
    """The tag's value; of a mark the last part, which is the space's own, in a word."""
    value = str(tag.get("tag_value", ""))
    if tag["tag_key"] != MARK or not is_for(value, space_id):
        return value
    return f"{value.rpartition(' ')[0]} this space"


def is_for(mark: str, space_id: str) -> bool:
    """Whether a mark ends as one of this very space does."""
    return mark.rpartition(" ")[2] == hashlib.sha256(space_id.encode()).hexdigest()[:8]


def mark_of(stage: Stage, space_id: str) -> str:
    """What the space's mark says; "" where it has none."""
    path = f"/api/2.0/entity-tag-assignments/geniespaces/{space_id}/tags"
    tags = _ask(stage, path).get("tag_assignments", [])
    return next((str(tag["tag_value"]) for tag in tags if tag["tag_key"] == MARK), "")


def set_mark(stage: Stage, space_id: str, value: str) -> None:
    """As whoever copies a space with its tags would."""
    sent = {"entity_type": "geniespaces", "entity_id": space_id, "tag_key": MARK, "tag_value": value}
    address = f"{stage.url}/api/2.0/entity-tag-assignments"
    requests.post(address, json=sent, headers={"Authorization": "Bearer judge"}, timeout=10).raise_for_status()


def _right(entry: dict[str, Any]) -> str:
    who = next((entry[name] for name in ("user_name", "group_name", "service_principal_name") if name in entry), "")
    return f"{who}: {sorted(level['permission_level'] for level in entry['all_permissions'])}"


def _ask(stage: Stage, path: str) -> dict[str, Any]:
    answer = requests.get(stage.url + path, headers={"Authorization": "Bearer judge"}, timeout=10)
    return dict(answer.json())


def complaints(stage: Stage, golden: list[Shown]) -> list[str]:
    """What is wrong with the workspace and the state, a sentence each."""
    found = held(stage)
    said = []
    titles, wanted = [space["title"] for space in found], [space["title"] for space in golden]
    if titles != wanted:
        said.append(f"the workspace holds {titles}, not {wanted}")
    for space, other in zip(found, golden, strict=False):
        said += [
            f"{other['title']}: {name} is {json.dumps(space[name])[:600]}, not {json.dumps(other[name])[:600]}"
            for name in other
            if titles == wanted and space[name] != other[name]
        ]
    live = {space["space_id"] for space in stage.here.control.spaces()}
    kept, _ = state_of(stage)
    if live != set(kept.values()):
        said.append(f"the state knows {sorted(kept.values())}, the workspace holds {sorted(live)}")
    return said


def state_of(stage: Stage) -> tuple[dict[str, str], list[str]]:
    """Logical name → space id, and the operations that are pending, as the state file has them."""
    files = list(stage.state.glob(f".pulumi/stacks/*/{STACK}.json"))
    if not files:
        return {}, []
    latest = json.loads(files[0].read_text())["checkpoint"]["latest"] or {}
    spaces = {
        each["urn"].rpartition("::")[2]: each.get("id", "")
        for each in latest.get("resources") or []
        if each["type"].endswith(":GenieSpace")
    }
    pending = [f"{each['type']} {each['resource']['urn']}" for each in latest.get("pending_operations") or []]
    return spaces, pending
