"""progress: counts and the time left, on stderr, for what takes longer than two seconds.

On a terminal a line that goes away at the end; elsewhere a line now and then, so that a log shows life.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Final

from . import output

SILENT_S: Final = 2.0
LINE_EVERY_S: Final = 15.0


class Progress:
    """Hears the steps of a workflow (see genie_provider.progress) and shows them; used as a context."""

    def __init__(self) -> None:
        self._label = ""
        self._began = self._told = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def __call__(self, label: str, done: int, total: int) -> None:
        now = time.monotonic()
        if label != self._label or done == 0:
            self._close()
            self._label, self._began, self._told = label, now, now
        if now - self._began < SILENT_S or output.is_quiet():
            return
        if sys.stderr.isatty():
            self._draw(done, total)
        elif now - self._told >= LINE_EVERY_S:
            self._told = now
            output.say(line(label, done, total, now - self._began))
        if done >= total:
            self._close()

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            console = Console(stderr=True, no_color=not output.has_colour(sys.stderr))
            self._bar = Bar(*columns, console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._label, total=total)
        self._bar.update(self._task, completed=done)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None


def line(label: str, done: int, total: int, elapsed_s: float) -> str:
    """`spaces read: 120 of 500, about 12 s left`."""
    left_s = elapsed_s / done * (total - done) if done else 0.0
    return f"{label}: {done} of {total}" + (f", about {left_s:.0f} s left" if done < total and done else "")
