"""request_log: what was asked of the API, in order, for tests that count calls."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, deque
from typing import Any

_IDS = re.compile(r"(?<=/)(?:[0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f-]{36})(?=/|$)")


class RequestLog:
    """The last 20,000 requests and how many ran at once."""

    def __init__(self) -> None:
        self.clear()

        self._busy = 0
        self._ended = asyncio.Event()

    def clear(self) -> None:
        """Forget what was asked. What is under way stays so."""
        self._entries: deque[dict[str, Any]] = deque(maxlen=20_000)
        self._count = self._peak = 0

    def begin(self, method: str, path: str, query: str, size: int) -> dict[str, Any]:
        self._count += 1
        self._busy += 1
        self._peak = max(self._peak, self._busy)
        entry = {
            "n": self._count,
            "time": time.time(),
            "method": method,
            "path": path,
            "query": query,
            "status": None,
            "body_size": size,
            "user": None,
            "fault": None,
        }
        self._entries.append(entry)
        return entry

    def end(self) -> None:
        self._busy -= 1
        self._ended.set()
        self._ended = asyncio.Event()

    async def served(self, count: int) -> None:
        """Return once so many requests have come, and none is under way."""
        while self._count < count or self._busy:
            await self._ended.wait()

    def entries(self) -> list[dict[str, Any]]:
        return list(self._entries)

    def stats(self) -> dict[str, Any]:
        """Counts by route, ids replaced by `{id}`, and the peak of requests under way at once."""
        routes = Counter(f"{each['method']} {_IDS.sub('{id}', each['path'])}" for each in self._entries)
        statuses = Counter(str(each["status"]) for each in self._entries)
        return {
            "total": self._count,
            "peak_concurrency": self._peak,
            "in_flight": self._busy,
            "routes": dict(routes),
            "statuses": dict(statuses),
        }
