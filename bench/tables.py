"""tables: the numbers as Markdown, for a terminal and for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from .results import Row
from .steps import TITLES


def table_of(rows: Sequence[Row], spaces: int) -> str:
    """Everything measured at one number of spaces."""
    header = ("", "seconds", "floor", "ratio", "CPU s", "API calls", "at once", "state B a space", "peak MB")
    return _markdown(header, (_cells(row) for row in rows if row.spaces == spaces))


def short_table(rows: Sequence[Row], spaces: int) -> str:
    """What a person waits for, for the README."""
    header = (f"{spaces} spaces", "seconds", "the engine's floor", "API calls")
    chosen = (row for row in rows if row.spaces == spaces)
    return _markdown(header, (_short_cells(row) for row in chosen))


def _short_cells(row: Row) -> list[str]:
    title, seconds, floor, _, _, calls, *_ = _cells(row)
    return [title, seconds, floor, calls]


def _cells(row: Row) -> list[str]:
    return [
        TITLES[row.step],
        f"{row.seconds:.1f}" if row.seconds >= 1 else f"{row.seconds:.2f}",
        f"{row.floor_seconds:.1f}" if row.floor_seconds else "",
        f"{row.ratio:.1f}" if row.ratio else "",
        f"{row.cpu_seconds:.1f}",
        str(row.api_calls or ""),
        str(row.at_once or ""),
        str(row.state_bytes_a_space) if row.step in ("up", "up_one", "up_bulk", "refresh", "import") else "",
        f"{row.peak_mb:.0f}",
    ]


def growth(rows: Sequence[Row]) -> str:
    """Seconds at every number of spaces, and milliseconds a space between the two largest."""
    counts = sorted({row.spaces for row in rows})
    header = ("seconds at N =", *map(str, counts), *_slopes(counts))
    return _markdown(header, (_growth_of(step, rows, counts) for step in TITLES))


def _slopes(counts: Sequence[int]) -> list[str]:
    return [f"ms a space, {low} to {high}" for low, high in pairwise(counts[1:])]


def _growth_of(step: str, rows: Sequence[Row], counts: Sequence[int]) -> list[str]:
    seconds = {row.spaces: row.seconds for row in rows if row.step == step}
    cells = [f"{seconds[count]:.2f}" if count in seconds else "" for count in counts]
    for low, high in pairwise(counts[1:]):
        known = low in seconds and high in seconds
        cells.append(f"{1000 * (seconds[high] - seconds[low]) / (high - low):.0f}" if known else "")
    return [TITLES[step], *cells]


def _markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(header)} |", "|---" + "|---:" * (len(header) - 1) + "|"]
    lines += [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join(lines)
