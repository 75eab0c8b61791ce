"""exchange: what a handler takes from a request and hands back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import Request
from starlette.responses import Response

from .. import bounded_json
from ..errors import ApiError, invalid

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace


def workspace_of(request: Request) -> Workspace:
    return cast("Workspace", request.app.state.workspace)


def caller_of(request: Request) -> Caller:
    """Who asks; the door has looked at the token."""
    return cast("Caller", request.scope["caller"])


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object in the request; none at all is an empty one."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = bounded_json.loaded(raw)
    except ValueError as problem:
        raise ApiError(400, "MALFORMED_REQUEST", f"Could not parse request object: {_reason(problem)}") from None
    if not isinstance(body, dict):
        raise ApiError(400, "MALFORMED_REQUEST", "Could not parse request object: Expected 'START_OBJECT'")
    return body


def _reason(problem: ValueError) -> str:
    """Why a text is not taken for JSON; a parser's own words stay here."""
    return str(problem) if type(problem) is ValueError else "invalid JSON"


def require_same_origin(request: Request) -> None:
    """Refuse what another site's page makes a browser send here."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise ApiError(403, "PERMISSION_DENIED", "Requests from other sites are not answered here.")


def text_in(body: dict[str, Any], name: str) -> str | None:
    """A text field of a request; absent and null are None."""
    held = body.get(name)
    if held is not None and not isinstance(held, str):
        raise invalid(f"Expected Scalar value for String field '{name}'")
    return held


def objects_in(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects of a request; absent and null are empty."""
    held = body.get(name) or []
    if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
        raise ApiError(400, "MALFORMED_REQUEST", f"Could not parse request object: '{name}' is no list of objects")
    return held


def page_in(request: Request, default: int, most: int) -> tuple[int, str]:
    """Page size and page token of a request; sizes out of range are pulled in."""
    raw = request.query_params.get("page_size") or request.query_params.get("max_results") or "0"
    try:
        size = int(raw)
    except ValueError:
        raise invalid(f"Invalid value for page_size: '{raw}'") from None
    if size < 0:
        raise invalid("page_size must not be negative")
    return min(size or default, most), request.query_params.get("page_token") or ""


def paged(items: list[Any], size: int, token: str) -> tuple[list[Any], str]:
    """One page of a list that is at hand, and the token of the next."""
    start = int(token) if token.isdigit() else 0
    return items[start : start + size], str(start + size) if start + size < len(items) else ""


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return answer_text(json.dumps(body, ensure_ascii=False), status, headers)


def answer_text(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer whose JSON is written already."""
    return Response(text, status, headers, media_type="application/json")
