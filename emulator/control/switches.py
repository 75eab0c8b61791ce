"""switches: settings, faults, what was asked, and starting anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .endpoint import listed, route

if TYPE_CHECKING:
    from ..workspace import Workspace


def _put_settings(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    workspace.settings.change(sent)
    return workspace.settings.as_dict()


def _reset(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    workspace.reset()


def _add_faults(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    added = [workspace.faults.add(each).as_dict() for each in listed(sent)]
    return added if isinstance(sent, list) else added[0]


routes = [
    route("/settings", "GET", lambda workspace, sent, at: workspace.settings.as_dict()),
    route("/settings", "PUT", _put_settings),
    route("/reset", "POST", _reset),
    route("/faults", "GET", lambda workspace, sent, at: workspace.faults.as_list()),
    route("/faults", "POST", _add_faults),
    route("/faults", "DELETE", lambda workspace, sent, at: workspace.faults.clear()),
    route("/faults/{number:int}", "DELETE", lambda workspace, sent, at: workspace.faults.remove(int(at["number"]))),
    route("/requests", "GET", lambda workspace, sent, at: workspace.log.entries()),
    route("/requests", "DELETE", lambda workspace, sent, at: workspace.log.clear()),
    route("/stats", "GET", lambda workspace, sent, at: workspace.log.stats()),
]
