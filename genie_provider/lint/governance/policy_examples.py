"""Fewer examples than `genie:policy` wants.

Settings::

    policy: {minExamples: 1}

Passes::

    title: Sales
    instructions: {example_question_sqls: [{question: How many?, sql: SELECT 1}]}

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from .counting import at_least

ID = "policy-examples"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    count = len(space.spec.instructions.example_question_sqls)
    return at_least(space, ("instructions",), count, space.stack.policy.min_examples, "examples")
