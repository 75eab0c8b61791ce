"""A raw body of more than 3.5 MB. The workspace refuses it.

Passes::

    title: Sales
    serialized_space: {version: 2}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from ..rule import Finding, Space

ID = "body-size"
LEVEL = "error"

MAX_BODY_BYTES: Final = 3_500_000


def check(space: Space) -> Iterator[Finding]:
    raw = space.spec.serialized_space
    if raw is not None and len(json.dumps(raw)) > MAX_BODY_BYTES:
        yield Finding(("serialized_space",), f"larger than {MAX_BODY_BYTES / 1e6} MB")
