"""A tag whose key the workspace refuses.

Passes::

    title: Sales
    tags: {cost_center: "4711"}

Fails::

    title: Sales
    tags: {cost-center: "4711"}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..policy import TAG_KEY
from ..rule import Finding, Space

ID = "tag-key"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    for key in space.spec.tags:
        if TAG_KEY.search(key) or key != key.strip() or not key:
            message = f"the tag key {key!r} may not hold , . : / - = nor start or end with a space"
            yield Finding(("tags",), message)
