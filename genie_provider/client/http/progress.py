"""voice: where progress is said. One voice per thread of work, so rows do not mix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Say = Callable[[str], None]


def _nowhere(text: str) -> None:
    return None


voice: ContextVar[Say | None] = ContextVar("genie_voice", default=None)


@contextmanager
def speaking(say: Say) -> Iterator[None]:
    """Within the block, calls of this thread say their progress ("waiting 3 s: …") to `say`."""
    token = voice.set(say)
    try:
        yield
    finally:
        voice.reset(token)


def speaker(default: Say | None = None) -> Say:
    """The voice of this thread of work, else `default`, else nobody."""
    return voice.get() or default or _nowhere
