"""A table that stands twice. The workspace refuses such a space.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders, main.sales.returns]}

Fails::

    title: Sales
    data_sources: {tables: [main.sales.orders, main.sales.Orders]}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from ..walk import tables

ID = "table-repeated"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, table in tables(space.spec):
        if table.identifier.lower() in seen:
            yield Finding((*path, "identifier"), f"{table.identifier} stands twice")
        seen.add(table.identifier.lower())
