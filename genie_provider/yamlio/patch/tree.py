"""tree: YAML text → its values, each with the span it takes in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from ..reader import events

Path = tuple[str | int, ...]

_PROPERTY = re.compile(r"[&!][^\s]*(?:\s+|(?:\s*#[^\n]*\n\s*))*")


@dataclass(eq=False)
class Node:
    """One value as written.

    Args:
        outer: where its anchor or tag begins; `start` where there is none.
        start: where the value itself begins: for a block list the first dash, for a block map the first key.
        end: behind its last character; behind the last value for block lists and maps.
        style: "" plain, or one of ' " | > for texts; "[" or "{" for lists and maps in brackets.
        parts: values of a list; keys and values by turns of a map.
    """

    kind: Literal["scalar", "list", "map", "alias"]
    outer: int
    start: int
    end: int
    style: str = ""
    text: str = ""
    anchor: str = ""
    parts: list[Node] = field(default_factory=list)

    @property
    def in_brackets(self) -> bool:
        return self.style in ("[", "{")

    def pairs(self) -> list[tuple[Node, Node]]:
        return list(zip(self.parts[::2], self.parts[1::2], strict=True))

    def child(self, step: str | int) -> Node | None:
        if self.kind == "map":
            return next((value for key, value in self.pairs() if key.text == step), None)
        if self.kind == "list" and isinstance(step, int) and 0 <= step < len(self.parts):
            return self.parts[step]
        return None

    def inside(self) -> Iterator[Node]:
        """The node and everything in it."""
        yield self
        for part in self.parts:
            yield from part.inside()


def read(source: str) -> Node | None:
    """The tree of the file's one document; None when it is empty.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    return _Builder(source).build()


class _Builder:
    def __init__(self, source: str) -> None:
        self._source = source
        self._events = events(source)

    def build(self) -> Node | None:
        for event in self._events:
            node = self._node(event)
            if node:
                return node
        return None

    def _node(self, event: Any) -> Node | None:
        begin: int = event.start_mark.index
        end: int = event.end_mark.index
        kind = type(event)
        if kind is yaml.AliasEvent:
            return Node("alias", begin, begin, end, text=event.anchor)
        if not issubclass(kind, yaml.NodeEvent):
            return None
        anchor, start = event.anchor or "", self._behind_properties(event)
        if kind is yaml.ScalarEvent:
            start = min(start, end)
            return Node("scalar", begin, start, self._end(event, start), event.style or "", event.value, anchor)
        is_list = kind is yaml.SequenceStartEvent
        node = Node("list" if is_list else "map", begin, start, start, anchor=anchor)
        if event.flow_style:
            node.style = "[" if is_list else "{"
        for part in self._events:
            if isinstance(part, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                closing: Any = part.end_mark
                node.end = closing.index if event.flow_style else node.parts[-1].end if node.parts else start
                return node
            inner = self._node(part)
            if inner:
                node.parts.append(inner)
        return node

    def _behind_properties(self, event: Any) -> int:
        start: int = event.start_mark.index
        explicit_tag = getattr(event, "tag", None) and self._source[start : start + 1] in "&!"
        for _ in range(bool(event.anchor) + bool(explicit_tag)):
            match = _PROPERTY.match(self._source, start)
            if match:
                start = match.end()
        return start

    def _end(self, event: Any, start: int) -> int:
        """Block texts end with their last line that says something."""
        end: int = event.end_mark.index
        if event.style in ("|", ">"):
            return start + len(self._source[start:end].rstrip())
        return end


def aliases_of(root: Node, anchored: Node) -> list[Node]:
    """The aliases that mean this node, in the order of the text (an anchor may be given away again)."""
    found: list[Node] = []
    current: Node | None = None
    for node in root.inside():
        if node.anchor == anchored.anchor:
            current = node
        elif node.kind == "alias" and node.text == anchored.anchor and current is anchored:
            found.append(node)
    return found


def paths_under(root: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every value with its path, aliases not followed."""
    yield path, root
    if root.kind == "map":
        for key, value in root.pairs():
            yield from paths_under(value, (*path, key.text))
    elif root.kind == "list":
        for at, value in enumerate(root.parts):
            yield from paths_under(value, (*path, at))
