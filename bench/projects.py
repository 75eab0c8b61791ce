"""projects: two Pulumi projects in a folder of their own: ours with N specs, and the floor with N trifles.

The floor is what the engine takes for N dynamic resources that do nothing: two short inputs each, no
network, on Pulumi's stock host. Nothing written in Python against this engine can be faster.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from genie_provider.config import engine_tuning
from tools.install_pulumi import PROJECT, Cli

from .specs import write_specs
from .workspace import WAREHOUSE

STACK = "bench"
PASSPHRASE = "genie-bench"

_OURS = """\
name: genie-bench
runtime: {name: python, options: {virtualenv: %(venv)s}}
plugins:
  providers:
    - {name: pulumi-python, path: %(plugin)s}
"""

_FLOOR = """\
name: genie-floor
runtime: {name: python, options: {virtualenv: %(venv)s}}
plugins:
  providers:
    - {name: pulumi-python, path: stock-host}
"""

_STOCK_HOST = """\
#!/bin/sh
# What Pulumi's own distribution starts for dynamic resources.
exec %(venv)s/bin/python -u -m pulumi.dynamic "$@"
"""

_FLOOR_PROGRAM = '''\
"""N resources that do nothing: what the engine itself takes."""

import json

from floor import Trifle

for number, value in enumerate(json.load(open("values.json"))):
    Trifle(f"space-{number:04d}", {"title": f"Space {number}", "value": value})
'''

_FLOOR_PROVIDER = '''\
"""A dynamic resource with two short inputs, in the stock host's own terms."""

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult


class Nothing(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, id, olds, news):
        return DiffResult(changes=olds.get("value") != news.get("value"))

    def create(self, props):
        return CreateResult(props["title"], props)

    def read(self, id, props):
        return ReadResult(id, props)

    def update(self, id, olds, news):
        return UpdateResult(news)


class Trifle(Resource, module="floor", name="Trifle"):
    def __init__(self, name, props):
        super().__init__(Nothing(), name, props)
'''


@dataclass(frozen=True)
class Bench:
    """One project, with its state beside it."""

    folder: Path
    count: int
    env: Mapping[str, str]

    @property
    def state_folder(self) -> Path:
        return self.folder / "state"

    def state_bytes(self) -> int:
        """Size of the stack's state as the engine would write it, uncompressed."""
        command = ["pulumi", "stack", "export", "--stack", STACK, "--non-interactive"]
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, check=True)
        return len(json.dumps(json.loads(done.stdout), separators=(",", ":"), ensure_ascii=False).encode())

    def forget(self) -> None:
        """An empty state: as if this project had never been deployed."""
        shutil.rmtree(self.state_folder, ignore_errors=True)
        self.state_folder.mkdir(parents=True)


def ours(folder: Path, count: int, cli: Cli, host: str, *, tuned: bool) -> Bench:
    """Our program over `count` specs of 7 kB."""
    bench = Bench(folder, count, _environment(folder, cli, tuned))
    bench.forget()
    write_specs(folder / "spaces", count)
    _write(folder / "Pulumi.yaml", _OURS % _places())
    _write(folder / f"Pulumi.{STACK}.yaml", _stack_config(host))
    shutil.copy(PROJECT / "__main__.py", folder)
    return bench


def floor(folder: Path, count: int, cli: Cli, *, tuned: bool) -> Bench:
    """The floor with `count` resources."""
    bench = Bench(folder, count, _environment(folder, cli, tuned))
    bench.forget()
    _write(folder / "Pulumi.yaml", _FLOOR % _places())
    _write(folder / "__main__.py", _FLOOR_PROGRAM)
    _write(folder / "floor.py", _FLOOR_PROVIDER)
    _write(folder / "stock-host" / "pulumi-resource-pulumi-python", _STOCK_HOST % _places())
    (folder / "stock-host" / "pulumi-resource-pulumi-python").chmod(0o755)
    edit_floor(bench, frozenset())
    return bench


def edit_ours(bench: Bench, edited: frozenset[int]) -> None:
    write_specs(bench.folder / "spaces", bench.count, edited)


def edit_floor(bench: Bench, edited: frozenset[int]) -> None:
    values = ["edited" if number in edited else "as it was" for number in range(bench.count)]
    _write(bench.folder / "values.json", json.dumps(values))


def set_reading(bench: Bench, reads: bool) -> None:
    """`genie:readBeforePreview`: whether every preview asks the workspace."""
    file = bench.folder / f"Pulumi.{STACK}.yaml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "readBeforePreview" not in line]
    lines.insert(lines.index("config:") + 1, f"  genie:readBeforePreview: {str(reads).lower()}")
    _write(file, "\n".join(lines) + "\n")


def _stack_config(host: str) -> str:
    return f"config:\n  genie:host: {host}\n  genie:warehouse: {WAREHOUSE}\n"


def _places() -> dict[str, str]:
    return {
        "venv": json.dumps(str(PROJECT / ".venv")),
        "plugin": json.dumps(str(PROJECT / "genie_provider" / "plugin")),
    }


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _environment(folder: Path, cli: Cli, tuned: bool) -> dict[str, str]:
    """Nothing of the user's: own state, own Pulumi home, the local workspace's token."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    path = [str(cli.folder), str(PROJECT / ".venv" / "bin"), os.environ.get("PATH", "")]
    home = folder / "pulumi-home"
    home.mkdir(parents=True, exist_ok=True)
    if tuned:
        engine_tuning.without_logs(home)
    return {
        **kept,
        **({**engine_tuning.FASTER, **engine_tuning.SMALLER_STATE} if tuned else {}),
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(PROJECT),
        "PULUMI_BACKEND_URL": (folder / "state").as_uri() + ("?metadata=skip" if tuned else ""),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "DATABRICKS_TOKEN": "local-workspace",
    }
