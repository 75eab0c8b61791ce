"""SQL that uses a column which its table does not have.

Which columns there are is known where the workspace was asked: with `validate --live`. Only columns whose table is
certain are looked at.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
    instructions:
      example_question_sqls: [{question: How many?, sql: SELECT count(day) FROM main.sales.orders}]
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space, near
from ..used_columns import used_columns

ID = "column-unknown"
LEVEL = "warning"
WHEN = "sql"


def check(space: Space) -> Iterator[Finding]:
    if not space.columns:
        return
    for table, used, path in used_columns(space):
        columns = space.columns.get(table)
        name = used.name.lower()
        if columns and name not in columns and not name.startswith("_"):
            hint = near(name, columns) or f" (it has {_some(sorted(columns))})"
            yield Finding(path, f"{table} has no column {used.name}{hint}", at=(used.line, used.column))


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
