"""local_workspace: the demo's workspace as a background process of this project.

`.demo/workspace.pid` holds its process id and port. A process counts as ours only while its command line
names our data file: ids are used again after a restart of the machine, and another copy of the project may
run a demo of its own.
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

from tools.environment import PORT_VARIABLE
from tools.install_pulumi import PROJECT
from tools.progress import end, say, shortened

READY_WITHIN_S = 10


class Workspace(NamedTuple):
    """A local workspace that runs."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Its page for people, and the host for programs."""
        return f"http://127.0.0.1:{self.port}"


class WorkspaceProblem(Exception):
    """It could not be started; the message says what to do."""


def ensure_started(project: Path, port: int) -> tuple[Workspace, bool]:
    """The workspace on `port`, and whether it had to be started for that.

    Raises:
        WorkspaceProblem: another program has the port, or it did not come up.
    """
    running = running_workspace(project)
    if running and running.port == port and _answers(port):
        return running, False
    if running:
        stop(project)
    if _is_taken(port):
        raise WorkspaceProblem(
            f"Port {port} is taken by another program. Stop that program, or choose another port: "
            f"{PORT_VARIABLE}={port + 1} make demo"
        )
    return _start(project, port), True


def running_workspace(project: Path) -> Workspace | None:
    """What the pid file tells of, if that process is still ours."""
    try:
        told = json.loads(_pid_file(project).read_text(encoding="utf-8"))
        workspace = Workspace(int(told["pid"]), int(told["port"]))
    except (OSError, ValueError, KeyError, TypeError):  # no file, or cut short: nothing of ours is known
        return None
    return workspace if str(_data_file(project)) in _command_line(workspace.pid) else None


def stop(project: Path, *, grace_s: float = 5) -> bool:
    """End the workspace that we started; whether there was one. Its spaces stay in the data file."""
    workspace = running_workspace(project)
    if workspace:
        with contextlib.suppress(ProcessLookupError):
            os.kill(workspace.pid, signal.SIGTERM)
            if not _gone_within(project, workspace, grace_s) and running_workspace(project):
                os.kill(workspace.pid, signal.SIGKILL)
                _gone_within(project, workspace, grace_s)
    _pid_file(project).unlink(missing_ok=True)
    return workspace is not None


def _start(project: Path, port: int) -> Workspace:
    (project / ".demo").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "emulator", "--port", str(port), "--data", str(_data_file(project))]
    with open(_log_file(project), "wb") as log:
        process = subprocess.Popen(
            command,
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in make's terminal is not meant for it
        )
    workspace = Workspace(process.pid, port)
    told = json.dumps({"pid": process.pid, "port": port}) + "\n"
    _pid_file(project).write_text(told, encoding="utf-8")
    try:
        _wait_until_ready(project, process, workspace)
    except BaseException:
        end(process)
        _pid_file(project).unlink(missing_ok=True)
        raise
    return workspace


def _wait_until_ready(project: Path, process: subprocess.Popen[bytes], workspace: Workspace) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not _answers(workspace.port):
        if process.poll() is not None or time.monotonic() > deadline:
            why = "ended at once" if process.poll() is not None else f"was not ready within {READY_WITHIN_S} s"
            printed = shortened(_log_file(project).read_text(encoding="utf-8", errors="replace"))
            raise WorkspaceProblem(f"The local workspace {why}; .demo/workspace.log ends with:\n{printed}")
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


def _gone_within(project: Path, workspace: Workspace, seconds: float) -> bool:
    """A process that ends loses its command line first and its port a moment later."""
    deadline = time.monotonic() + seconds
    while running_workspace(project) or _is_taken(workspace.port):
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


def _data_file(project: Path) -> Path:
    return project / ".demo" / "workspace.db"


def _log_file(project: Path) -> Path:
    return project / ".demo" / "workspace.log"


def _pid_file(project: Path) -> Path:
    return project / ".demo" / "workspace.pid"


if __name__ == "__main__":  # make demo-stop
    say("The local workspace is stopped." if stop(PROJECT) else "No local workspace of this project runs.")
