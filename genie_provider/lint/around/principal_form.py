"""A key under `permissions` that does not say whom it means.

Passes::

    title: Sales
    permissions: {"group:analysts": CAN_RUN, "user:ana@example.com": CAN_EDIT}

Fails::

    title: Sales
    permissions: {analysts: CAN_RUN}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..rule import Finding, Space

ID = "principal-form"
LEVEL = "error"

_PRINCIPAL = re.compile(r"(user|group|service_principal):\S.*\Z")


def check(space: Space) -> Iterator[Finding]:
    for who in space.spec.permissions or {}:
        if not _PRINCIPAL.match(who):
            message = f"{who!r} is no principal; write user:NAME, group:NAME or service_principal:APPLICATION-ID"
            yield Finding(("permissions", who), message)
