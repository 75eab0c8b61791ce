"""An id that stands twice. The workspace refuses such a space.

Questions (sample and benchmark) share one set of ids, everything under `instructions` another.

Passes::

    title: Sales
    sample_questions:
      - {id: 01f0a1b2c3d4e5f60718293a4b5c6d7e, question: How much?}
      - {id: 01f0a1b2c3d4e5f60718293a4b5c6d7f, question: How many?}

Fails::

    title: Sales
    sample_questions:
      - {id: 01f0a1b2c3d4e5f60718293a4b5c6d7e, question: How much?}
      - {id: 01f0a1b2c3d4e5f60718293a4b5c6d7e, question: How many?}
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space
from ..walk import entries

ID = "entry-id-repeated"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for path, kind, entry in entries(space.spec):
        if entry.id and (kind, entry.id) in seen:
            yield Finding((*path, "id"), f"the id {entry.id} stands twice")
        if entry.id:
            seen.add((kind, entry.id))
