"""A title that the workspace would refuse or change.

Passes::

    title: Sales in EMEA

Fails::

    title: "Sales "
"""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Space

ID = "title-text"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    title = space.spec.title
    if title != title.strip():
        yield Finding(("title",), "a title cannot start or end with a space")
    if any(ord(letter) < 32 for letter in title):
        yield Finding(("title",), "a title is one line without control characters")
