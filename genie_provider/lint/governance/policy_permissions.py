"""A space without permissions, where `genie:policy` wants some.

Settings::

    policy: {requirePermissions: true}

Passes::

    title: Sales
    permissions: {"group:analysts": CAN_RUN}

Fails::

    title: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "policy-permissions"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    if space.stack.policy.require_permissions and not space.spec.permissions:
        yield Finding((), "genie:policy wants permissions")
