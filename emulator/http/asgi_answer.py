"""asgi_answer: answers in ASGI's own words, for those who answer before there is a request object."""

from __future__ import annotations

import json
from typing import Any

from starlette.types import Send

Headers = list[tuple[bytes, bytes]]


async def send_json(send: Send, status: int, body: dict[str, Any], extra: Headers | None = None) -> None:
    text = json.dumps(body).encode()
    await start(send, status, b"application/json", len(text), extra)
    await send({"type": "http.response.body", "body": text})


async def start(send: Send, status: int, kind: bytes, size: int, extra: Headers | None = None) -> None:
    """Send the head of an answer: its status, the media type `kind` and the length that it promises."""
    headers = [(b"content-type", kind), (b"content-length", str(size).encode()), *(extra or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
