"""A Pulumi project on disk, run by the real CLI with a state and a Pulumi home of its own; it leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

_IDS = re.compile(r"\b[0-9a-f]{32}\b")
_TIMES = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z?")


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def plain(self) -> str:
        """The text for comparison: ids and times as words, trailing space gone."""
        text = _TIMES.sub("TIME", _IDS.sub("ID", self.text))
        return "\n".join(line.rstrip() for line in text.splitlines())

    def rows(self) -> list[str]:
        """The lines that speak of changed entries, without the engine's frame around them."""
        return [line for line in self.plain.splitlines() if re.match(r"\s+[~+-]? ?\S.*(: | \{$|\[$)", line)]


class PulumiProject:
    """A folder, a CLI, an environment. Subclasses lay out the project.

    Args:
        folder: made by the subclass; the state lies in `state/`, Pulumi's home in `home/`.
    """

    def __init__(self, folder: Path, cli: str) -> None:
        self.folder = folder
        self.cli = cli
        self.env: dict[str, str] = {}
        self._started: list[subprocess.Popen[str]] = []

    def environment(self) -> dict[str, str]:
        """What every command gets; of the machine's own settings for Pulumi and Databricks nothing is left.

        The language host of a CLI built from modules brings no stock host, so that lies on the PATH; an older one
        does not heed `virtualenv`, so the right Python comes first there too.
        """
        stock = self.folder / "stock"
        stock.mkdir()
        script = stock / "pulumi-resource-pulumi-python"
        script.write_text(f'#!/bin/sh\nexec {sys.executable} -u -m pulumi.dynamic "$@"\n')
        script.chmod(0o755)
        path = [str(stock), str(Path(self.cli).parent), str(Path(sys.prefix, "bin")), os.environ["PATH"]]
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DATABRICKS_", "PULUMI_")) and key != "CI"
        }
        return {
            **kept,
            "PATH": os.pathsep.join(path),
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "open sesame",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    # ── running ─────────────────────────────────────────────────────────────────────────────

    def run(self, *args: str) -> Said:
        """A pulumi command to its end."""
        command = [self.cli, *args, "--non-interactive", "--color", "never"]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=180,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def start(self, *args: str) -> subprocess.Popen[str]:
        """A running pulumi command, the leader of a process group of its own."""
        return self.begin(self.cli, *args, "--non-interactive", "--color", "never")

    def begin(self, *command: str) -> subprocess.Popen[str]:
        """Any running command, likewise."""
        process = subprocess.Popen(
            command,
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

    # ── what is there ───────────────────────────────────────────────────────────────────────

    def state_text(self) -> str:
        """The whole state as it lies on disk, backups and history included."""
        files = (file for file in (self.folder / "state").rglob("*") if file.is_file())
        return "".join(file.read_text(errors="replace") for file in files)

    def hosts(self) -> list[int]:
        """The process ids of this project's own hosts."""
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
        mark = f"PULUMI_HOME={self.env.get('PULUMI_HOME')}"
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in entry.joinpath("environ").read_text(errors="replace").split("\0"):
                    args = entry.joinpath("cmdline").read_text(errors="replace").replace("\0", " ")
                    found.append((int(entry.name), args))
        return [(pid, args) for pid, args in found if args]
