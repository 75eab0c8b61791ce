"""endpoint: a route of the control path, and what a function behind one gets.

It asks for no token, answers callers on the same machine only, and is never slowed or broken by faults.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import denied, invalid
from ..http.exchange import answer, require_same_origin, workspace_of

if TYPE_CHECKING:
    from ..workspace import Workspace

Handler = Callable[["Workspace", Any, dict[str, str]], Any]


def route(path: str, method: str, handler: Handler) -> Route:
    """A route whose handler gets the workspace, the JSON sent and the path's parameters, inside a transaction."""

    async def respond(request: Request) -> Response:
        require_this_machine(request)
        raw, workspace = await request.body(), workspace_of(request)
        try:
            sent = json.loads(raw) if raw else {}
            with workspace.store.writing():
                done = handler(workspace, sent, {**request.query_params, **request.path_params})
        except (ValueError, TypeError, KeyError, LookupError, RecursionError) as problem:
            raise invalid(f"{type(problem).__name__}: {problem}") from None
        return answer({} if done is None else done)

    endpoint: Callable[[Request], Awaitable[Response]] = respond
    return Route(f"/_control{path}", endpoint, methods=[method])


def require_this_machine(request: Request) -> None:
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise denied("The control path is for this machine only.")
    require_same_origin(request)


def listed(sent: Any) -> list[dict[str, Any]]:
    """One object or a list of them."""
    return sent if isinstance(sent, list) else [sent]
