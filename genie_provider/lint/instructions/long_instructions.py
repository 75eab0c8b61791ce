"""Text instructions of more than 4,000 characters.

Databricks' guidance puts SQL first: examples, joins and SQL expressions are followed more closely than prose, and
text is for what these cannot say. Every question carries the whole text along. The guidance gives no number; ours
is about two pages.

Passes::

    title: Sales
    instructions: {text_instructions: Revenue is net of returns.}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..rule import Finding, Space

ID = "long-instructions"
LEVEL = "notice"

LONG: Final = 4_000


def check(space: Space) -> Iterator[Finding]:
    count = sum(len(text.content) for text in space.spec.instructions.text_instructions)
    if count > LONG:
        message = (
            f"{count:,} characters of text instructions; Genie follows examples, joins and SQL expressions more "
            f"closely than long texts"
        )
        yield Finding(("instructions", "text_instructions"), message)
