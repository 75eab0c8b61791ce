"""Several conditions in one join. The workspace refuses AND and OR there.

Passes::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - {left: dw.sales.orders, right: dw.sales.customers, sql: orders.c = customers.id, relationship: many_to_one}

Fails::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - left: dw.sales.orders
          right: dw.sales.customers
          sql: orders.c = customers.id AND orders.r = customers.r
          relationship: many_to_one
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Finding, Space
from .condition import QUOTED

ID = "join-combined"
LEVEL = "error"

COMBINED = re.compile(r"\b(AND|OR)\b", re.IGNORECASE)


def check(space: Space) -> Iterator[Finding]:
    for at, join in enumerate(space.spec.instructions.join_specs):
        if COMBINED.search(QUOTED.sub("", join.sql)):
            message = "AND and OR are refused in a join; write one join per pair of columns"
            yield Finding(("instructions", "join_specs", at, "sql"), message)
