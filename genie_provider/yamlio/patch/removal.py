"""removal: a key or an item taken out of a text, with its lines and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from .lines import end_of_block, line_end, line_start
from .tree import Node


def without(text: str, holder: Node, step: str | int) -> Iterator[str]:
    """Proposals for the text without one part of `holder`."""
    units = _units(holder)
    at = step if isinstance(step, int) else next(at for at, (key, _) in enumerate(holder.pairs()) if key.text == step)
    if len(units) == 1:
        return
    yield from (_from_brackets if holder.in_brackets else _from_block)(text, holder, units, at)


def _units(holder: Node) -> list[tuple[int, int]]:
    """(begin, end) of each item, or of each key with its value."""
    if holder.kind == "map":
        return [(key.outer, value.end) for key, value in holder.pairs()]
    return [(part.outer, part.end) for part in holder.parts]


def _from_block(text: str, holder: Node, units: list[tuple[int, int]], at: int) -> Iterator[str]:
    indent = holder.start - line_start(text, holder.start)
    begin, end = units[at]
    if holder.kind == "list":
        begin = _dash(text, begin, indent)
    line = line_start(text, begin)
    stop = min(end_of_block(text, end, indent) + 1, len(text))
    if not text[line:begin].strip():
        yield text[:line] + text[stop:] if stop < len(text) or not line else text[: line - 1] + text[len(text) :]
    elif at + 1 < len(units):
        # The first key stands behind the dash of its item: the next one moves up to it.
        following = units[at + 1][0]
        if "#" not in text[end:following]:
            yield text[:begin] + text[following:]


def _dash(text: str, begin: int, indent: int) -> int:
    """The item's dash: in its own line, or in one above when the item begins below its dash."""
    line = line_start(text, begin)
    while line > 0 and text[line + indent : line + indent + 1] != "-":
        line = line_start(text, line - 1)
    return line + indent


def _from_brackets(text: str, holder: Node, units: list[tuple[int, int]], at: int) -> Iterator[str]:
    begin, end = units[at]
    line, stop = line_start(text, begin), min(line_end(text, end) + 1, len(text))
    rest = text[end:stop].lstrip(" \t").removeprefix(",").lstrip(" \t")
    alone = not text[line:begin].strip() and (not rest.strip() or rest.startswith("#"))
    last = at == len(units) - 1
    if alone and last:
        comma = text.find(",", units[at - 1][1], begin)
        if comma >= 0 and "#" not in text[units[at - 1][1] : comma]:
            yield text[:comma] + text[comma + 1 : line] + text[stop:]
    if alone and not last:
        yield text[:line] + text[stop:]
    if last:
        yield text[: units[at - 1][1]] + text[end:]
    else:
        yield text[:begin] + text[units[at + 1][0] :]
