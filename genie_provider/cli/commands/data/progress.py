"""progress: how far a long step is, on a terminal alone, and only once it has taken two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ... import output

QUIET_S: Final = 2.0
EVERY_S: Final = 0.2


@contextmanager
def counting(what: str, unit: str = "rows", total: int = 0) -> Iterator[Callable[..., None]]:
    """Yields a function that is told the number done, and perhaps another text for what is being done.

    Args:
        total: the number at the end, where it is known; then the share and the time left are shown.
    """
    if output.is_quiet() or not sys.stderr.isatty():
        yield lambda done, text="": None
        return
    began = shown_at = time.monotonic()
    showed = False

    def told(done: int, text: str = "") -> None:
        nonlocal shown_at, showed
        now = time.monotonic()
        if now - began < QUIET_S or now - shown_at < EVERY_S:
            return
        shown_at, showed = now, True
        line = output.harmless(f"{text or what}: {_amount(done, unit)}{_left(done, total, now - began)}")
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    try:
        yield told
    finally:
        if showed:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _amount(done: int, unit: str) -> str:
    return f"{done / 1e6:,.1f} MB" if unit == "bytes" else f"{done:,} {unit}"


def _left(done: int, total: int, passed_s: float) -> str:
    if not total or not done:
        return ""
    return f" of {_amount(total, 'bytes')}, {passed_s * (total - done) / done:.0f} s left"
