"""Two tables that examples or benchmarks join, without a join of the space.

"Define join relationships" in Databricks' page on the knowledge store: joins let Genie combine tables the way their
owners do, for questions that no example has the words of.

Passes::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - {left: dw.sales.orders, right: dw.sales.customers, sql: orders.c = customers.id, relationship: many_to_one}
      example_question_sqls:
        - question: Who?
          sql: SELECT k.name FROM dw.sales.orders o JOIN dw.sales.customers k ON o.c = k.id

Fails::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      example_question_sqls:
        - question: Who?
          sql: SELECT k.name FROM dw.sales.orders o JOIN dw.sales.customers k ON o.c = k.id
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.variables import PENDING
from ...sql.scopes import KnownNames
from ..rule import Finding, Space
from ..walk import key, queries, tables

ID = "join-missing"
LEVEL = "notice"
WHEN = "sql"


def check(space: Space) -> Iterator[Finding]:
    if space.sql is None:
        return
    joined = [
        (path, join)
        for path, text in queries(space.spec)
        if PENDING not in text
        for join in space.sql.facts(text).joins
    ]
    if not joined:
        return
    names = KnownNames([table.identifier for _, table in tables(space.spec)])
    known = {
        frozenset((key(join.left.identifier), key(join.right.identifier)))
        for join in space.spec.instructions.join_specs
    }
    for path, join in joined:
        left, right = names.meaning(join.left).resolved, names.meaning(join.right).resolved
        if not left or not right:
            continue
        pair = frozenset((".".join(left).lower(), ".".join(right).lower()))
        if pair not in known:
            known.add(pair)
            message = (
                f"{left[-1]} and {right[-1]} are joined here ({join.left_column} = {join.right_column}), "
                f"but join_specs has no join of the two"
            )
            yield Finding(path, message, at=(join.line, join.column))
