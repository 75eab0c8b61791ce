"""reading: small tools to take answers apart without guessing, and to ask for a thing once a run."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from genie_provider.client.faults import Order
from genie_provider.client.redaction import harmless
from genie_provider.client.transport import Transport
from genie_provider.errors import WorkspaceError

T = TypeVar("T")
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


def pages(transport: Transport, order: Order, key: str) -> Iterator[list[dict[str, Any]]]:
    """The entries of each page as it comes, until there is no `next_page_token`.

    Raises:
        WorkspaceError: "garbled" when a token comes back a second time: the listing would never end.
    """
    query = dict(order.query or {})
    seen: set[str] = set()
    while True:
        data = transport.call(Order(order.step, "GET", order.path, query, needs=order.needs))
        yield entries_of(data, key, order.step)
        token = text_of(data, "next_page_token")
        if not token:
            return
        if token in seen or len(seen) >= MOST_PAGES:
            raise WorkspaceError(
                "garbled", order.step, f"the listing repeats page {harmless(token, limit=40)!r}"
            )
        seen.add(token)
        query["page_token"] = token


class _Asked:
    """One question under way, or its answer. (`concurrent.futures` has this too, and imports 8 ms.)"""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: Any = None
        self.error: BaseException | None = None


class Once:
    """Answers kept for a run; threads that ask at the same time share one call, and its failure.

    A failure is not kept: who asks later asks anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, _Asked] = {}

    def get(self, key: Hashable, ask: Callable[[], T], keep: Callable[[T], bool] = lambda value: True) -> T:
        with self._lock:
            known = self._kept.get(key)
            asked = known or self._kept.setdefault(key, _Asked())
        if known is None:
            self._ask_now(key, asked, ask, keep)
        asked.done.wait()
        if asked.error:
            raise copy.copy(asked.error)  # each thread names its own space in it
        value: T = asked.value
        return value

    def _ask_now(self, key: Hashable, asked: _Asked, ask: Callable[[], T], keep: Callable[[T], bool]) -> None:
        try:
            asked.value = ask()
            if not keep(asked.value):
                self.forget(key)
        except BaseException as error:
            asked.error = error
            self.forget(key)
        finally:
            asked.done.set()

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._kept.pop(key, None)
