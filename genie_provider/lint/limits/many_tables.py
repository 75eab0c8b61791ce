"""More tables than some workspaces take.

Databricks documents 50 tables now; older pages say 25 or 30, and workspaces with the older limit are still met.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..rule import Finding, Space
from .too_many import MAX_TABLES

ID = "many-tables"
LEVEL = "notice"

USUAL_TABLES: Final = 30


def check(space: Space) -> Iterator[Finding]:
    count = len(space.spec.data_sources.tables) + len(space.spec.data_sources.metric_views)
    if USUAL_TABLES < count <= MAX_TABLES:
        yield Finding(("data_sources",), f"{count} tables; some workspaces stop at {USUAL_TABLES}")
