"""results: runs of the benchmark → medians, ratios, JSON."""

from __future__ import annotations

import os
import platform
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from .steps import FLOOR_OF, TITLES, Measured

Settings = Literal["plain", "tuned"]
"""As it comes on everybody's machine, or with what docs/performance.md advises (as `genie up` and so on have it)."""


@dataclass(frozen=True)
class Row:
    """One step at one number of spaces under one set of settings: medians of its runs, beside the floor's."""

    spaces: int
    settings: Settings
    step: str
    seconds: float
    all_seconds: list[float]
    cpu_seconds: float
    peak_mb: float
    api_calls: int
    at_once: int
    state_bytes_a_space: int
    floor_seconds: float | None
    floor_cpu_seconds: float | None

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.floor_seconds if self.floor_seconds else None

    def as_dict(self) -> dict[str, Any]:
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in vars(self).items()}
        rounded["all_seconds"] = [round(value, 3) for value in self.all_seconds]
        return {**rounded, "ratio_to_floor": round(self.ratio, 2) if self.ratio else None}


def rows_of(spaces: int, settings: Settings, ours: Iterable[Measured], floor: Iterable[Measured]) -> list[Row]:
    """The rows of one number of spaces, in the order of the tables."""
    by_step, floor_by_step = _grouped(ours), _grouped(floor)
    return [
        _row(spaces, settings, step, by_step[step], floor_by_step.get(FLOOR_OF.get(step, step), []))
        for step in TITLES
        if step in by_step
    ]


def _row(spaces: int, settings: Settings, step: str, runs: list[Measured], floor: list[Measured]) -> Row:
    return Row(
        spaces=spaces,
        settings=settings,
        step=step,
        seconds=_median(runs, lambda run: run.taken.seconds),
        all_seconds=[run.taken.seconds for run in runs],
        cpu_seconds=_median(runs, lambda run: run.taken.cpu_seconds),
        peak_mb=_median(runs, lambda run: run.taken.peak_mb),
        api_calls=round(_median(runs, lambda run: run.calls)),
        at_once=max(run.at_once for run in runs),
        state_bytes_a_space=round(_median(runs, lambda run: run.state_bytes) / spaces),
        floor_seconds=_median(floor, lambda run: run.taken.seconds) if floor else None,
        floor_cpu_seconds=_median(floor, lambda run: run.taken.cpu_seconds) if floor else None,
    )


def _median(runs: list[Measured], value: Callable[[Measured], float]) -> float:
    return float(statistics.median(value(run) for run in runs))


def _grouped(runs: Iterable[Measured]) -> dict[str, list[Measured]]:
    by_step: dict[str, list[Measured]] = defaultdict(list)
    for run in runs:
        by_step[run.step].append(run)
    return by_step


def as_json(rows: list[Row], *, rounds: int, latency_s: float, pulumi: str, yardstick_s: float) -> dict[str, Any]:
    """All that is needed to judge the numbers; nothing that tells whose machine it was.

    Args:
        yardstick_s: what `yardstick.measure` took on this machine, by which two runs can be compared.
    """
    return {
        "rounds": rounds,
        "latency_s": latency_s,
        "yardstick_s": round(yardstick_s, 3),
        "processors": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "pulumi": pulumi,
        "rows": [row.as_dict() for row in rows],
    }


def from_json(data: dict[str, Any]) -> list[Row]:
    return [Row(**{name: value for name, value in row.items() if name != "ratio_to_floor"}) for row in data["rows"]]
