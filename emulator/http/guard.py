"""guard: which requests come in at all, and what pages may do in a browser.

In this order: the name asked for, then the size. It stands before the log and the faults: what it turns away was never
a call.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import ApiError
from ..state import volume_files
from .asgi_answer import send_json
from .hosts import Hosts

# A body is read as JSON in one go, and nobody else is answered meanwhile. A workspace takes more: brickster issue 135
# (November 2025) met a limit of 52,428,800 bytes on SQL statements, and its words are those of `_too_large`.
MAX_BODY_BYTES = 16 * 2**20
FILES = "/api/2.0/fs/files/"
MAX_FILE_BYTES = 5 * 2**30
"""As the documentation of the Files API has it."""
API = ("/api/", "/.well-known/")
_PAGE_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none';"
        b" frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    # Not no-referrer: browsers would then send forms with the Origin "null", which is no longer ours.
    (b"referrer-policy", b"same-origin"),
]


class Guard:
    """The application, and who is let in to it."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Calls keep the `send` they came with: faults that cut connections need the server's own.
        send = send if scope["path"].startswith(API) else _with_page_headers(send)
        try:
            self._require_host(scope)
            if scope["method"] == "PUT" and scope["path"].startswith(FILES):
                whole = await _uploaded(scope, receive)
            else:
                whole = await _received(scope, receive)
        except ApiError as problem:
            await send_json(send, problem.status, problem.body())
            return
        except asyncio.CancelledError:
            return  # the server ends, and nobody waits for this answer any more
        if whole is not None:
            await self._app(scope, whole, send)

    def _require_host(self, scope: Scope) -> None:
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or not self._hosts.knows(named[0]):
            raise ApiError(
                403,
                "PERMISSION_DENIED",
                f"This local workspace does not go by the name {', '.join(named) or '(none)'}."
                " Ask for 127.0.0.1 or localhost, or start it with --known-as NAME.",
            )


async def _received(scope: Scope, receive: Receive) -> Receive | None:
    """The request, read to its end, so that it is acted on even if the caller has hung up by then.

    None if they hung up before the end.

    Raises:
        ApiError: 400, once all of a body that is too large has come and gone; a caller in the midst of
            sending would not hear it earlier.
    """
    headers = dict(scope["headers"])
    more = int(headers.get(b"content-length", b"0")) > 0 or b"transfer-encoding" in headers
    chunks: list[bytes] = []
    size = 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        size += len(message.get("body", b""))
        if size <= MAX_BODY_BYTES:
            chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    if size > MAX_BODY_BYTES:
        raise _too_large(size)
    return _again(b"".join(chunks), receive)


async def _uploaded(scope: Scope, receive: Receive) -> Receive | None:
    """A file, waiting on disk under `upload` in the scope; None if it was cut short: nothing of it is kept."""
    held, size, more = volume_files.spooled(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            held.close()
            return None
        size += len(message.get("body", b""))
        if size > MAX_FILE_BYTES:
            raise _too_large(size)
        held.write(message.get("body", b""))
        more = message.get("more_body", False)
    held.seek(0)
    scope["upload"] = held
    return _again(b"", receive)


def _again(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _too_large(size: int) -> ApiError:
    return ApiError(
        400,
        "BAD_REQUEST",
        "Server received a request which exceeds maximum allowed content length."
        f" RequestSize(bytes): {size}, Limit(bytes): {MAX_BODY_BYTES}",
    )


def _with_page_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_PAGE_HEADERS]
        await send(message)

    return with_headers
