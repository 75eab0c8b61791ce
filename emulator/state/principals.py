"""principals: users, groups and service principals, as SCIM shows them."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from ..errors import invalid

if TYPE_CHECKING:
    from ..workspace import Workspace

KINDS = ("user", "group", "service_principal")


def furnish(workspace: Workspace) -> None:
    """The groups every workspace has, the default user, and a few others to grant things to."""
    for group in ("admins", "users", "analysts"):
        _put_missing(workspace, "group", group)
    _put_missing(workspace, "user", workspace.user, groups=["admins", "users"])
    _put_missing(workspace, "user", "someone@example.com", groups=["users", "analysts"])
    _put_missing(workspace, "service_principal", "11111111-2222-3333-4444-555555555555", display_name="pipeline")


def _put_missing(workspace: Workspace, kind: str, name: str, **rest: Any) -> None:
    if not known(workspace, kind, name):
        put(workspace, kind, name, **rest)


def put(
    workspace: Workspace,
    kind: str,
    name: str,
    *,
    display_name: str | None = None,
    groups: list[str] | None = None,
    entitled: bool = True,
) -> dict[str, Any]:
    """Add or replace a principal; its groups come into being with it."""
    if kind not in KINDS:
        raise invalid(f"no principal {kind}; there are {', '.join(KINDS)}")
    groups = list(groups if groups is not None else [] if kind == "group" else ["users"])
    number = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {name}").int % 10**15)
    workspace.store.run(
        "insert or replace into principals values (?, ?, ?, ?, ?, ?)",
        kind,
        name,
        display_name or name,
        number,
        json.dumps(groups),
        int(entitled),
    )
    for group in groups:
        if not known(workspace, "group", group):
            put(workspace, "group", group)
    return {"kind": kind, "name": name, "id": number, "groups": groups, "entitled": entitled}


def known(workspace: Workspace, kind: str, name: str) -> bool:
    return workspace.store.one("select 1 from principals where kind = ? and name = ?", kind, name) is not None


def exists(workspace: Workspace, name: str) -> bool:
    """Whether anybody, of whatever kind, goes by that name."""
    return workspace.store.one("select 1 from principals where name = ?", name) is not None


def groups_of(workspace: Workspace, kind: str, name: str) -> list[str]:
    """The groups a principal is in, directly first, then through other groups."""
    found: dict[str, None] = {}
    waiting = _direct(workspace, kind, name)
    while waiting:
        group = waiting.pop(0)
        if group not in found:
            found[group] = None
            waiting += _direct(workspace, "group", group)
    return list(found)


def _direct(workspace: Workspace, kind: str, name: str) -> list[str]:
    row = workspace.store.one("select groups from principals where kind = ? and name = ?", kind, name)
    return list(json.loads(row["groups"])) if row else []


def members(workspace: Workspace, group: str) -> list[Any]:
    """The rows of the principals that are directly in a group."""
    rows = workspace.store.all("select * from principals order by kind desc, name")
    return [row for row in rows if group in json.loads(row["groups"])]


def remove(workspace: Workspace, kind: str, name: str) -> None:
    workspace.store.run("delete from principals where kind = ? and name = ?", kind, name)
