"""shutdown: when the host ends.

The engine closes a host with SIGINT and waits for it, so an idle host ends at once. An
engine that was killed says nothing: its end of our standard input closes and our parent
changes. A step that is writing gets a few seconds in either case.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from types import FrameType

_PATIENCE_S = 4.0  # the engine kills a host that takes more than 5 s
_LOOK_EVERY_S = 1.0


class Shutdown:
    """Counts the steps that are writing, and ends the process when the engine is done with it."""

    def __init__(self) -> None:
        # A pipe, not an Event: a signal's handler must not wait for a lock that the code it interrupts holds.
        self._bell_heard, self._bell = os.pipe()
        self._writing = 0
        self._idle = threading.Condition()
        self.cancelled = threading.Event()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Around a step that changes the workspace: it may finish when the engine goes."""
        with self._idle:
            self._writing += 1
        try:
            yield
        finally:
            with self._idle:
                self._writing -= 1
                self._idle.notify_all()

    def watch(self) -> None:
        """Begins to look after signals, the parent and standard input."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        threading.Thread(target=self._watch_parent, args=(os.getppid(),), daemon=True).start()
        if _is_pipe(0):
            threading.Thread(target=self._watch_input, daemon=True).start()

    def wait(self) -> None:
        """Returns when the process should end: the engine is gone and nothing is being written."""
        os.read(self._bell_heard, 1)
        with self._idle:
            self._idle.wait_for(lambda: self._writing == 0, timeout=_PATIENCE_S)

    def end(self) -> None:
        """Asks for the end."""
        self.cancelled.set()
        os.write(self._bell, b"!")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.end()

    def _watch_parent(self, parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_S)
        self.end()

    def _watch_input(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
        self.end()


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False
