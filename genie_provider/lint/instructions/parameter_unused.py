"""A parameter that its example's SQL does not use.

A parameter stands in SQL as `:name` ("Use parameters in SQL queries").

Passes::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: Where?, sql: "SELECT * FROM dw.sales.orders WHERE region = :region", parameters: [{name: region}]}

Fails::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: Where?, sql: "SELECT * FROM dw.sales.orders", parameters: [{name: region}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from ...sql.facts import parameters_in
from ..rule import Finding, Space

ID = "parameter-unused"
LEVEL = "warning"


def check(space: Space) -> Iterator[Finding]:
    for at, example in enumerate(space.spec.instructions.example_question_sqls):
        if not example.parameters:
            continue
        used = {name.lower() for name in parameters_in(example.sql)}
        for index, parameter in enumerate(example.parameters):
            if parameter.name.lower() not in used:
                path = ("instructions", "example_question_sqls", at, "parameters", index, "name")
                yield Finding(path, f"the SQL does not use :{parameter.name}")
