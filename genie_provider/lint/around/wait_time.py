"""A `wait_for_tables` that is no time.

Passes::

    title: Sales
    wait_for_tables: 10m

Fails::

    title: Sales
    wait_for_tables: soon
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Finding, Space

ID = "wait-time"
LEVEL = "error"

_DURATION = re.compile(r"(\d+)\s*([smh]?)\Z")


def check(space: Space) -> Iterator[Finding]:
    given = space.spec.wait_for_tables
    if given is not None and wait_seconds(given) is None:
        yield Finding(("wait_for_tables",), 'write seconds, or a time such as "90s", "10m", "1h"')


def wait_seconds(text: str | int) -> int | None:
    """The seconds of 90, "90s", "10m" or "1h"; None where it is none of these."""
    match = _DURATION.match(str(text).strip())
    return int(match.group(1)) * {"": 1, "s": 1, "m": 60, "h": 3600}[match.group(2)] if match else None
