"""app: all rooms under one roof."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from .control import routes as control
from .errors import ApiError
from .handlers import conversations, evaluations, genie_spaces, host_metadata, sql_statements, unity_catalog
from .http.door import Door
from .http.exchange import answer
from .pages import views
from .state import access_control, folders, principals, tags, warehouses
from .workspace import Workspace

_ROOMS = (
    genie_spaces,
    host_metadata,
    principals,
    warehouses,
    folders,
    access_control,
    tags,
    unity_catalog,
    sql_statements,
    evaluations,
    conversations,
    control,
    views,
)


def application(workspace: Workspace) -> ASGIApp:
    """The workspace as an ASGI application."""
    app = Starlette(
        routes=[route for room in _ROOMS for route in room.routes],
        exception_handlers={ApiError: _refused, HTTPException: _not_found, Exception: _broken},
    )
    app.router.redirect_slashes = False
    app.state.workspace = workspace
    return Door(app, workspace)


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, ApiError)
    return answer(problem.body(), problem.status)


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
