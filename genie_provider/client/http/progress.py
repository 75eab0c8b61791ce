"""progress: where progress is reported. One reporter per thread of work, so rows do not mix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Report = Callable[[str], None]


def _nowhere(text: str) -> None:
    return None


reporter_of_thread: ContextVar[Report | None] = ContextVar("genie_voice", default=None)


@contextmanager
def reporting(report: Report) -> Iterator[None]:
    """Within the block, calls of this thread say their progress ("waiting 3 s: …") to `say`."""
    token = reporter_of_thread.set(report)
    try:
        yield
    finally:
        reporter_of_thread.reset(token)


def reporter(default: Report | None = None) -> Report:
    """The reporter of this thread of work, else `default`, else nobody."""
    return reporter_of_thread.get() or default or _nowhere
