"""Fewer benchmark questions than `genie:policy` wants.

Settings::

    policy: {minBenchmarks: 1}

Passes::

    title: Sales
    benchmarks: [{question: How many?, expected_sql: SELECT 1}]

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from .counting import at_least

ID = "policy-benchmarks"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    count = len(space.spec.benchmarks.questions)
    return at_least(space, ("benchmarks",), count, space.stack.policy.min_benchmarks, "benchmark questions")
