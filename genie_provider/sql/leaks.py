"""leaks: names of another environment that stayed behind in a text.

A search for whole words, not a reading of SQL: a forbidden name is just as unwelcome in a comment,
a string or a sentence as in a FROM. Fast enough to run over everything that would be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..model.identifiers import parts
from .places import place_of

TextKind = Literal["sql", "text", "identifier"]


@dataclass(frozen=True, slots=True)
class Leak:
    """One forbidden name found: the name as forbidden, and its place in the text, from 1."""

    name: str
    line: int
    column: int


def find_leaks(text: str, forbidden: Iterable[str], kind: TextKind = "text") -> list[Leak]:
    """Every place in `text` where a forbidden name stands as a whole word, in reading order.

    A name may be a catalog, `catalog.schema` or a whole table name; letter case, back-ticks and
    spaces around the dots make no difference. A hyphen continues a word inside back-ticks and in an
    identifier (`dev-eu` is not a leak of dev there), and ends it everywhere else.
    """
    found = [
        (match.start(), name)
        for name in dict.fromkeys(forbidden)
        for match in _words(name).finditer(text)
        if not _is_longer_name(text, match, kind)
    ]
    return [Leak(name, *place_of(text, start)) for start, name in sorted(found)]


@lru_cache(maxsize=256)
def _words(name: str) -> re.Pattern[str]:
    names = parts(name) or (name.strip(),)
    if not all(names):
        return re.compile(r"(?!)")
    dotted = r"`?\s*\.\s*`?".join(re.escape(part.replace("`", "``")) for part in names)
    return re.compile(rf"(?<!\w){dotted}(?!\w)", re.IGNORECASE)


def _is_longer_name(text: str, match: re.Match[str], kind: TextKind) -> bool:
    start, end = match.span()
    if text[start - 1 : start] != "-" and text[end : end + 1] != "-":
        return False
    return kind == "identifier" or text.count("`", 0, start) % 2 == 1
