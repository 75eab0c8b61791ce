"""A join without a relationship. MANY_TO_MANY, which claims nothing, is sent.

Knowing that each order has one customer lets Genie add up without counting twice ("Define join relationships" in
Databricks' page on the knowledge store).

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
        - {left: dw.sales.orders, right: dw.sales.customers, sql: orders.c = customers.id}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "join-relationship"
LEVEL = "notice"


def check(space: Space) -> Iterator[Finding]:
    for at, join in enumerate(space.spec.instructions.join_specs):
        if join.relationship is None:
            message = "no relationship given; MANY_TO_MANY, which claims nothing, is sent"
            yield Finding(("instructions", "join_specs", at), message)
