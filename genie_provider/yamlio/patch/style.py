"""style: how a file writes (indentation, dashes, JSON or YAML), and new values in the same hand."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...text import json_text
from ..printer import UNPRINTABLE, WIDTH, quoted_if_needed
from .tree import Node

_ON_ONE_LINE = {"synonyms", "tags", "default_value"}


@dataclass(frozen=True)
class Style:
    """The hand of one file.

    Args:
        unit: columns by which a map is indented beneath its key.
        dash: columns by which a list's dashes are; 0 writes them below the key's first letter.
    """

    unit: int = 2
    dash: int = 2
    is_json: bool = False

    # ── blocks: lists of lines, each with its whole indentation ─────────────────────────────

    def pair(self, key: str, value: Any, indent: int) -> list[str]:
        return self._after(" " * indent + quoted_if_needed(key) + ":", value, indent, key)

    def item(self, value: Any, indent: int, gap: int = 1) -> list[str]:
        """A list's item whose dash stands at `indent`; `gap` blanks follow the dash."""
        prefix = " " * indent + "-"
        if isinstance(value, Mapping) and value:
            inner = indent + 1 + gap
            lines = [line for key, part in value.items() for line in self.pair(str(key), part, inner)]
            return [prefix + " " * gap + lines[0].lstrip(" "), *lines[1:]]
        lines = self._after(prefix, value, indent, "")
        return [prefix + " " * gap + lines[0][len(prefix) + 1 :], *lines[1:]]

    def _after(self, prefix: str, value: Any, indent: int, key: str) -> list[str]:
        if isinstance(value, Mapping) and value:
            inner = indent + self.unit
            return [prefix, *(line for k, part in value.items() for line in self.pair(str(k), part, inner))]
        if isinstance(value, list) and value:
            brackets = self.brackets(value)
            if key in _ON_ONE_LINE and "\n" not in brackets and len(prefix) + len(brackets) < WIDTH:
                return [f"{prefix} {brackets}"]
            return [prefix, *(line for part in value for line in self.item(part, indent + self.dash))]
        if isinstance(value, str):
            header, *lines = self.text(value, indent, len(prefix) + 1)
            return [f"{prefix} {header}", *lines]
        return [f"{prefix} {self.brackets(value)}"]

    def text(self, text: str, indent: int, used: int = 0) -> list[str]:
        """A text behind a key or dash at `indent`: on the same line, or as block text below it."""
        wide = used + len(text) > WIDTH
        if not fits_a_block(text) or not (wide or "\n" in text.rstrip("\n")):
            return [quoted_if_needed(text)]
        lines = text.rstrip("\n").split("\n")
        chomping = "" if text.endswith("\n") else "-"
        shift = str(self.unit) if text[0] in " \t\n" else ""
        pad = " " * (indent + self.unit)
        return [f"|{shift}{chomping}", *(pad + line if line else "" for line in lines)]

    # ── brackets: one line, or JSON over several ────────────────────────────────────────────

    def brackets(self, value: Any, indent: int = 0) -> str:
        """The value as it may stand inside brackets; JSON gets its usual lines from `indent` on."""
        if self.is_json:
            text = json_text.dumps(value, indent=self.unit or None)
            return text.replace("\n", "\n" + " " * indent)
        if isinstance(value, str):
            return quoted_if_needed(value, in_list=True)
        if isinstance(value, Mapping):
            pairs = (f"{quoted_if_needed(str(k), in_list=True)}: {self.brackets(v)}" for k, v in value.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.brackets, value)) + "]"
        return json_text.dumps(value)


def fits_a_block(text: str) -> bool:
    """Whether block text can hold it: letters that YAML allows raw, and something besides blanks."""
    return bool(text.strip()) and not UNPRINTABLE.search(text)


def style_of(source: str, root: Node | None) -> Style:
    """The hand a file is written in, by majority."""
    if root is None:
        return Style()
    if root.style == "{" and source.lstrip()[:1] == "{" and _is_json(source):
        return Style(unit=_json_unit(source), is_json=True)
    units: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    for node in root.inside():
        if node.kind == "map" and not node.in_brackets:
            for key, value in node.pairs():
                if value.parts and not value.in_brackets:
                    shift = column(source, value.start) - column(source, key.outer)
                    (dashes if value.kind == "list" else units)[shift] += 1
    unit = units.most_common(1)[0][0] if units else 2
    return Style(max(unit, 1), max(dashes.most_common(1)[0][0], 0) if dashes else unit)


def _is_json(source: str) -> bool:
    try:
        json.loads(source)
    except ValueError:
        return False
    return True


def _json_unit(source: str) -> int:
    match = re.match(r"\s*\{[^\S\n]*\n( *)\S", source)
    return len(match.group(1)) if match else 0


def column(source: str, index: int) -> int:
    return index - (source.rfind("\n", 0, index) + 1)
