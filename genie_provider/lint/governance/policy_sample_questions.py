"""Fewer sample questions than `genie:policy` wants.

Settings::

    policy: {minSampleQuestions: 1}

Passes::

    title: Sales
    sample_questions: [How many?]

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from .counting import at_least

ID = "policy-sample-questions"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    count = len(space.spec.questions())
    return at_least(space, ("sample_questions",), count, space.stack.policy.min_sample_questions, "sample questions")
