"""A text with a character that JSON cannot carry: a null character, or half of a surrogate pair.

Passes::

    title: Sales 🚕

Fails::

    title: Sales
    description: "Orders \\0"
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..rule import Finding, Path, Space

ID = "text-characters"
LEVEL = "error"


def check(space: Space) -> Iterator[Finding]:
    if "\\u0000" not in space.as_json:
        return
    for path, text in texts(space):
        if "\0" in text or (not text.isascii() and any("\ud800" <= letter < "\ue000" for letter in text)):
            yield Finding(path, "holds a character that JSON cannot carry")


def texts(space: Space) -> Iterator[tuple[Path, str]]:
    """Every text of the spec."""
    return _texts(space.spec.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True), ())


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, (*path, key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _texts(part, (*path, at))
