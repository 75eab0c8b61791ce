"""A logical name that is still called `space_id`, a word that everywhere else is the workspace's id.

Passes::

    name: sales
    title: Sales

Fails::

    space_id: sales
    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..rule import Finding, Space

ID = "older-name"
LEVEL = "notice"


def check(space: Space) -> Iterator[Finding]:
    value: Any = space.document.value
    for step in space.within:
        value = value[step]
    if isinstance(value, dict) and "space_id" in value:
        yield Finding(("name",), "space_id is called name now; the old word goes on working")
