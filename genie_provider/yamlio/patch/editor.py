"""editor: set, insert and remove values of a YAML or JSON text by their path.

Every step replaces one span of the text and reads the whole text again: unless it says exactly what
was wanted, the step is not taken.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from . import scalars, tree
from .lines import end_of_block, line_end
from .removal import without
from .style import column, style_of
from .tree import Node, Path
from .verify import UNREADABLE, says, values_of


class NotPatched(Exception):
    """A change that cannot be made in this text without touching something else."""


class Editor:
    """One text under edit; `text` is what it is now.

    Args:
        text: YAML or JSON, with newlines only.

    Raises:
        NotPatched: the text cannot be read.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._values: Any = None
        self._root: Node | None = None
        self._take(text)
        self._style = style_of(text, self._root)

    @property
    def values(self) -> Any:
        """What the text says, variables as they are written."""
        return self._values

    def get(self, path: Path) -> Any:
        """The value at the path; None where there is none."""
        at = self._values
        for step in path:
            is_there = step in at if isinstance(at, dict) else isinstance(at, list) and step in range(len(at))
            if not is_there:
                return None
            at = at[step]
        return at

    # ── steps ───────────────────────────────────────────────────────────────────────────────

    def set(self, path: Path, value: Any, *, exact: bool = False) -> None:
        """Replaces the value at the path; blanks at line ends matter only where it is `exact`."""
        self._node(path)
        self._separate(path)
        node, wanted = self._node(path), copy.deepcopy(self._values)
        _holder(wanted, path)[path[-1]] = value
        self._try(self._ways_to_set(path, node, value, exact), wanted, path, exact)

    def insert(self, path: Path, value: Any, order: Sequence[str] = ()) -> None:
        """Adds a key (behind those before it in `order`) or an item (the path's last step is its place)."""
        self._separate(path[:-1])
        holder, step = self._node(path[:-1]), path[-1]
        wanted = copy.deepcopy(self._values)
        inner = _holder(wanted, path)
        if isinstance(step, int):
            inner.insert(step, value)
        else:
            inner[step] = value
        self._try(self._ways_to_insert(holder, step, value, order), wanted, path)

    def remove(self, path: Path) -> None:
        """Takes the key or item away, with its lines; comments above it stay."""
        self._node(path)
        self._separate(path, whole=True)
        wanted = copy.deepcopy(self._values)
        del _holder(wanted, path)[path[-1]]
        holder = self._node(path[:-1])
        self._try(without(self.text, holder, path[-1]), wanted, path[:-1])

    def become(self, wanted: Any) -> None:
        """Changes the text, value by value, until it says `wanted`; what says it already is not touched."""
        self._become((), wanted)

    def _become(self, path: Path, wanted: Any) -> None:
        now = self.get(path)
        if isinstance(now, dict) and isinstance(wanted, dict):
            for key in [key for key in now if key not in wanted]:
                self.remove((*path, key))
            for key, part in wanted.items():
                if key in now:
                    self._become((*path, key), part)
                else:
                    self.insert((*path, key), part)
        elif isinstance(now, list) and isinstance(wanted, list) and len(now) == len(wanted):
            for at, part in enumerate(wanted):
                self._become((*path, at), part)
        elif type(now) is not type(wanted) or now != wanted:
            self.set(path, wanted, exact=True)

    # ── ways ────────────────────────────────────────────────────────────────────────────────

    def _ways_to_set(self, path: Path, node: Node, value: Any, exact: bool = False) -> Iterator[str]:
        holder = self._node(path[:-1])
        indent, in_brackets = self._indent_of(holder), self._inside_brackets(path[:-1])
        if isinstance(value, str) and node.kind == "scalar":
            for text in scalars.ways(self.text, node, value, indent, self._style, in_brackets, exact):
                yield self._spliced(node.start, node.end, text)
        if in_brackets or not isinstance(value, str | dict | list):
            yield self._spliced(node.outer, node.end, self._style.brackets(value, indent))
            return
        begin, block = self._behind_mark(holder, node), self._block_behind_mark(path[-1], value, indent)
        yield self._spliced(begin, node.end, block)
        yield self._spliced(begin, line_end(self.text, node.end), block)

    def _block_behind_mark(self, step: str | int, value: Any, indent: int) -> str:
        """What follows "key:" or "-", its own blank or newline included."""
        if isinstance(step, int):
            return "\n".join(self._style.item(value, indent))[indent + 1 :]
        mark = len(self._style.pair(step, "", indent)[0]) - len(' ""')
        return "\n".join(self._style.pair(step, value, indent))[mark:]

    def _ways_to_insert(self, holder: Node, step: str | int, value: Any, order: Sequence[str]) -> Iterator[str]:
        at = step if isinstance(step, int) else _place_of(holder, step, order)
        if holder.in_brackets or holder.kind == "scalar":
            yield self._in_brackets(holder, at, step, value)
            return
        style, indent = self._style, self._indent_of(holder)
        if isinstance(step, int):
            gap = column(self.text, holder.parts[-1].outer) - indent - 1
            lines = style.item(value, indent, gap if 0 < gap < 8 else 1)
        else:
            lines = style.pair(step, value, indent)
        units = holder.parts if isinstance(step, int) else [pair[1] for pair in holder.pairs()]
        if at == 0 and isinstance(step, int):
            begin = self.text.rfind("\n", 0, holder.start) + 1
            yield self._spliced(begin, begin, "\n".join(lines) + "\n")
            return
        spot = end_of_block(self.text, units[max(at, 1) - 1].end, indent)
        yield self._spliced(spot, spot, "\n" + "\n".join(lines))

    def _in_brackets(self, holder: Node, at: int, step: str | int, value: Any) -> str:
        """A new part between brackets, on a line of its own where the others have one."""
        style, units = self._style, holder.parts[:: 1 if isinstance(step, int) else 2]
        first = units[0].outer if units else holder.end - 1
        newline = self.text.rfind("\n", holder.start, first)
        pad = self.text[newline:first] if units and newline >= 0 and not self.text[newline:first].strip() else ""
        indent = len(pad) - 1 if pad else column(self.text, holder.start)
        shown = style.brackets(value, indent)
        if not isinstance(step, int):
            key = style.brackets(step)
            shown = f"{key}: {shown}"
        if not units:
            return self._spliced(holder.start + 1, holder.end - 1, shown)
        if at == 0:
            return self._spliced(first, first, f"{shown},{pad or ' '}")
        before = units[at - 1] if isinstance(step, int) else holder.pairs()[at - 1][1]
        return self._spliced(before.end, before.end, f",{pad or ' '}{shown}")

    # ── anchors ─────────────────────────────────────────────────────────────────────────────

    def _separate(self, path: Path, whole: bool = False) -> None:
        """Makes the path stand for itself: aliases on the way are written out, and an anchor that
        others refer to moves on to the first of them."""
        while True:
            assert self._root is not None
            node, way = self._root, [self._root]
            for at, step in enumerate(path):
                inner = node.child(step)
                if inner is None:
                    return
                if inner.kind == "alias":
                    self._write_out(path[: at + 1], inner)
                    break
                node = inner
                way.append(node)
            else:
                if whole:
                    way += list(node.inside())[1:]
                shared = next(((n, a) for n in way if n.anchor and (a := self._others(n, node, whole))), None)
                if shared is None:
                    return
                self._move_anchor(*shared)

    def _others(self, anchored: Node, target: Node, whole: bool) -> list[Node]:
        assert self._root is not None
        inside = set(map(id, target.inside())) if whole else set(map(id, anchored.inside()))
        return [alias for alias in tree.aliases_of(self._root, anchored) if id(alias) not in inside]

    def _write_out(self, path: Path, alias: Node) -> None:
        value = self.get(path)
        self._try(self._ways_to_set(path, alias, value), self._values, path)

    def _move_anchor(self, anchored: Node, aliases: list[Node]) -> None:
        """The first alias becomes the anchor, its value written out there."""
        assert self._root is not None
        alias = aliases[0]
        path, value = next((path, self.get(path)) for path, node in tree.paths_under(self._root) if node is alias)
        self._try(self._ways_to_move(anchored, alias, path, value), self._values, path)

    def _ways_to_move(self, anchored: Node, alias: Node, path: Path, value: Any) -> Iterator[str]:
        holder, name = self._node(path[:-1]), f"&{anchored.anchor}"
        behind = anchored.outer + len(name)
        blanks = len(self.text[behind:]) - len(self.text[behind:].lstrip(" "))
        without_old = self.text[: anchored.outer].rstrip(" ") + " " + self.text[behind + blanks :]
        if self.text[behind + blanks : behind + blanks + 1] == "\n":
            without_old = self.text[: anchored.outer].rstrip(" ") + self.text[behind + blanks :]
        shift = len(without_old) - len(self.text)
        end = alias.end + shift
        if self._inside_brackets(path[:-1]):
            shown = self._style.brackets(value, self._indent_of(holder))
            yield without_old[: alias.outer + shift] + f"{name} {shown}" + without_old[end:]
            return
        begin, indent = self._behind_mark(holder, alias) + shift, self._indent_of(holder)
        block = self._block_behind_mark(path[-1], value, indent)
        below = "\n" + " " * (indent + 2) + block.lstrip(" ")
        for shown in (below, block) if isinstance(value, dict) else (block, below):
            yield without_old[:begin] + f" {name}{shown}" + without_old[end:]
            yield without_old[:begin] + f" {name}{shown}" + without_old[line_end(without_old, end) :]

    # ── text ────────────────────────────────────────────────────────────────────────────────

    def _try(self, proposals: Iterator[str], wanted: Any, path: Path, exact: bool = False) -> None:
        for text in proposals:
            values = values_of(text)
            if values is not UNREADABLE and says(values, wanted, path, exact):
                self._take(text)
                return
        raise NotPatched(f"cannot change {'.'.join(map(str, path))} without touching something else")

    def _take(self, text: str) -> None:
        values = values_of(text)
        if values is UNREADABLE:
            raise NotPatched("the file cannot be read")
        self.text, self._values = text, values
        self._root = tree.read(text)

    def _spliced(self, begin: int, end: int, text: str) -> str:
        return self.text[:begin] + text + self.text[end:]

    def _node(self, path: Path) -> Node:
        node: Node | None = self._root
        for step in path:
            if node and node.kind == "alias":
                return node
            node = node.child(step) if node else None
        if node is None:
            raise NotPatched(f"there is no {'.'.join(map(str, path))}")
        return node

    def _inside_brackets(self, path: Path) -> bool:
        return any(self._node(path[:at]).in_brackets for at in range(len(path) + 1))

    def _indent_of(self, holder: Node) -> int:
        return column(self.text, holder.start)

    def _behind_mark(self, holder: Node, node: Node) -> int:
        """The index behind the colon or dash that the node belongs to."""
        if holder.kind == "map":
            key = next(key for key, value in holder.pairs() if value is node)
            return self.text.index(":", key.end) + 1
        return self.text.rindex("-", 0, node.outer) + 1


def _holder(values: Any, path: Path) -> Any:
    for step in path[:-1]:
        values = values[step]
    return values


def _place_of(holder: Node, key: str, order: Sequence[str]) -> int:
    """Behind the last key that stands before `key` in the order; last of all where it has no place."""
    if key not in order:
        return len(holder.pairs())
    before = set(order[: list(order).index(key)])
    places = [at + 1 for at, (name, _) in enumerate(holder.pairs()) if name.text in before]
    return max(places, default=1 if holder.parts else 0)
