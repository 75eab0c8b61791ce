"""door: what every request to the API passes before a handler sees it.

In this order: the log, the latency, the faults, the rate limit, the token. Pages and the control path go
straight through, so that what a test breaks it can also mend.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import ApiError
from ..state import callers
from ..state.faults import Fault
from .asgi_answer import Headers, send_json, start
from .guard import API

if TYPE_CHECKING:
    from ..workspace import Workspace

_HTML = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class Door:
    """The application, wrapped."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace
        self._limit: dict[str, float] | None = None
        self._tokens = self._filled = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        size = int(dict(scope["headers"]).get(b"content-length", b"0"))
        entry = self._workspace.log.begin(scope["method"], scope["path"], scope["query_string"].decode(), size)
        try:
            if self._workspace.settings.latency_s:
                await asyncio.sleep(self._workspace.settings.latency_s)
            await self._with_fault(scope, receive, self._noting(send, entry), send, entry)
        except asyncio.CancelledError:
            return  # the server ends, and nobody waits for this answer any more
        finally:
            self._workspace.log.end()

    def _noting(self, send: Send, entry: dict[str, Any]) -> Send:
        organisation = (b"x-databricks-org-id", self._workspace.workspace_id.encode())

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
                message["headers"] = [*message.get("headers", ()), organisation]
            await send(message)

        return noting

    async def _with_fault(self, scope: Scope, receive: Receive, send: Send, raw: Send, entry: dict[str, Any]) -> None:
        fault = self._workspace.faults.striking(scope["method"], scope["path"])
        if fault is None:
            await self._admitted(scope, receive, send, entry)
            return
        entry["fault"] = fault.kind
        acts = fault.kind == "drop_after" or (fault.options.get("after", False) and fault.kind != "hang")
        if acts:
            await self._admitted(scope, receive, _nowhere, entry)
        if fault.kind in ("drop_before", "drop_after"):
            await _cut(raw)
        elif fault.kind == "hang":
            await self._hung(fault, scope, receive, send, raw, entry)
        else:
            await _spoil(fault, send, raw)

    async def _hung(
        self, fault: Fault, scope: Scope, receive: Receive, send: Send, raw: Send, entry: dict[str, Any]
    ) -> None:
        """Wait before acting, or between acting and answering; with `act` false do neither."""
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        seconds, acts = float(fault.options.get("seconds", 60)), fault.options.get("act", True)
        if fault.options.get("after", False):
            await self._admitted(scope, receive, keep, entry)
            await asyncio.sleep(seconds)
            for message in kept:
                await send(message)
            return
        await asyncio.sleep(seconds)
        if acts:
            await self._admitted(scope, receive, send, entry)
        else:
            await _cut(raw)

    async def _admitted(self, scope: Scope, receive: Receive, send: Send, entry: dict[str, Any]) -> None:
        if self._over_limit():
            limit = self._workspace.settings.rate_limit or {}
            await send_json(send, 429, _too_many(), _retry_header(limit.get("retry_after")))
            return
        try:
            if scope["path"].startswith("/api/"):
                token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
                caller = callers.caller_with(self._workspace, token)
                entry["user"] = caller.name
                callers.require_scope(caller, scope["path"])
                scope["caller"] = caller
        except ApiError as problem:
            await send_json(send, problem.status, problem.body())
            return
        await self._app(scope, receive, send)

    def _over_limit(self) -> bool:
        """Whether the bucket of tokens is empty; it is full when the limit is set, and fills as time goes."""
        limit, now = self._workspace.settings.rate_limit, time.monotonic()
        if not limit:
            return False
        rate = float(limit["per_second"])
        most = float(limit.get("burst", max(1.0, rate)))
        full = limit is not self._limit
        self._tokens = most if full else min(most, self._tokens + (now - self._filled) * rate)
        self._limit, self._filled = limit, now
        if self._tokens < 1:
            return True
        self._tokens -= 1
        return False


async def _spoil(fault: Fault, send: Send, raw: Send) -> None:
    """Answer with an error or with rubbish instead of the truth."""
    options = fault.options
    if fault.kind == "429":
        body = _too_many() if "error_code" not in options else {"error_code": options["error_code"], "message": ""}
        await send_json(send, 429, body, _retry_header(options.get("retry_after")))
        return
    if fault.kind == "status":
        status = int(options.get("status", 500))
        body = {
            "error_code": options.get("error_code", "INTERNAL_ERROR"),
            "message": options.get("message", "Something went wrong."),
        }
        extra = [(name.lower().encode(), str(value).encode()) for name, value in (options.get("headers") or {}).items()]
        await send_json(send, status, body, extra)
        return
    form, status = options.get("form", "html"), int(options.get("status", 200))
    if form == "error_in_200":
        await send_json(send, status, {"error_code": "INTERNAL_ERROR", "message": "Something went wrong inside."})
    elif form == "half_body":
        await start(send, status, b"application/json", 1000)
        await send({"type": "http.response.body", "body": b'{"space_id": "01f0', "more_body": True})
        await _cut(raw, gently=True)
    else:
        text = {"broken_json": '{"spaces": [{"space_id": "01f0', "html": _HTML, "empty": "", "not_object": "[1, 2]"}[
            form
        ]
        kind = b"text/html" if form == "html" else b"application/json"
        await start(send, status, kind, len(text))
        await send({"type": "http.response.body", "body": text.encode()})


def _too_many() -> dict[str, Any]:
    return {"error_code": "RESOURCE_EXHAUSTED", "message": "Too many requests. Please wait a moment and try again."}


def _retry_header(seconds: Any) -> Headers:
    return [] if seconds is None else [(b"retry-after", f"{seconds:g}".encode())]


async def _nowhere(message: Message) -> None:
    """An answer nobody gets."""


async def _cut(send: Send, gently: bool = False) -> None:
    """Close the connection as a dying server does; gently, after what is written has gone out.

    ASGI has no word for it, but uvicorn's `send` knows its transport.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("faults that drop connections need uvicorn")
    if gently:
        transport.close()
    else:
        transport.abort()
    await asyncio.sleep(0.01)
