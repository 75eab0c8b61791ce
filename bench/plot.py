"""plot: seconds over the number of spaces, as an SVG without any library."""

from __future__ import annotations

from collections.abc import Sequence

from . import tables
from .results import Row

_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 210, 34, 44

_LINES = (
    ("up", False, "#c2410c", "up, all new"),
    ("up_bulk", False, "#d97706", "up, all new, bulk"),
    ("preview", False, "#1d4ed8", "preview, every space read"),
    ("preview", True, "#94a3b8", "engine's floor of a preview"),
    ("refresh", False, "#15803d", "refresh"),
    ("validate", False, "#7e22ce", "validate"),
)


def plot(rows: Sequence[Row], note: str) -> str:
    """The picture for the README."""
    rows = tables.tuned_or_all(rows)
    curves = [(color, label, _points(rows, step, floor)) for step, floor, color, label in _LINES]
    curves = [curve for curve in curves if curve[2]]
    right = max(spaces for _, _, points in curves for spaces, _ in points)
    top = _round_up(max(seconds for _, _, points in curves for _, seconds in points))
    parts = [*_frame(right, top, note)]
    for color, _, points in curves:
        path = " ".join(f"{_x(spaces, right):.1f},{_y(seconds, top):.1f}" for spaces, seconds in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{_x(spaces, right):.1f}" cy="{_y(seconds, top):.1f}" r="3" fill="{color}"/>'
            for spaces, seconds in points
        ]
    parts += _labels(curves, top)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="12">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _points(rows: Sequence[Row], step: str, floor: bool) -> list[tuple[int, float]]:
    chosen = [(row.spaces, row.floor_seconds if floor else row.seconds) for row in rows if row.step == step]
    return sorted((spaces, seconds) for spaces, seconds in chosen if seconds is not None)


def _frame(right: int, top: float, note: str) -> list[str]:
    lines = [f'<text x="{_LEFT}" y="20" fill="#334155">{note}</text>']
    for step in range(6):
        seconds, spaces = top * step / 5, right * step / 5
        y, x = _y(seconds, top), _x(spaces, right)
        lines += [
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}" stroke="#e2e8f0"/>',
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#475569">{seconds:g} s</text>',
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle" fill="#475569">{spaces:g}</text>',
        ]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return [*lines, f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle" fill="#334155">spaces</text>']


def _labels(curves: Sequence[tuple[str, str, list[tuple[int, float]]]], top: float) -> list[str]:
    """Beside the end of each line, pushed apart where they would overlap."""
    lines, lowest = [], 0.0
    for color, label, points in sorted(curves, key=lambda curve: -curve[2][-1][1]):
        seconds = points[-1][1]
        y = max(_y(seconds, top) + 4, lowest + 16)
        lowest = y
        text = f"{label}: {seconds:.1f} s"
        lines.append(f'<text x="{_WIDTH - _RIGHT + 10}" y="{y:.1f}" fill="{color}">{text}</text>')
    return lines


def _x(spaces: float, right: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * spaces / max(right, 1)


def _y(seconds: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * seconds / top


def _round_up(value: float) -> float:
    """The next number that has five even parts."""
    size = 5.0
    while size < value:
        size += 5.0
    return size
