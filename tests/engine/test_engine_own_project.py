"""A project of one's own from the wheel: four commands, `pulumi new`, an upgrade."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from engine_project import ROOT

from genie_provider import __version__
from genie_provider.cli import schemas

PARTS = ("genie_provider", "emulator", "templates", "docs", "pyproject.toml", "README.md", "LICENSE")


def built(source: Path, target: Path) -> Path:
    """The wheel of that tree."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def later_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a version that is to come, with another host script."""
    tree = tmp_path_factory.mktemp("later")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, tree)
    version = tree / "genie_provider" / "__init__.py"
    version.write_text(version.read_text().replace(f'"{__version__}"', '"0.2.99"'))
    for host in tree.rglob("pulumi-resource-pulumi-python"):
        host.write_text(host.read_text().replace("\n# Started", "\n# Of a later version. Started"))
    return built(tree, tree / "dist")


class Machine:
    """A machine with a fresh virtual environment; third-party packages come from the one that runs the tests."""

    def __init__(self, folder: Path, cli: str) -> None:
        self.folder = folder / "sales"
        self.folder.mkdir()
        self.venv = folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(self.venv)], check=True)
        packages = sysconfig.get_path("purelib", vars={"base": str(self.venv)})
        Path(packages, "packages.pth").write_text("\n".join(site.getsitepackages()))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABRICKS_", "PULUMI_"))}
        kept.pop("VIRTUAL_ENV", None)
        path = [str(self.venv / "bin"), str(Path(cli).parent), os.environ["PATH"]]
        self.env = {**kept, "PATH": os.pathsep.join(path), "HOME": str(folder), "PULUMI_SKIP_UPDATE_CHECK": "1"}

    def install(self, wheel: Path) -> None:
        pip = [sys.executable, "-m", "pip", "--python", str(self.venv / "bin" / "python")]
        command = [*pip, "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", str(wheel)]
        subprocess.run(command, check=True, capture_output=True)

    def run(self, *words: str, code: int = 0) -> str:
        """A command line in the project's folder; its stdout."""
        done = subprocess.run(words, cwd=self.folder, env=self.env, text=True, capture_output=True, timeout=180)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done.stdout

    def told(self, *words: str, code: int = 0) -> dict[str, object]:
        """The JSON of a command, valid by its schema."""
        said = json.loads(self.run("genie", *words, "--output", "json", code=code))
        jsonschema.validate(said, schemas.read(said["schema"]))
        return dict(said)


@pytest.fixture
def machine(tmp_path: Path, cli: str, wheel: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, cli)
    machine.install(wheel)
    machine.run("genie", "local", "--port", "0")
    yield machine
    machine.run("genie", "local", "stop")


def states(machine: Machine) -> dict[str, str]:
    items = machine.told("status")["items"]
    assert isinstance(items, list)
    return {space["name"]: space["state"] for space in items}


def test_four_commands_lead_to_spaces_in_sync_and_an_upgrade_changes_none(machine: Machine, later_wheel: Path) -> None:
    machine.run("genie", "init", "--yes")
    machine.run("genie", "up", "--yes")
    assert states(machine) == {"taxi": "in sync"}
    assert machine.told("upgrade")["items"]

    machine.install(later_wheel)

    assert "genie-spaces     0.2.99" in machine.run("genie", "--version")
    stale = machine.told("upgrade", "--no-preview", code=1)["items"]
    assert [one["what"] for one in stale if one["state"] == "stale"] == [".genie/host/pulumi-resource-pulumi-python"]  # type: ignore[attr-defined]
    for _ in range(2):  # with the project's old host, then with the new one
        machine.run("genie", "preview", "--expect-no-changes")
        machine.run("genie", "upgrade", "--yes")
    assert states(machine) == {"taxi": "in sync"}


def test_pulumi_new_makes_the_same_project(machine: Machine, tmp_path: Path) -> None:
    url = str(machine.told("local", "show")["url"])
    backend = (tmp_path / "states").resolve()
    backend.mkdir()
    machine.env |= {"PULUMI_BACKEND_URL": backend.as_uri(), "PULUMI_CONFIG_PASSPHRASE": "open sesame"}
    template = str(ROOT / "templates" / "genie-spaces")

    # --force: the local workspace has its data there; without packages, which would come from the network.
    machine.run("pulumi", "new", template, "--generate-only", "--force", "--yes", "--name", "sales")
    (machine.folder / ".venv").symlink_to(machine.venv)
    machine.run("pulumi", "stack", "init", "dev")
    machine.run("pulumi", "config", "set", "genie:host", url)
    machine.run("pulumi", "config", "set", "genie:warehouse", "Serverless Starter Warehouse")
    machine.run("pulumi", "up", "--yes", "--skip-preview")

    assert states(machine) == {"taxi": "in sync"}
    shown = machine.run("pulumi", "preview", "--diff", "--expect-no-changes")
    assert re.search(r"\d unchanged", shown)
