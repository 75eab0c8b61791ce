"""A space without a description, where `genie:policy` wants one.

Settings::

    policy: {requireDescription: true}

Passes::

    title: Sales
    description: Orders and returns.

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "policy-description"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    if space.stack.policy.require_description and not space.spec.description.strip():
        yield Finding((), "genie:policy wants a description")
