"""Fewer or more tables than `genie:policy` allows.

Settings::

    policy: {minTables: 1, maxTables: 2}

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from .counting import at_least

ID = "policy-tables"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    sources, policy = space.spec.data_sources, space.stack.policy
    count = len(sources.tables) + len(sources.metric_views)
    yield from at_least(space, ("data_sources",), count, policy.min_tables, "tables")
    if policy.max_tables and count > policy.max_tables:
        yield Finding(("data_sources",), f"{count} tables; genie:policy allows {policy.max_tables}")
