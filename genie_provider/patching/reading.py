"""reading: what a text says, and whether that is what was wanted."""

from __future__ import annotations

from typing import Any, Final

import yaml

from ..canonical import same_text
from ..yamlfile import Document
from .tree import Path

UNREADABLE: Final = object()
"""Stands for the values of a text that is not YAML, or that the loader refuses."""


def values_of(text: str) -> Any:
    try:
        document = Document(text, "")
    except (yaml.YAMLError, ValueError):
        return UNREADABLE
    return UNREADABLE if document.problems else document.value


def says(values: Any, wanted: Any, path: Path) -> bool:
    """Whether the two are equal; the text at `path` may differ in blanks at line ends."""
    if not path:
        return bool(values == wanted)
    if isinstance(values, dict) and isinstance(wanted, dict):
        if sorted(values) != sorted(wanted):
            return False
        steps: Any = values
    elif isinstance(values, list) and isinstance(wanted, list) and len(values) == len(wanted):
        steps = range(len(values))
    else:
        return _same(values, wanted)
    return all(
        says(values[step], wanted[step], path[1:])
        if step == path[0] and len(path) > 1
        else _same(values[step], wanted[step])
        if step == path[0]
        else values[step] == wanted[step]
        for step in steps
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return same_text(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)
