"""A join whose condition is no equality. The workspace refuses it.

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
        - {left: dw.sales.orders, right: dw.sales.customers, sql: orders.c > customers.id, relationship: many_to_one}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from .condition import EQUALITY, QUOTED
from .join_combined import COMBINED

ID = "join-condition"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    for at, join in enumerate(space.spec.instructions.join_specs):
        bare = QUOTED.sub("x", join.sql)
        if len(EQUALITY.findall(bare)) != 1 and not COMBINED.search(bare):
            message = "a join is one equality between a column of each side, such as orders.customer = customers.id"
            yield Finding(("instructions", "join_specs", at, "sql"), message)
