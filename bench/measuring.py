"""measuring: one command as a whole process tree: seconds, processor seconds, memory.

Time runs from before the start to after the end of the process, everything that belongs to it included:
the engine, the language host, the program, the plugin. Processor seconds are the system's own accounting of
all processes waited for (`wait4`). Memory is the largest sum over the tree at one moment, looked at five
times a second; each process counts what it shares with others in proportion.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Taken:
    """What one run of a command took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


class CommandFailed(Exception):
    """The command ended with an error; the message holds the end of what it printed."""


def run(command: Sequence[str], folder: Path, env: Mapping[str, str], *, log: Path) -> Taken:
    """Runs the command to its end.

    Raises:
        CommandFailed: its exit code is not 0.
    """
    with open(log, "wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_hear_interrupts,
        )
        with _watched(process.pid) as peaks:
            status, usage = _ended(process)
            seconds = time.monotonic() - began
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code:
        said = log.read_text(encoding="utf-8", errors="replace").strip()[-3000:]
        raise CommandFailed(f"{' '.join(command)} ended with {code}:\n{said}")
    peak_kb = max(max(peaks, default=0), usage.ru_maxrss)
    return Taken(seconds, usage.ru_utime + usage.ru_stime, peak_kb / 1024)


def _hear_interrupts() -> None:
    """A shell's background jobs ignore Ctrl-C, and so does what they start.

    The engine ends its language host by that signal and else waits five seconds before it kills it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _ended(process: subprocess.Popen[bytes]) -> tuple[int, resource.struct_rusage]:
    """Waits for the process and reaps it, with the accounting of its tree; Ctrl-C is passed on."""
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
        raise
    return status, usage


@contextlib.contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """The memory of the tree in kB, one entry a look; empty where the system has no /proc."""
    peaks: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_EVERY_S):
            peaks.append(sum(map(_memory_kb, _tree(pid))))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                yield from _tree(int(child))


def _memory_kb(pid: int) -> int:
    """Proportional set size; 0 once the process is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
