"""`import` with something else than a space's id.

Passes::

    title: Sales
    import: 01f0a1b2c3d4e5f60718293a4b5c6d7e

Fails::

    title: Sales
    import: Sales
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import entry_ids
from ..rule import Finding, Space

ID = "import-id"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    given = space.spec.import_id
    if given and not entry_ids.is_well_formed(given):
        yield Finding(("import",), f"{given!r} is not a space's id (32 lowercase hex digits)")
