"""More of something than a space holds.

50 tables and views; 50 functions; 100 instructions (each example, each function, and the text as a whole count as
one); 200 pieces of knowledge (table descriptions, joins, SQL expressions); 500 benchmark questions; 120 columns
with entity matching. Databricks documents these limits in "Tune Genie Agent quality" and on the pages about limits.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...model.schema import BENCHMARKS, FUNCTIONS
from ..rule import Finding, Path, Space
from ..walk import tables as tables_of

ID = "too-many"
LEVEL = "error"

MAX_TABLES: Final = 50
MAX_INSTRUCTIONS: Final = 100
MAX_SNIPPETS: Final = 200
MAX_MATCHED_COLUMNS: Final = 120


def check(space: Space) -> Iterator[Finding]:
    spec = space.spec
    instructions, snippets = spec.instructions, spec.instructions.sql_snippets
    tables = [table for _, table in tables_of(spec)]
    texts = 1 if instructions.text_instructions else 0
    examples, functions = len(instructions.example_question_sqls), len(instructions.sql_functions)
    described = sum(1 for table in tables if table.description)
    knowledge = len(snippets.filters) + len(snippets.expressions) + len(snippets.measures)
    matched = sum(column.enable_entity_matching for table in tables for column in table.column_configs)
    counts: tuple[tuple[Path, int, int, str], ...] = (
        (("data_sources",), len(tables), MAX_TABLES, "tables and views"),
        (("instructions", "sql_functions"), functions, FUNCTIONS.most, "functions"),
        (("instructions",), texts + examples + functions, MAX_INSTRUCTIONS, "instructions"),
        (
            ("instructions", "sql_snippets"),
            described + knowledge + len(instructions.join_specs),
            MAX_SNIPPETS,
            "table descriptions, joins and SQL expressions",
        ),
        (("benchmarks",), len(spec.benchmarks.questions), BENCHMARKS.most, "benchmark questions"),
        (("data_sources",), matched, MAX_MATCHED_COLUMNS, "columns with entity matching"),
    )
    for path, count, limit, what in counts:
        if count > limit:
            yield Finding(path, f"{count} {what}; a space holds {limit}")
