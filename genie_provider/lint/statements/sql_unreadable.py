"""SQL that cannot be read.

It is read by sqlglot, which knows Databricks' SQL well, but not all of it; what it refuses may still run. So this
is a warning, and the workspace has the last word.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
    instructions:
      example_question_sqls: [{question: How many?, sql: SELECT count(*) FROM main.sales.orders}]

Fails::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
    instructions:
      example_question_sqls: [{question: How many?, sql: SELEC count(*) FROM main.sales.orders}]
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.variables import PENDING
from ..rule import Finding, Space
from ..walk import expressions, queries
from .filter_where import WHERE

ID = "sql-unreadable"
LEVEL = "warning"
WHEN = "sql"


def check(space: Space) -> Iterator[Finding]:
    if space.sql is None:
        return
    texts = [(path, text, False) for path, text in queries(space.spec)]
    texts += [(path, text, True) for path, text in expressions(space.spec) if not WHERE.match(text)]
    for path, text, expression in texts:
        problem = space.sql.facts(text, expression=expression).problem if PENDING not in text else None
        if problem:
            line, column, said = problem
            yield Finding(path, f"this SQL cannot be read: {said}", at=(line, column))
