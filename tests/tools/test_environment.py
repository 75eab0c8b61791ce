"""What the demo tells Pulumi, and what it keeps away from it."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tools.environment import demo_environment, demo_port, stack_host, write_environment
from tools.install_pulumi import Cli


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "the cli" / "bin", "3.300.0", "PATH")


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """A project in a folder whose name a shell or an address could stumble over."""
    folder = tmp_path / "it's 100% $HOME ü"
    folder.mkdir()
    return folder


def sourced(file: Path, command: str, times: int = 1) -> str:
    script = f"set -eu\n{f'. {shlex.quote(str(file))}' + chr(10)}" * times + command
    env = {"PATH": "/usr/bin:/bin", "DATABRICKS_CONFIG_PROFILE": "work"}
    return subprocess.run(["sh", "-c", script], env=env, capture_output=True, text=True, check=True).stdout


def test_the_file_for_a_shell_survives_an_awkward_folder(awkward: Path, cli: Cli) -> None:
    file = write_environment(awkward, cli, 8642)

    assert sourced(file, 'printf %s "$PULUMI_BACKEND_URL"') == (awkward / ".demo" / "state").as_uri()
    assert sourced(file, 'printf %s "$PATH"') == f"{cli.folder}:{awkward}/.venv/bin:/usr/bin:/bin"


def test_reading_the_file_twice_changes_nothing_more(awkward: Path, cli: Cli) -> None:
    file = write_environment(awkward, cli, 8642)

    assert sourced(file, "env | sort", times=2) == sourced(file, "env | sort")


def test_programs_and_shells_are_told_the_same(project: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_CONFIG_PROFILE", "work")
    monkeypatch.setenv("DATABRICKS_TOKEN", "a token of a real workspace")
    told = demo_environment(project, cli, 8700)

    shell = sourced(write_environment(project, cli, 8700), "env")

    names = ("PULUMI_", "DATABRICKS_")
    seen = dict(line.split("=", 1) for line in shell.splitlines() if line.startswith(names))
    assert seen == {name: value for name, value in told.items() if name in seen}
    assert "DATABRICKS_CONFIG_PROFILE" not in told
    assert "a token of a real workspace" not in told.values()


def test_the_port_is_that_of_the_dev_stack_unless_asked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENIE_DEMO_PORT", raising=False)
    assert demo_port(project) == 8642

    settings = 'config:\n  # the workspace\n  genie:host: "http://127.0.0.1:8700"  # local\n  genie:warehouse: w\n'
    (project / "Pulumi.dev.yaml").write_text(settings)
    assert stack_host(project) == "http://127.0.0.1:8700"
    assert demo_port(project) == 8700

    monkeypatch.setenv("GENIE_DEMO_PORT", "8800")
    assert demo_port(project) == 8800


@pytest.mark.parametrize("asked", ["x", "0", "65536", "-1", "8642 "])
def test_a_port_that_is_none_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("GENIE_DEMO_PORT", asked)

    with pytest.raises(ValueError, match="GENIE_DEMO_PORT="):
        demo_port(project)
