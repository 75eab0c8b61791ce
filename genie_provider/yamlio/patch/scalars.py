"""scalars: one text written anew in the quotes or the block it had, as few of its lines changed as can be.

Each way is a proposal: the editor reads the file again and takes the first that says what was wanted.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator

from ..printer import WIDTH, quoted_if_needed
from ..printer import _escaped as escaped
from .style import Style, column, fits_a_block
from .tree import Node

_HEADER = re.compile(r"([|>])([-+]?)([1-9]?)([-+]?)")
_NARROW, _WIDE = 60, 100


def ways(
    source: str, node: Node, text: str, indent: int, style: Style, in_brackets: bool, exact: bool
) -> Iterator[str]:
    """Proposals for what stands at the node's span, behind a key or dash at column `indent`."""
    old = source[node.start : node.end]
    if style.is_json:
        yield json.dumps(text, ensure_ascii=False)
        yield json.dumps(text)
        return
    text = text if exact else with_old_blanks(node.text, text)
    if node.style == ">":
        folded = _folded(old, node.text, text)
        if folded is not None:
            yield folded
    if node.style in ("|", ">"):
        yield from _literal(source, node, text, indent, style)
    elif "\n" in old:
        yield from _wrapped(source, node, text)
    yield from _one_line(node.style, text, in_brackets)
    is_long = "\n" in text or len(text) > WIDTH
    if is_long and not in_brackets and fits_a_block(text) and node.style not in ("|", ">"):
        yield from _new_block(source, node, text, indent, style)
    yield quoted_if_needed(text, in_list=in_brackets)
    yield f'"{escaped(text)}"'


def with_old_blanks(old: str, new: str) -> str:
    """The new text, with the old one's blanks at line ends where that is all that differs."""
    kept = {line.rstrip(): line for line in old.split("\n")}
    lines = [kept.get(line.rstrip(), line) for line in new.replace("\r\n", "\n").split("\n")]
    text = "\n".join(lines).rstrip("\n")
    return text + "\n" * (len(old) - len(old.rstrip("\n")))


def _one_line(quotes: str, text: str, in_brackets: bool) -> Iterator[str]:
    if "\n" in text:
        return
    if quotes == '"':
        yield f'"{escaped(text)}"'
    elif quotes == "'" and escaped(text).replace('\\"', '"').replace("\\\\", "\\") == text:
        yield "'" + text.replace("'", "''") + "'"
    elif quotes == "" and quoted_if_needed(text, in_list=in_brackets) == text:
        yield text


def _literal(source: str, node: Node, text: str, indent: int, style: Style) -> Iterator[str]:
    """Block text again; the header keeps its chomping and its comment."""
    if not fits_a_block(text):
        return
    header, _, content = source[node.start : node.end].partition("\n")
    match = _HEADER.match(header)
    assert match, header
    digit = match[3]
    first = next((line for line in content.split("\n") if line.strip()), "")
    shift = int(digit) if digit else len(first) - len(first.lstrip(" ")) - indent
    if shift < 1:
        shift = style.unit
    if text[0] in " \t\n" and not digit:
        digit = str(shift)
    header = f"|{digit}{match[2] or match[4]}{header[match.end() :]}"
    yield "\n".join([header, *_padded(text, indent + shift)])


def _new_block(source: str, node: Node, text: str, indent: int, style: Style) -> Iterator[str]:
    """Block text where one line stood; only if nothing but a blank follows on that line."""
    line_end = source.find("\n", node.end)
    if source[node.end : line_end if line_end >= 0 else len(source)].strip():
        return
    yield "\n".join(style.text(text, indent, 200))


def _padded(text: str, width: int) -> list[str]:
    return [" " * width + line if line else "" for line in text.rstrip("\n").split("\n")]


def _wrapped(source: str, node: Node, text: str) -> Iterator[str]:
    """A plain or quoted text over several lines: its lines stay up to the change and from there on."""
    quote = node.style
    old = source[node.start : node.end]
    lines = old[len(quote) : len(old) - len(quote)].split("\n")
    words = [line.strip() for line in lines]
    if " ".join(words) != node.text.strip() or "\n" in text or not all(words):
        return
    pad = lines[1][: len(lines[1]) - len(lines[1].lstrip())]
    told = _refilled(words, text, _width(lines, column(source, node.start)) - len(pad))
    yield quote + f"\n{pad}".join(told) + quote


def _folded(old: str, old_text: str, text: str) -> str | None:
    """Folded text again: paragraphs that stay keep their lines, a changed one those around the change."""
    header, _, content = old.partition("\n")
    lines = content.split("\n")
    pad = lines[0][: len(lines[0]) - len(lines[0].lstrip(" "))]
    if any(line.startswith(pad + " ") for line in lines) or not fits_a_block(text) or not pad:
        return None
    groups = [group.split("\n") for group in re.split(r"\n(?:[ \t]*\n)+", content)]
    paragraphs = [[line.strip() for line in group] for group in groups]
    known = {" ".join(words): words for words in paragraphs}
    spare = [words for words in paragraphs if " ".join(words) not in text.split("\n")]
    width = _width(lines, 0) - len(pad)
    told = ""
    for at, paragraph in enumerate(text.rstrip("\n").split("\n")):
        if paragraph[:1] in (" ", "\t"):
            return None
        if paragraph not in known and paragraph:
            likest = max(spare, key=lambda words: _alike(" ".join(words), paragraph), default=[])
            known[paragraph] = _refilled(likest, paragraph, width)
        told += "\n\n" if at and told.strip("\n") and paragraph and not told.endswith("\n") else "\n" if at else ""
        told += "\n".join(pad + line for line in known.get(paragraph, []))
    return f"{header}\n{told}"


def _alike(one: str, other: str) -> int:
    """Letters that both begin and end with."""
    begin = len(_common(one, other))
    return begin + len(_common(one[begin:][::-1], other[begin:][::-1]))


def _common(one: str, other: str) -> str:
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:at]


def _refilled(lines: list[str], text: str, width: int) -> list[str]:
    """`text` as lines: those of `lines` it begins and ends with, and what is between them wrapped."""
    head: list[str] = []
    rest = text.strip()
    for line in lines:
        if not rest.startswith(line + " "):
            break
        head.append(line)
        rest = rest[len(line) + 1 :]
    tail: list[str] = []
    for line in reversed(lines[len(head) :]):
        if not rest.endswith(" " + line):
            break
        tail.insert(0, line)
        rest = rest[: -len(line) - 1]
    middle = textwrap.wrap(rest, max(width, 20), break_long_words=False, break_on_hyphens=False)
    return [*head, *middle, *tail]


def _width(lines: list[str], first_column: int) -> int:
    longest = max(len(lines[0]) + first_column, *(len(line) for line in lines[1:]), 0)
    return min(max(longest, _NARROW), _WIDE)
