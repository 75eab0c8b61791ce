"""paging: small tools to take answers apart without guessing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.transport import Transport
from genie_provider.client.redaction import harmless
from genie_provider.errors import WorkspaceError

MOST_PAGES = 10_000


def part(text: str) -> str:
    """One path segment, quoted: a name never reaches into the next segment."""
    return quote(text, safe="")


def text_of(data: Mapping[str, Any], key: str) -> str:
    """The text at `key`, "" if it is absent or null."""
    value = data.get(key)
    return "" if value is None else value if isinstance(value, str) else str(value)


def entries_of(data: Mapping[str, Any], key: str, step: str) -> list[dict[str, Any]]:
    """The list of objects at `key`, [] if absent; anything else there is garbled, never dropped."""
    found = data.get(key) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise WorkspaceError("garbled", step, f"{key!r} is not a list of objects")
    return found


def pages(transport: Transport, request: Request, key: str) -> Iterator[list[dict[str, Any]]]:
    """The entries of each page as it comes, until there is no `next_page_token`.

    Raises:
        WorkspaceError: "garbled" when a token comes back a second time: the listing would never end.
    """
    query = dict(request.query or {})
    seen: set[str] = set()
    while True:
        data = transport.call(Request(request.step, "GET", request.path, query, needs=request.needs))
        yield entries_of(data, key, request.step)
        token = text_of(data, "next_page_token")
        if not token:
            return
        if token in seen or len(seen) >= MOST_PAGES:
            raise WorkspaceError("garbled", request.step, f"the listing repeats page {harmless(token, limit=40)!r}")
        seen.add(token)
        query["page_token"] = token
