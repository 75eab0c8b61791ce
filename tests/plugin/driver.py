"""Runs the real Pulumi CLI on a copy of the test project, with a state of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOTE = "pulumi-python:dynamic/test:Note"

_SETTINGS = """\
name: noted
runtime: {name: python, options: {virtualenv: .venv}}
"""
_PLUGIN = """\
plugins:
  providers:
    - name: pulumi-python
      path: {plugin}
"""


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    text: str


class Project:
    """A project on disk with one stack, talking to one shelf."""

    def __init__(self, folder: Path, cli: str, server: str, own_host: bool = True) -> None:
        self.folder = folder
        self.cli = cli
        self._started: list[subprocess.Popen[str]] = []
        shutil.copytree(HERE / "project", folder, ignore=shutil.ignore_patterns("__pycache__"))
        folder.joinpath(".venv").symlink_to(sys.prefix)
        settings = _SETTINGS
        if own_host:
            settings += _PLUGIN.format(plugin=ROOT / "genie_provider" / "plugin")
        else:
            stock = folder / "pulumi-resource-pulumi-python"
            stock.write_text(f'#!/bin/sh\nexec {sys.executable} -u -m pulumi.dynamic "$@"\n')
            stock.chmod(0o755)
        folder.joinpath("Pulumi.yaml").write_text(settings)
        self.state = folder / "state"
        self.state.mkdir()
        python = str(Path(sys.prefix, "bin"))
        self.env = {
            **os.environ,
            # An older language host does not heed `virtualenv`, so the right Python comes first anyway.
            "PATH": os.pathsep.join([str(folder), str(Path(cli).parent), python, os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": self.state.as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "open sesame",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "GENIE_KINDS": f"{NOTE}=notes:NoteProvider",
            "PYTHONPATH": f"{ROOT}",
        }
        self.pulumi("stack", "init", "dev")
        self.pulumi("config", "set", "note:server", server)

    def write(self, **program: Any) -> None:
        """What the program makes from now on; see project/__main__.py."""
        self.folder.joinpath("program.json").write_text(json.dumps(program))

    def start(self, *args: str) -> subprocess.Popen[str]:
        """A running command, the leader of a process group of its own."""
        process = subprocess.Popen(
            [self.cli, *args, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def pulumi(self, *args: str, ok: bool = True) -> Said:
        """Runs a command to its end; `ok` is whether it has to succeed."""
        process = self.start(*args)
        text, _ = process.communicate(timeout=120)
        assert (process.returncode == 0) is ok, text
        return Said(process.returncode, text)

    def up(self, *args: str, ok: bool = True) -> Said:
        return self.pulumi("up", "--yes", "--skip-preview", *args, ok=ok)

    def preview(self, *args: str, ok: bool = True) -> Said:
        return self.pulumi("preview", "--diff", *args, ok=ok)

    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources in the state by name, the stack's own ones left out."""
        exported = json.loads(self.pulumi("stack", "export").text)
        resources = exported["deployment"].get("resources", [])
        return {r["urn"].rpartition("::")[2]: r for r in resources if "dynamic/" in r["type"]}

    def hosts(self) -> list[int]:
        """The process ids of this project's hosts."""
        return [pid for pid, args in self._processes() if "genie_provider.plugin" in args]

    def end(self) -> None:
        """Leaves no process behind. A killed CLI orphans Pulumi's own language host and the program."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        for pid, _ in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _processes(self) -> list[tuple[int, str]]:
        """Those that a command of this project started: they carry its environment."""
        mark = f"PULUMI_HOME={self.env['PULUMI_HOME']}"
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in entry.joinpath("environ").read_text(errors="replace").split("\0"):
                    args = entry.joinpath("cmdline").read_text(errors="replace").replace("\0", " ")
                    found.append((int(entry.name), args))
        return [(pid, args) for pid, args in found if args]

    def state_text(self) -> str:
        """The whole state as it lies on disk."""
        return "".join(p.read_text() for p in self.state.rglob("*.json"))
