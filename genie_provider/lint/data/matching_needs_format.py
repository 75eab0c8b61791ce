"""Entity matching on a column whose format assistance is off. The workspace refuses it.

Passes::

    title: Sales
    data_sources:
      tables:
        - identifier: main.sales.orders
          column_configs: [{column_name: region, enable_entity_matching: true}]

Fails::

    title: Sales
    data_sources:
      tables:
        - identifier: main.sales.orders
          column_configs:
            - {column_name: region, enable_entity_matching: true, enable_format_assistance: false}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from ..walk import tables

ID = "matching-needs-format"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    for path, table in tables(space.spec):
        for at, column in enumerate(table.column_configs):
            if column.enable_entity_matching and column.enable_format_assistance is False:
                yield Finding((*path, "column_configs", at), "enable_entity_matching needs enable_format_assistance")
