"""Text that is not YAML, or YAML that a spec may not hold.

Only plain values are read, with the types of YAML 1.2: no tags, no keys that stand twice, no merge keys, no aliases
that expand without end.

Passes::

    title: "Revenue: by year"

Fails::

    title: Revenue: by year

Fails::

    title: Sales
    title: Sales again
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...errors import Problem

ID = "not-yaml"
LEVEL = "error"
FIXED = True
WHEN = "outside"


def check(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The reader's problems, under this rule's name."""
    for problem in problems:
        yield Problem(problem.message, problem.place, problem.severity, problem.rule or ID)
