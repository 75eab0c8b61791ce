"""A text of more than 25,000 characters. The workspace refuses it.

Passes::

    title: Sales
    description: Orders and returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..rule import Finding, Space
from .text_characters import texts

ID = "text-length"
LEVEL = "error"

MAX_TEXT: Final = 25_000


def check(space: Space) -> Iterator[Finding]:
    if len(space.as_json) <= MAX_TEXT:
        return
    for path, text in texts(space):
        if len(text) > MAX_TEXT:
            yield Finding(path, f"{len(text):,} characters; the workspace takes {MAX_TEXT:,}")
