"""switches: settings, faults, what was asked, and starting anew."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import invalid
from ..genie import evaluations
from ..http.exchange import answer, workspace_of
from .endpoint import listed, require_this_machine, route

if TYPE_CHECKING:
    from ..workspace import Workspace

_PATIENCE_S = 30


def _put_settings(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    evaluations.check_rules(sent.get("eval_rules", []))
    workspace.settings.change(sent)
    return workspace.settings.as_dict()


def _reset(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    workspace.reset()


def _add_faults(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    added = [workspace.faults.add(each).as_dict() for each in listed(sent)]
    return added if isinstance(sent, list) else added[0]


async def _served(request: Request) -> Response:
    """Answer once so many requests were served and none is under way: for tests that would else have to look again."""
    require_this_machine(request)
    try:
        await asyncio.wait_for(workspace_of(request).log.served(int(request.path_params["count"])), _PATIENCE_S)
    except asyncio.TimeoutError:
        raise invalid(f"not served within {_PATIENCE_S} seconds") from None
    return answer({})


routes = [
    Route("/_control/served/{count:int}", _served),
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
