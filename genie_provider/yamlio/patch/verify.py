"""verify: what a text says, and whether that is what was wanted."""

from __future__ import annotations

from typing import Any, Final

import yaml

from ...text import same_text
from ..reader import Document
from .tree import Path

UNREADABLE: Final = object()
"""Stands for the values of a text that is not YAML, or that the loader refuses."""


def values_of(text: str) -> Any:
    try:
        document = Document(text, "")
    except (yaml.YAMLError, ValueError):
        return UNREADABLE
    return UNREADABLE if document.problems else document.value


def says(values: Any, wanted: Any, path: Path, exact: bool = False) -> bool:
    """Whether the two are equal; unless it has to be exact, texts at `path` may differ in blanks at line ends."""
    if exact or not path:
        return bool(values == wanted)
    if isinstance(values, dict) and isinstance(wanted, dict):
        steps: Any = values if values.keys() == wanted.keys() else None
    elif isinstance(values, list) and isinstance(wanted, list):
        steps = range(len(values)) if len(values) == len(wanted) else None
    else:
        return _same(values, wanted)
    if steps is None:
        return False
    last = len(path) == 1
    return all(
        values[step] == wanted[step]
        if step != path[0]
        else _same(values[step], wanted[step])
        if last
        else says(values[step], wanted[step], path[1:])
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
