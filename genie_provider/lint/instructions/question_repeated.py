"""A question that stands twice among the examples, the sample questions or the benchmarks.

Two examples of one question compete: "Tune Genie Agent quality" asks for guidance that is free of conflicting or
ambiguous information. Letter case, blanks and the mark at the end make no difference.

Passes::

    title: Sales
    sample_questions: [How much?, How many?]

Fails::

    title: Sales
    instructions:
      example_question_sqls:
        - {question: How much?, sql: SELECT 1}
        - {question: how  much, sql: SELECT 2}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..rule import Finding, Path, Space
from ..walk import questions_path

if TYPE_CHECKING:
    from ...model.entries import Benchmark, Example, SampleQuestion

ID = "question-repeated"
LEVEL = "warning"

_MARKS = re.compile(r"[\s.?!]+")


def bare(question: str) -> str:
    """The question without what makes no difference."""
    return _MARKS.sub(" ", question.casefold()).strip()


def check(space: Space) -> Iterator[Finding]:
    spec = space.spec
    lists: tuple[tuple[Path, Sequence[Example | SampleQuestion | Benchmark]], ...] = (
        (("instructions", "example_question_sqls"), spec.instructions.example_question_sqls),
        (questions_path(spec), spec.questions()),
        (("benchmarks", "questions"), spec.benchmarks.questions),
    )
    for path, entries in lists:
        seen: dict[str, int] = {}
        for at, entry in enumerate(entries):
            first = seen.setdefault(bare(entry.question), at)
            if first != at:
                line = space.document.place((*space.within, *path, first)).line
                yield Finding((*path, at, "question"), f"this question stands in line {line} already")
