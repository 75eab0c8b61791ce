"""An id that is not 32 lowercase hex digits.

It is used as a key, from which the id is derived. Older files have such ids; an entry needs none at all.

Passes::

    title: Sales
    sample_questions: [{id: 01f0a1b2c3d4e5f60718293a4b5c6d7e, question: How much?}]

Fails::

    title: Sales
    sample_questions: [{id: q1, question: How much?}]
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import entry_ids
from ..rule import Finding, Space
from ..walk import entries

ID = "entry-id-form"
LEVEL = "notice"


def check(space: Space) -> Iterator[Finding]:
    for path, _, entry in entries(space.spec):
        if entry.id and not entry_ids.is_well_formed(entry.id):
            message = f"'{entry.id}' is not 32 lowercase hex digits; used as a key from which the id is derived"
            yield Finding((*path, "id"), message)
