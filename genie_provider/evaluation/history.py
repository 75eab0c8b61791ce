"""history: how a space's answers went over time, as rows and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from .records import Evaluation
from .tally import tallies
from .words import BAD, GOOD, NEEDS_REVIEW

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 260, 48, 34, 44
_COLOURS: Final = {"right": "#2a7f4f", "wrong": "#c0392b", "review": "#8a8a8a"}


@dataclass(frozen=True)
class Point:
    """One saved evaluation.

    Attributes:
        share: right answers of all that got a verdict, 0 to 1; None where none did.
        is_new: whether the definition is another than at the point before.
    """

    at: str
    share: float | None
    right: int
    wrong: int
    review: int
    unstable: int
    asked: int
    runs: int
    definition: str
    is_new: bool


def points(evaluations: Sequence[Evaluation]) -> list[Point]:
    """One point an evaluation, oldest first."""
    found: list[Point] = []
    before = ""
    for each in evaluations:
        counted = tallies(each)
        verdicts = [tally.verdict for tally in counted]
        given = len([verdict for verdict in verdicts if verdict])
        right, wrong, review = (verdicts.count(verdict) for verdict in (GOOD, BAD, NEEDS_REVIEW))
        unstable = sum(tally.is_unstable for tally in counted)
        share = right / given if given else None
        new = bool(before) and each.definition != before
        found.append(
            Point(each.at, share, right, wrong, review, unstable, len(counted), len(each.runs), each.definition, new)
        )
        before = each.definition or before
    return found


def svg(name: str, history: Sequence[Point]) -> str:
    """The share of right answers over the evaluations, one column each; a dashed line where the definition changed."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="13" font-weight="bold">{escape(name)}: right answers</text>',
    ]
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent / 100)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#666">{percent} %</text>')
    places = [(_x(at, len(history)), point) for at, point in enumerate(history)]
    line = [(x, _y(point.share)) for x, point in places if point.share is not None]
    parts.append(
        f'<polyline fill="none" stroke="{_COLOURS["right"]}" stroke-width="2" '
        f'points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in line)}"/>'
    )
    for at, (x, point) in enumerate(places):
        parts += _column(x, point, at, len(history))
    return "\n".join([*parts, "</svg>"])


def _column(x: float, point: Point, at: int, of: int) -> list[str]:
    parts = []
    if point.is_new:
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#888" stroke-dasharray="3 3"/>'
        )
    told = f"{point.at}: {point.right} right, {point.wrong} wrong, {point.review} to be reviewed"
    told += f", {point.unstable} unstable" if point.unstable else ""
    colour = _COLOURS["review"] if point.share is None else _COLOURS["right" if point.share == 1 else "wrong"]
    y = _y(point.share or 0.0)
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{escape(told)}</title></circle>')
    if of <= 8 or at in (0, of - 1) or at % (of // 6 + 1) == 0:
        anchor = "end" if at == of - 1 and of > 1 else "start" if at == 0 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 24}" text-anchor="{anchor}" fill="#666">{point.at[:10]}</text>')
    return parts


def _x(at: int, of: int) -> float:
    return LEFT + 10 + (WIDTH - LEFT - 34) * (at / (of - 1) if of > 1 else 0.5)


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)
