"""A table without a description.

Genie picks the tables for a question by their names and descriptions ("Work with an AI/BI Genie space": it selects
relevant names and descriptions from annotated tables and columns). A description in the space serves it even
where Unity Catalog has none; where Unity Catalog has a good one, this notice may be turned off.

Passes::

    title: Sales
    data_sources: {tables: [{identifier: main.sales.orders, description: One row per order.}]}

Fails::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from ..walk import tables

ID = "table-description"
LEVEL = "notice"


def check(space: Space) -> Iterator[Finding]:
    bare = [(path, table) for path, table in tables(space.spec) if not table.description.strip()]
    if not bare:
        return
    names = ", ".join(table.identifier.rpartition(".")[2] for _, table in bare[:5])
    more = f" and {len(bare) - 5} more" if len(bare) > 5 else ""
    what = "a description here" if len(bare) > 1 else "no description here"
    said = f"{len(bare)} tables lack {what}: {names}{more}" if len(bare) > 1 else f"{bare[0][1].identifier} has {what}"
    yield Finding(bare[0][0], f"{said}; Genie chooses tables by their names and descriptions")
