"""single_flight: answers asked for once a run, also by many threads at a time."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class _Asked:
    """One question under way, or its answer. (`concurrent.futures` has this too, and imports 8 ms.)"""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.value: Any = None
        self.error: BaseException | None = None


class SingleFlight:
    """Answers kept for a run; threads that ask at the same time share one call, and its failure.

    A failure is not kept: who asks later asks anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Hashable, _Asked] = {}

    def get(self, key: Hashable, ask: Callable[[], T], keep: Callable[[T], bool] = lambda value: True) -> T:
        with self._lock:
            known = self._kept.get(key)
            asked = known or self._kept.setdefault(key, _Asked())
        if known is None:
            self._ask_now(key, asked, ask, keep)
        asked.done.wait()
        if asked.error:
            raise copy.copy(asked.error)  # each thread names its own space in it
        value: T = asked.value
        return value

    def _ask_now(self, key: Hashable, asked: _Asked, ask: Callable[[], T], keep: Callable[[T], bool]) -> None:
        try:
            asked.value = ask()
            if not keep(asked.value):
                self.forget(key)
        except BaseException as error:
            asked.error = error
            self.forget(key)
        finally:
            asked.done.set()

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._kept.pop(key, None)
