"""A parameter's type that Genie's editor does not offer.

Databricks' page on named parameters has String, Integer, Decimal, Date and Timestamp; spaces that were read back
held STRING, INTEGER, DECIMAL, DATE and TIMESTAMP, and nothing else.

Passes::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: When?, sql: "SELECT :year", parameters: [{name: year, type_hint: INTEGER}]}

Fails::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: When?, sql: "SELECT :year", parameters: [{name: year, type_hint: INT}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..rule import Finding, Space, near

ID = "parameter-type"
LEVEL = "warning"

TYPES: Final = ("STRING", "INTEGER", "DECIMAL", "DATE", "TIMESTAMP")
_MEANT: Final = {"INT": "INTEGER", "BIGINT": "INTEGER", "LONG": "INTEGER", "NUMBER": "DECIMAL", "NUMERIC": "DECIMAL",
                 "FLOAT": "DECIMAL", "DOUBLE": "DECIMAL", "TEXT": "STRING", "VARCHAR": "STRING",
                 "DATETIME": "TIMESTAMP"}  # fmt: skip


def check(space: Space) -> Iterator[Finding]:
    for at, example in enumerate(space.spec.instructions.example_question_sqls):
        for index, parameter in enumerate(example.parameters):
            given = parameter.type_hint
            if given not in TYPES and given:
                meant = _MEANT.get(given.upper()) or (given.upper() if given.upper() in TYPES else "")
                hint = f"; did you mean {meant}?" if meant else near(given.upper(), TYPES)
                path = ("instructions", "example_question_sqls", at, "parameters", index, "type_hint")
                yield Finding(path, f"type_hint {given} is none of {', '.join(TYPES)}{hint}")
