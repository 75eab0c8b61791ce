"""A join of a table that is not in the space.

Genie writes queries over the tables of the space; a join to another one is never used.

Passes::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - {left: dw.sales.orders, right: dw.sales.customers, sql: orders.c = customers.id, relationship: many_to_one}

Fails::

    title: Sales
    data_sources: {tables: [dw.sales.orders]}
    instructions:
      join_specs:
        - {left: dw.sales.orders, right: dw.sales.customers, sql: orders.c = customers.id, relationship: many_to_one}
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.variables import PENDING
from ..rule import Finding, Space, near
from ..walk import key, tables

ID = "join-table"
LEVEL = "warning"


def check(space: Space) -> Iterator[Finding]:
    joins = space.spec.instructions.join_specs
    if not joins:
        return
    names = {key(table.identifier): table.identifier for _, table in tables(space.spec)}
    if any(PENDING in name for name in names.values()):
        return
    for at, join in enumerate(joins):
        for side in ("left", "right"):
            name = getattr(join, side).identifier
            if key(name) not in names and PENDING not in name:
                path = ("instructions", "join_specs", at, side)
                yield Finding(path, f"{name} is not one of the space's tables{near(key(name), names)}")
