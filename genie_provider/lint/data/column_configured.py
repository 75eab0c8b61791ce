"""Columns that the space's own SQL uses, of a table that configures others but not these.

"Tune Genie Agent quality" asks for descriptions and synonyms of the columns that questions are about. What examples,
benchmarks and snippets select is what questions are about; columns that only join tables are not. Tables that
configure no column at all are left alone.

Passes::

    title: Sales
    data_sources: {tables: [{identifier: main.sales.orders, column_configs: [region]}]}
    instructions:
      example_question_sqls:
        - {question: Where?, sql: SELECT region FROM main.sales.orders}

Fails::

    title: Sales
    data_sources: {tables: [{identifier: main.sales.orders, column_configs: [region]}]}
    instructions:
      example_question_sqls:
        - {question: When?, sql: SELECT day FROM main.sales.orders}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from ..used_columns import used_columns
from ..walk import key, tables

ID = "column-configured"
LEVEL = "notice"
WHEN = "sql"


def check(space: Space) -> Iterator[Finding]:
    configured = {
        key(table.identifier): {column.column_name.lower() for column in table.column_configs}
        for _, table in tables(space.spec)
        if table.column_configs
    }
    missing: dict[str, dict[str, None]] = {}
    for table, used, path in used_columns(space):
        is_key = path[1] == "join_specs" or used.is_key
        if table in configured and used.name.lower() not in configured[table] and not is_key:
            missing.setdefault(table, {})[used.name.lower()] = None
    for path, table_entry in tables(space.spec):
        columns = list(missing.get(key(table_entry.identifier), ()))
        if columns:
            shown = ", ".join(columns[:8]) + (f" and {len(columns) - 8} more" if len(columns) > 8 else "")
            message = f"SQL of this space uses columns that column_configs does not have: {shown}"
            yield Finding((*path, "column_configs"), message)
