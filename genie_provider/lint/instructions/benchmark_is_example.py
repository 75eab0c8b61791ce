"""Benchmarks whose question or answer is that of an example: they test nothing.

Genie answers such a question from the example. The same goes for evaluations in general: what was taught must not
be asked. Databricks' page on benchmarks wants them to show how well a space answers questions of its users.

Passes::

    title: Sales
    instructions:
      example_question_sqls: [{question: How much?, sql: SELECT sum(amount) FROM main.sales.orders}]
    benchmarks: [{question: How many?, expected_sql: SELECT count(*) FROM main.sales.orders}]

Fails::

    title: Sales
    instructions:
      example_question_sqls: [{question: How much?, sql: SELECT sum(amount) FROM main.sales.orders}]
    benchmarks: [{question: What is the total?, expected_sql: select sum(amount)  from main.sales.orders}]
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from .question_repeated import bare

ID = "benchmark-is-example"
LEVEL = "warning"


def check(space: Space) -> Iterator[Finding]:
    spec = space.spec
    questions = {bare(example.question) for example in spec.instructions.example_question_sqls}
    answers = {_bare_sql(example.sql) for example in spec.instructions.example_question_sqls}
    same = [
        at
        for at, benchmark in enumerate(spec.benchmarks.questions)
        if bare(benchmark.question) in questions
        or (benchmark.expected_sql and _bare_sql(benchmark.expected_sql) in answers)
    ]
    if same:
        count = "a benchmark has" if len(same) == 1 else f"{len(same)} benchmarks have"
        others = "" if len(same) == 1 else " (this is the first)"
        message = f"{count} the question or the answer of an example{others}, and so tests nothing"
        yield Finding(("benchmarks", "questions", same[0]), message)


def _bare_sql(sql: str) -> str:
    return " ".join(sql.casefold().rstrip("; \n").split())
