"""A space without a warehouse, in a stack that gives none. `validate --stack` looks for it.

Passes::

    title: Sales
    warehouse: Shared warehouse
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "no-warehouse"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    stack = space.stack
    if stack.warehouse is None or stack.warehouse or space.spec.warehouse or space.spec.warehouse_id:
        return
    yield Finding(("title",), f"no warehouse: name one here, or set genie:warehouse in Pulumi.{stack.name}.yaml")
