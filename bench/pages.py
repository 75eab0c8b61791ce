"""pages: puts the numbers into the documentation, between `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from . import tables
from .results import Row


def fill(page: Path, rows: Sequence[Row]) -> list[str]:
    """Writes every block of numbers that the page has a place for; returns their names."""
    text = page.read_text(encoding="utf-8")
    filled = []
    for name, block in blocks(rows).items():
        place = re.compile(rf"(<!-- {re.escape(name)}: begin -->\n).*?(<!-- {re.escape(name)}: end -->)", re.DOTALL)
        text, found = place.subn(lambda match, block=block: f"{match[1]}{block}\n{match[2]}", text)  # type: ignore[misc]
        filled += [name] * bool(found)
    page.write_text(text, encoding="utf-8")
    return filled


def blocks(rows: Sequence[Row]) -> dict[str, str]:
    """Block name → Markdown."""
    most = max(row.spaces for row in rows)
    return {
        "numbers": tables.short_table(rows, most),
        "growth": tables.growth(rows),
        **{f"numbers {spaces}": tables.table_of(rows, spaces) for spaces in sorted({row.spaces for row in rows})},
    }
