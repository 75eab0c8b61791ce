"""A logical name that cannot name a resource in Pulumi.

Passes::

    name: sales-orders
    title: Sales

Fails::

    name: "sales::orders"
    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "resource-name"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    name = space.name
    if not name.strip() or "::" in name or "$" in name:
        yield Finding(("name",), f"{name!r} cannot name a resource; use letters, digits, - and _")
