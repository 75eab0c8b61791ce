"""stage: one worker's project, state and workspace, put back to a known moment before every case."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.handle import Handle
from emulator.serving import running
from emulator.state import clock
from tools.install_pulumi import PROJECT, find_cli

STACK = "dev"
USER = "you@example.com"
WORKSPACE_ID = "4711471147114711"
COMMAND_TIMEOUT_S = 240

_PULUMI_YAML = """\
name: chaos
runtime: {{name: python, options: {{virtualenv: {venv}}}}}
plugins:
  providers:
    - {{name: pulumi-python, path: {plugin}}}
"""


class NoCli(Exception):
    """There is no Pulumi CLI to run."""


@dataclass(frozen=True)
class Said:
    """What a command printed, how it ended, how long it took."""

    code: int
    text: str
    seconds: float


class Stage:
    """A Pulumi project of its own with its own state, beside a workspace on a port that stays."""

    def __init__(self, folder: Path, *, project: str = "chaos", settings: Mapping[str, str] | None = None) -> None:
        cli = find_cli(PROJECT)
        if cli is None:
            raise NoCli("there is no Pulumi CLI; run make setup")
        self.folder = folder
        self.cli = str(cli.folder / "pulumi")
        self.project = project
        self._stack_file = ""
        self.port = _free_port()
        self.workspace: Handle | None = None
        self.state = folder / "state"
        self.spaces = folder / "spaces"
        self.database = folder / "workspace.db"
        for part in (folder, self.state, self.spaces):
            part.mkdir(parents=True, exist_ok=True)
        self._write_project(project, settings or {})
        self.env = self._environment(str(cli.folder))
        self._started: list[subprocess.Popen[str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def here(self) -> Handle:
        """The workspace that is running now."""
        assert self.workspace is not None
        return self.workspace

    def _write_project(self, project: str, settings: Mapping[str, str]) -> None:
        places = {"venv": sys.prefix, "plugin": PROJECT / "genie_provider" / "plugin"}
        text = _PULUMI_YAML.format(**places).replace("name: chaos", f"name: {project}")
        (self.folder / "Pulumi.yaml").write_text(text)
        shutil.copy(PROJECT / "__main__.py", self.folder)
        config = {"host": self.url, "warehouse": "Serverless Starter Warehouse", **settings}
        lines = [f"  genie:{key}: {value}\n" for key, value in config.items()]
        (self.folder / f"Pulumi.{STACK}.yaml").write_text("config:\n" + "".join(lines))

    def _environment(self, cli_folder: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABRICKS_", "PULUMI_"))}
        return {
            **kept,
            "PATH": os.pathsep.join([cli_folder, str(Path(sys.prefix, "bin")), os.environ.get("PATH", "")]),
            "PYTHONPATH": str(PROJECT),
            "PULUMI_BACKEND_URL": self.state.as_uri() + "?metadata=skip",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "1",
            "PULUMI_CONFIG_PASSPHRASE": "genie-chaos",
            "PULUMI_HOME": str(self.folder / "pulumi-home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "DATABRICKS_TOKEN": "local-workspace",
        }

    # ── settings ────────────────────────────────────────────────────────────────────────

    def keep_settings(self) -> None:
        """The stack's file as it is now is the plain one: with the id that the first run made."""
        self._stack_file = self._file().read_text()

    def configure(self, **settings: str) -> None:
        """The plain stack's file with these settings; an empty text takes a line out."""
        lines = self._stack_file.splitlines()
        for key, value in settings.items():
            lines = [line for line in lines if not line.startswith(f"  genie:{key}:")]
            if value:
                lines.insert(lines.index("config:") + 1, f"  genie:{key}: {value}")
        self._file().write_text("\n".join(lines) + "\n")

    def _file(self) -> Path:
        return self.folder / f"Pulumi.{STACK}.yaml"

    def urn(self, name: str) -> str:
        return f"urn:pulumi:{STACK}::{self.project}::pulumi-python:dynamic/genie:GenieSpace::{name}"

    # ── moments ─────────────────────────────────────────────────────────────────────────

    def keep(self, name: str) -> None:
        """Remembers state and workspace as they are now. The workspace must not be running."""
        moment = self._moment(name)
        shutil.rmtree(moment, ignore_errors=True)
        moment.mkdir(parents=True)
        shutil.copytree(self.state, moment / "state")
        if self._journal.exists():
            shutil.copytree(self._journal, moment / "journal")
        if self.database.exists():
            shutil.copy(self.database, moment / "workspace.db")

    def go_back(self, name: str) -> None:
        """State and workspace as they were at a moment that was kept."""
        self.end_processes()
        shutil.rmtree(self.state, ignore_errors=True)
        for file in self.folder.glob("workspace.db*"):
            file.unlink()
        moment = self._moment(name)
        shutil.copytree(moment / "state", self.state)
        self.lose_journal()
        if (moment / "journal").exists():
            shutil.copytree(moment / "journal", self._journal)
        if self._stack_file:
            self.configure()
        if (moment / "workspace.db").exists():
            shutil.copy(moment / "workspace.db", self.database)

    @property
    def _journal(self) -> Path:
        return self.folder / ".genie"

    def lose_journal(self) -> None:
        """As in another checkout, or on another machine."""
        shutil.rmtree(self._journal, ignore_errors=True)

    def _moment(self, name: str) -> Path:
        return self.folder / "moments" / name

    @contextlib.contextmanager
    def open_workspace(self, **switches: float) -> Iterator[Handle]:
        with running(str(self.database), self.port, user=USER, workspace_id=WORKSPACE_ID) as handle:
            handle.control.set_settings(**switches)
            self.workspace = handle
            try:
                yield handle
            finally:
                self.workspace = None

    @contextlib.contextmanager
    def other_workspace(self) -> Iterator[Handle]:
        """Another workspace, at another address."""
        with running(user=USER, workspace_id=f"{WORKSPACE_ID[:-1]}9") as handle:
            yield handle

    # ── commands ────────────────────────────────────────────────────────────────────────

    def start(self, *args: str, **env: str) -> subprocess.Popen[str]:
        """A running command, the leader of a process group of its own."""
        process = subprocess.Popen(
            [self.cli, *args, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**self.env, **env},
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def pulumi(self, *args: str, **env: str) -> Said:
        """Runs a command to its end."""
        return self.end_of(self.start(*args, **env))

    def end_of(self, process: subprocess.Popen[str], began: float | None = None) -> Said:
        began = time.monotonic() if began is None else began
        text, _ = process.communicate(timeout=COMMAND_TIMEOUT_S)
        return Said(process.returncode, text, time.monotonic() - began)

    def up(self, *args: str, **env: str) -> Said:
        return self.pulumi("up", "--yes", "--skip-preview", *args, "--stack", STACK, **env)

    def preview(self, *args: str) -> Said:
        return self.pulumi("preview", "--diff", *args, "--stack", STACK)

    def recover(self) -> Said:
        """`python -m genie_provider recover`."""
        began = time.monotonic()
        command = [sys.executable, "-m", "genie_provider", "recover", "--stack", STACK]
        done = subprocess.run(command, cwd=self.folder, env=self.env, text=True, errors="replace", capture_output=True)
        return Said(done.returncode, done.stdout + done.stderr, time.monotonic() - began)

    def state_is_whole(self) -> bool:
        """Whether the engine can read its state: a kill can meet it between two files."""
        try:
            (file,) = self.state.glob(f".pulumi/stacks/*/{STACK}.json")
            return isinstance(json.loads(file.read_text()), dict)
        except ValueError:
            return False

    def locked(self) -> bool:
        return any(self.state.rglob(".pulumi/locks/**/*.json"))

    # ── processes ───────────────────────────────────────────────────────────────────────

    def kill(self, process: subprocess.Popen[str], *, everything: bool) -> str:
        """`kill -9` of the CLI's process group; `everything` also takes what it started."""
        if everything:
            for pid in self.processes():
                _kill(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        if everything:
            for pid in self.processes():
                _kill(pid)
        text, _ = process.communicate(timeout=COMMAND_TIMEOUT_S)
        return text

    def processes(self) -> list[int]:
        """Every process that a command of this stage started: they carry its environment."""
        mark = f"PULUMI_HOME={self.env['PULUMI_HOME']}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in entry.joinpath("environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def end_processes(self) -> None:
        """Leaves nothing running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self._started.clear()
        for pid in self.processes():
            _kill(pid)

    def wait_for_hosts(self, timeout_s: float = 15.0) -> None:
        """Until what outlived the CLI has ended by itself, as a person would need to type the next command."""
        until = time.monotonic() + timeout_s
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)


def seconds_since_1970() -> float:
    return clock.now()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
