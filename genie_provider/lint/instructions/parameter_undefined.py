"""A `:name` in an example's SQL that no parameter defines.

Without a definition Genie has no type and no description to fill it by ("Use parameters in SQL queries").

Passes::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: When?, sql: "SELECT day::date, ':x' FROM main.sales.orders", parameters: []}

Fails::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: Where?, sql: "SELECT * FROM main.sales.orders WHERE region = :region"}
"""

from __future__ import annotations

from collections.abc import Iterator

from ...sql.facts import parameters_in
from ..rule import Finding, Space

ID = "parameter-undefined"
LEVEL = "warning"


def check(space: Space) -> Iterator[Finding]:
    for at, example in enumerate(space.spec.instructions.example_question_sqls):
        if ":" not in example.sql:
            continue
        defined = {parameter.name.lower() for parameter in example.parameters}
        for name, place in parameters_in(example.sql).items():
            if name.lower() not in defined:
                path = ("instructions", "example_question_sqls", at, "sql")
                yield Finding(path, f":{name} has no definition under parameters", at=place)
