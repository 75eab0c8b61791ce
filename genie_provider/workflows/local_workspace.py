"""local_workspace: a local workspace as a background process, for a demo or a try-out.

    workspace, started = ensure_started(Path(".genie"), 8642)

`<folder>/workspace.pid` holds its process id and port, workspace.db its spaces, workspace.log what it printed. A
process counts as ours only while its command line names our data file: ids are used again after a restart of the
machine, and another folder may have a workspace of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from ..errors import GenieError

USUAL_PORT = 8642
READY_WITHIN_S = 10.0
_LOG_LINES = 20

_CODE = Path(__file__).parents[2]
"""The folder that holds the package `emulator`: the repository, or site-packages."""


class Workspace(NamedTuple):
    """A local workspace that runs."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Its page for people, and the host for programs."""
        return f"http://127.0.0.1:{self.port}"


class WorkspaceProblem(GenieError):
    """It could not be started; the message says what to do."""


def ensure_started(
    folder: Path, port: int, *, code: Path = _CODE, way_out: str = "genie local start --port {port}"
) -> tuple[Workspace, bool]:
    """The workspace on `port`, and whether it had to be started for that.

    Args:
        folder: where its data, log and process id are kept.
        port: 0 takes a free one, or the one it has if it runs.
        code: where its program is looked for.
        way_out: how to ask for another port, with {port} in it.

    Raises:
        WorkspaceProblem: another program has the port, or it did not come up.
    """
    running = running_workspace(folder)
    if running and port in (0, running.port) and _answers(running.port):
        return running, False
    if running:
        stop(folder)
    if port and _is_taken(port):
        raise WorkspaceProblem(
            f"Port {port} is taken by another program. Stop that program, or choose another port: "
            f"{way_out.format(port=port + 1)}"
        )
    return _start(folder, port or _free_port(), code), True


def running_workspace(folder: Path) -> Workspace | None:
    """What the pid file tells of, if that process is still ours."""
    try:
        told = json.loads(_pid_file(folder).read_text(encoding="utf-8"))
        workspace = Workspace(int(told["pid"]), int(told["port"]))
    except (OSError, ValueError, KeyError, TypeError):  # no file, or cut short: nothing of ours is known
        return None
    return workspace if str(_data_file(folder)) in _command_line(workspace.pid) else None


def last_port(folder: Path) -> int:
    """The port it had when it was last started; 0 if it never was."""
    try:
        return int(json.loads(_port_file(folder).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return 0


def stop(folder: Path, *, grace_s: float = 5) -> bool:
    """End the workspace that we started; whether there was one. Its spaces stay in the data file."""
    workspace = running_workspace(folder)
    if workspace:
        with contextlib.suppress(ProcessLookupError):
            os.kill(workspace.pid, signal.SIGTERM)
            if not _gone_within(folder, workspace, grace_s) and running_workspace(folder):
                os.kill(workspace.pid, signal.SIGKILL)
                _gone_within(folder, workspace, grace_s)
    _pid_file(folder).unlink(missing_ok=True)
    return workspace is not None


def _start(folder: Path, port: int, code: Path) -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "emulator", "--port", str(port), "--data", str(_data_file(folder))]
    with open(_log_file(folder), "wb") as log:
        process = subprocess.Popen(
            command,
            cwd=code,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for it
        )
    workspace = Workspace(process.pid, port)
    told = json.dumps({"pid": process.pid, "port": port}) + "\n"
    _pid_file(folder).write_text(told, encoding="utf-8")
    _port_file(folder).write_text(f"{port}\n", encoding="utf-8")
    try:
        _wait_until_ready(folder, process, workspace)
    except BaseException:
        _end(process)
        _pid_file(folder).unlink(missing_ok=True)
        raise
    return workspace


def _wait_until_ready(folder: Path, process: subprocess.Popen[bytes], workspace: Workspace) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not _answers(workspace.port):
        if process.poll() is not None or time.monotonic() > deadline:
            why = "ended at once" if process.poll() is not None else f"was not ready within {READY_WITHIN_S} s"
            log = _log_file(folder)
            printed = "\n".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_LOG_LINES:])
            raise WorkspaceProblem(f"The local workspace {why}; {log.parent.name}/{log.name} ends with:\n{printed}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        no_proxy.open(f"http://127.0.0.1:{port}/", timeout=2).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _gone_within(folder: Path, workspace: Workspace, seconds: float) -> bool:
    """A process that ends loses its command line first and its port a moment later."""
    deadline = time.monotonic() + seconds
    while running_workspace(folder) or _is_taken(workspace.port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _command_line(pid: int) -> str:
    """How that process was started, or nothing if it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    with contextlib.suppress(OSError):  # no /proc on macOS, no ps in small containers
        ps = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
        return ps.stdout
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _data_file(folder: Path) -> Path:
    return folder / "workspace.db"


def _log_file(folder: Path) -> Path:
    return folder / "workspace.log"


def _port_file(folder: Path) -> Path:
    """Outlives a stop: a stack's file may name that port."""
    return folder / "workspace.port"


def _pid_file(folder: Path) -> Path:
    return folder / "workspace.pid"
