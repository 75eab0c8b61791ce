"""A filter that begins with WHERE.

A filter is a condition ("Define SQL expressions" in Databricks' page on the knowledge store); Genie writes the WHERE.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
    instructions:
      sql_snippets: {filters: [{display_name: open, sql: orders.status = 'O'}]}

Fails::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
    instructions:
      sql_snippets: {filters: [{display_name: open, sql: WHERE orders.status = 'O'}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..rule import Finding, Space

ID = "filter-where"
LEVEL = "warning"

WHERE: Final = re.compile(r"\s*WHERE\b", re.IGNORECASE)


def check(space: Space) -> Iterator[Finding]:
    for at, snippet in enumerate(space.spec.instructions.sql_snippets.filters):
        if WHERE.match(snippet.sql):
            path = ("instructions", "sql_snippets", "filters", at, "sql")
            yield Finding(path, "a filter is a condition without WHERE: Genie writes that itself")
