"""A parameter that an example defines twice.

Passes::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: Where?, sql: "SELECT :a", parameters: [{name: a}]}

Fails::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: Where?, sql: "SELECT :a", parameters: [{name: a}, {name: a}]}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..rule import Finding, Space

ID = "parameter-repeated"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    for at, example in enumerate(space.spec.instructions.example_question_sqls):
        if len(example.parameters) > 1:
            counts = Counter(parameter.name for parameter in example.parameters)
            for name in (name for name, count in counts.items() if count > 1):
                path = ("instructions", "example_question_sqls", at, "parameters")
                yield Finding(path, f"parameter {name} stands twice")
