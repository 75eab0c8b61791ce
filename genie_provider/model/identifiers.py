"""identifiers: three-part names of Unity Catalog, with and without back-ticks."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"`((?:[^`]|``)*)`|([^.`]+)")


@lru_cache(maxsize=8192)
def parts(identifier: str) -> tuple[str, ...]:
    """The parts of a name, back-ticks taken off; () when it is not a dotted name at all.

    >>> parts("`main`.sales.`odd.name`")
    ('main', 'sales', 'odd.name')
    """
    found, at = [], 0
    text = identifier.strip()
    while at < len(text):
        match = _PART.match(text, at)
        if not match:
            return ()
        quoted, plain = match.groups()
        found.append(quoted.replace("``", "`") if quoted is not None else plain.strip())
        at = match.end()
        if at < len(text):
            if text[at] != "." or at + 1 == len(text):
                return ()
            at += 1
    return tuple(found) if all(found) else ()


@lru_cache(maxsize=8192)
def plain_identifier(identifier: str) -> str:
    """The name as the workspace writes it: back-ticks only where a part needs them."""
    if "`" not in identifier:
        return identifier.strip()
    names = parts(identifier)
    return ".".join(_quoted(name) for name in names) if names else identifier.strip()


def _quoted(part: str) -> str:
    return "`" + part.replace("`", "``") + "`" if "." in part or "`" in part else part


def last_part(identifier: str) -> str:
    names = parts(identifier)
    return names[-1] if names else identifier


def is_three_part(identifier: str) -> bool:
    return len(parts(identifier)) == 3
