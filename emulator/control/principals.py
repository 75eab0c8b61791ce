"""principals: who there is, the tokens they show, and what they may do in folders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..state import access_control, folders, principals
from .endpoint import listed, route

if TYPE_CHECKING:
    from ..workspace import Workspace


def _add_principal(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return [principals.put(workspace, **each) for each in listed(sent)]


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


routes = [
    route("/principals", "POST", _add_principal),
    route("/principals", "DELETE", lambda workspace, sent, at: principals.remove(workspace, at["kind"], at["name"])),
    route("/tokens", "POST", _add_token),
    route("/grants", "POST", _grant),
    route("/folders", "POST", lambda workspace, sent, at: folders.make(workspace, sent["path"])),
]
