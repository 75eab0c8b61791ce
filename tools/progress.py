"""progress: running something slow while a person watches.

On a terminal one line counts the seconds; in a log a line appears now and then.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LOG_EVERY_S = 30


class StepFailed(Exception):
    """A step that ended badly; the message is the end of what it printed."""


def say(text: str) -> None:
    """One line for the person at the terminal, at once even when stdout is a file."""
    print(text, flush=True)


def run_step(
    label: str,
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 3600,
) -> str:
    """Run `command` quietly under a line that shows `label` and the elapsed seconds; its stdout.

    Raises:
        StepFailed: it could not start, ended with an error, or was not done after `timeout_s` seconds.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        except OSError as error:
            raise StepFailed(str(error)) from error
        try:
            _watch(label, process, timeout_s)
        finally:
            end(process)
        out.seek(0)
        err.seek(0)
        printed, complaints = (stream.read().decode("utf-8", "replace") for stream in (out, err))
    if process.returncode != 0:
        raise StepFailed(shortened(complaints or printed) or f"exit code {process.returncode}")
    return printed


def shortened(text: str, *, lines: int = 6, width: int = 200) -> str:
    """The last few lines, which is where command line tools put the reason."""
    kept = [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in kept)


def end(process: subprocess.Popen[bytes], *, grace_s: float = 5) -> None:
    """Make sure that `process` is gone: ask first, insist after `grace_s` seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _watch(label: str, process: subprocess.Popen[bytes], timeout_s: float) -> None:
    begin, counter = time.monotonic(), _Counter(label)
    while process.poll() is None:
        elapsed_s = time.monotonic() - begin
        if elapsed_s > timeout_s:
            raise StepFailed(f"not done after {timeout_s:.0f} s")
        counter.show(elapsed_s)
        try:
            process.wait(1 if elapsed_s > 1 else 0.1)
        except subprocess.TimeoutExpired:
            continue
    counter.close(time.monotonic() - begin)


class _Counter:
    """The line with the seconds."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.is_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self.next_line_s = 1.0  # what takes no time needs one line only

    def show(self, elapsed_s: float) -> None:
        if self.is_terminal:
            print(f"\r{self.label} {elapsed_s:.0f} s ", end="", flush=True)
        elif elapsed_s >= self.next_line_s:
            say(f"{self.label} {elapsed_s:.0f} s")
            self.next_line_s = elapsed_s + LOG_EVERY_S

    def close(self, elapsed_s: float) -> None:
        say(f"{chr(13) if self.is_terminal else ''}{self.label} done after {elapsed_s:.0f} s")
