"""clock: times and the ids that carry them."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timezone

# 100-nanosecond steps between the start of the Gregorian calendar and 1970, as version 1 UUIDs count them.
_GREGORIAN_OFFSET = 0x01B21DD213814000


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def rfc3339(seconds: float) -> str:
    stamp = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{stamp:%Y-%m-%dT%H:%M:%S}.{stamp.microsecond // 1000:03d}Z"


def suffix(seconds: float) -> str:
    """The time as the workspace appends it to a title that is taken: `2026-08-12 12:03:55`."""
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M:%S}"


def ordered_id(seconds: float | None = None) -> str:
    """32 hex digits that sort by time and start with `01f`, like ids made in the UI."""
    ticks = int((now() if seconds is None else seconds) * 10_000_000) + _GREGORIAN_OFFSET
    return f"{ticks:016x}{secrets.token_hex(8)}"
