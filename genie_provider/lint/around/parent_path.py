"""A folder that does not start at the workspace's root. The workspace refuses it.

Passes::

    title: Sales
    parent_path: /Shared/Genie

Fails::

    title: Sales
    parent_path: Shared/Genie
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.variables import PENDING
from ..rule import Finding, Space

ID = "parent-path"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    folder = space.spec.parent_path
    if folder and not folder.strip().startswith(("/", PENDING)):
        yield Finding(("parent_path",), f"'{folder}' is not a folder from the root; write /{folder.strip()}")
