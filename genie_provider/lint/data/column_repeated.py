"""A column that a table lists twice. The workspace refuses such a space.

Passes::

    title: Sales
    data_sources: {tables: [{identifier: main.sales.orders, column_configs: [id, region]}]}

Fails::

    title: Sales
    data_sources: {tables: [{identifier: main.sales.orders, column_configs: [id, ID]}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from ..walk import tables

ID = "column-repeated"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    for path, table in tables(space.spec):
        seen: set[str] = set()
        for at, column in enumerate(table.column_configs):
            if column.column_name.lower() in seen:
                yield Finding((*path, "column_configs", at), f"column {column.column_name} stands twice")
            seen.add(column.column_name.lower())
