"""tables: the numbers as Markdown, for a terminal and for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .results import Row
from .steps import TITLES


def table_of(rows: Sequence[Row], spaces: int) -> str:
    """Everything measured at one number of spaces; as it comes and tuned, side by side."""
    header = (
        "",
        "s, as it comes",
        "s, tuned",
        "floor, tuned",
        "ratio",
        "CPU s",
        "API calls",
        "at once",
        "B a space",
        "MB",
    )
    return _markdown(header, (_cells(pair) for pair in _pairs(rows, spaces)))


def short_table(rows: Sequence[Row], spaces: int) -> str:
    """What a person waits for, for the README."""
    header = (f"{spaces} spaces, seconds", "as it comes", "tuned", "the engine's floor", "API calls")
    return _markdown(header, (_short_cells(pair) for pair in _pairs(rows, spaces)))


@dataclass(frozen=True)
class _Pair:
    """One step under both settings; one of them may not have been measured."""

    step: str
    plain: Row | None
    tuned: Row | None

    @property
    def best(self) -> Row:
        row = self.tuned or self.plain
        assert row is not None
        return row


def _pairs(rows: Sequence[Row], spaces: int) -> Iterator[_Pair]:
    known = {(row.step, row.settings): row for row in rows if row.spaces == spaces}
    for step in TITLES:
        pair = _Pair(step, known.get((step, "plain")), known.get((step, "tuned")))
        if pair.plain or pair.tuned:
            yield pair


def _short_cells(pair: _Pair) -> list[str]:
    title, plain, tuned, floor, _, _, calls, *_ = _cells(pair)
    return [title, plain, tuned, floor, calls]


def _cells(pair: _Pair) -> list[str]:
    row = pair.best
    return [
        TITLES[pair.step],
        _seconds(pair.plain),
        _seconds(pair.tuned),
        f"{row.floor_seconds:.1f}" if row.floor_seconds else "",
        f"{row.ratio:.1f}" if row.ratio else "",
        f"{row.cpu_seconds:.1f}",
        str(row.api_calls or ""),
        str(row.at_once or ""),
        str(row.state_bytes_a_space) if pair.step in ("up", "up_one", "up_bulk", "refresh", "import") else "",
        f"{row.peak_mb:.0f}",
    ]


def _seconds(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{row.seconds:.1f}" if row.seconds >= 1 else f"{row.seconds:.2f}"


def growth(rows: Sequence[Row]) -> str:
    """Seconds at every number of spaces, tuned where that was measured, and milliseconds a space in between."""
    rows = tuned_or_all(rows)
    counts = sorted({row.spaces for row in rows})
    header = ("seconds at N =", *map(str, counts), *_slopes(counts))
    return _markdown(header, (_growth_of(step, rows, counts) for step in TITLES))


def tuned_or_all(rows: Sequence[Row]) -> list[Row]:
    """The tuned rows; the others where nothing was tuned."""
    return [row for row in rows if row.settings == "tuned"] or list(rows)


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
