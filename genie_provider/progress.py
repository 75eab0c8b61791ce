"""progress: how far a long piece of work is, for whoever wants to show it.

    with progress.told_to(lambda label, done, total: ...):
        export(…)

Work that takes its things one by one runs them through `counted`; nobody listening costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Thing = TypeVar("Thing")
Listener = Callable[[str, int, int], None]
"""Hears (what is done, how many are, how many there will be)."""

_LISTENER: ContextVar[Listener | None] = ContextVar("genie_progress", default=None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Within the block, `listener` hears of every step."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def counted(things: Iterable[Thing], total: int, label: str) -> Iterator[Thing]:
    """The things as they come, each told of."""
    listener = _LISTENER.get()
    if listener:
        listener(label, 0, total)
    for done, thing in enumerate(things, 1):
        if listener:
            listener(label, done, total)
        yield thing
