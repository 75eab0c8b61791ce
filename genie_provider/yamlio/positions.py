"""positions: where a piece of a text stands in its YAML file.

A text knows its own lines and columns; a person wants those of the file.
"""

from __future__ import annotations

from collections.abc import Hashable

from yaml.nodes import ScalarNode, SequenceNode

from ..errors import Place
from .reader import Document

Path = tuple[Hashable, ...]


def place_within(document: Document, path: Path, line: int, column: int) -> Place:
    """Where line and column of the text at `path`, as `written` gives it, stand in the file.

    Exact for literal block text and for texts on one line; of others the place their text begins.
    """
    node = document.node(path)
    if isinstance(node, SequenceNode):  # a text written as a list of lines
        at = min(line, len(node.value)) - 1
        return place_within(document, (*path, at), 1, column) if at >= 0 else document.mark(node.start_mark)
    if not isinstance(node, ScalarNode):
        return document.place(path)
    start = node.start_mark
    if node.style == "|":
        lines = node.value.split("\n")
        first = next((at for at, text in enumerate(lines) if text.strip()), 0)
        written_line = document.source.split("\n")[start.line + 1 + first].rstrip("\r")
        indent = len(written_line) - len(lines[first])
        return Place(document.name, start.line + 1 + line, indent + column)
    if line > 1 or node.end_mark.line > start.line:
        return document.mark(start)
    return Place(document.name, start.line + 1, start.column + column + (1 if node.style else 0))


def written(document: Document, path: Path) -> str | None:
    """The text at `path` before variables are replaced; None where `place_within` is not exact."""
    node = document.node(path)
    if isinstance(node, SequenceNode):
        parts = [written(document, (*path, at)) for at in range(len(node.value))]
        whole = all(part is not None and "\n" not in part for part in parts)
        return "\n".join(part or "" for part in parts) if whole else None
    if not isinstance(node, ScalarNode):
        return None
    one_line = node.start_mark.line == node.end_mark.line
    is_exact = node.style == "|" or (one_line and "\n" not in node.value)
    return str(node.value) if is_exact else None
