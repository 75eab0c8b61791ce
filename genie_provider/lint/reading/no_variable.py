"""A `${name}` that has no value in the stack.

Values come from `genie:variables` of the stack and of the project, never from the operating system. One variable
that is missing in many places is told once, with their number and the first of them.

Passes::

    title: Sales in ${stack}

Passes::

    title: Sales of ${region:-all regions}

Fails::

    title: Sales of ${region}
"""

from __future__ import annotations

from ...model.variables import UnresolvedVariable

ID = "no-variable"
LEVEL = "error"
FIXED = True
WHEN = "outside"


def check(unresolved: UnresolvedVariable) -> str:
    return str(unresolved)
