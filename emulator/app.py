"""app: the API, the control path and the pages as one application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from . import control, handlers, pages
from .errors import ApiError, invalid
from .http.door import Door
from .http.exchange import answer
from .http.guard import Guard
from .http.hosts import LOOPBACK, Hosts
from .workspace import Workspace


def application(workspace: Workspace, hosts: Hosts = LOOPBACK) -> ASGIApp:
    """The workspace as an ASGI application that answers to these names."""
    app = Starlette(
        routes=[*handlers.ROUTES, *control.ROUTES, *pages.ROUTES],
        exception_handlers={
            ApiError: _refused,
            HTTPException: _not_found,
            RecursionError: _too_deep,
            Exception: _broken,
        },
    )
    app.router.redirect_slashes = False
    app.state.workspace = workspace
    return Guard(Door(app, workspace), hosts)


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, ApiError)
    return answer(problem.body(), problem.status)


async def _too_deep(request: Request, problem: Exception) -> Response:
    """A value that the bounds let through, or that came in unchecked by the control path, and nobody can walk."""
    return answer(invalid("The request, or what it asks for, is nested too deeply.").body(), 400)


async def _broken(request: Request, problem: Exception) -> Response:
    """A fault of this program, in the shape of one of theirs; the traceback goes to the log."""
    return answer({"error_code": "INTERNAL_ERROR", "message": f"{type(problem).__name__} in the local workspace"}, 500)


async def _not_found(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    if request.url.path.startswith("/api/"):
        return answer(
            {"error_code": "ENDPOINT_NOT_FOUND", "message": f"No API found for '{request.method} {request.url.path}'"},
            404,
        )
    return PlainTextResponse(f"{problem.detail}\n", problem.status_code)
