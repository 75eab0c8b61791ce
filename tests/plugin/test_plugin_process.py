"""The host as a process: how it is found, starts and ends. No engine, no Pulumi CLI."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import ROOT

EXECUTABLE = ROOT / "genie_provider" / "plugin" / "pulumi-resource-pulumi-python"
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the host in an empty folder, as the engine does, with nothing but a PATH."""
    started: list[subprocess.Popen[str]] = []

    def launch(executable: Path = EXECUTABLE, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(executable), "--logtostderr", "-v=9", "127.0.0.1:1"],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield launch
    for process in started:
        process.kill()
        process.wait()


def serves(process: subprocess.Popen[str]) -> bool:
    """Whether it printed a port, and then nothing more until it was told to end."""
    port = process.stdout.readline() if process.stdout else ""
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=10)
    return port.strip().isdigit() and rest == ""


def test_it_serves_with_the_virtual_environment_pulumi_names(start: Start) -> None:
    assert serves(start(PULUMI_RUNTIME_VIRTUALENV=sys.prefix))


def test_a_relative_virtual_environment_is_the_projects(start: Start, tmp_path: Path) -> None:
    tmp_path.joinpath("env").symlink_to(sys.prefix)

    assert serves(start(PULUMI_RUNTIME_VIRTUALENV="env/"))


@pytest.mark.parametrize(
    "line",
    ["    virtualenv: the env", '    virtualenv: "the env"', "runtime: {options: {virtualenv: the env}}"],
)
def test_outside_a_program_it_asks_pulumi_yaml(start: Start, tmp_path: Path, line: str) -> None:
    tmp_path.joinpath("the env").symlink_to(sys.prefix)
    tmp_path.joinpath("Pulumi.yaml").write_text(f"name: x\n{line}\n")

    assert serves(start(elsewhere(tmp_path)))


@pytest.mark.parametrize("folder", [".venv", "venv"])
def test_without_any_word_it_takes_the_usual_folders(start: Start, tmp_path: Path, folder: str) -> None:
    tmp_path.joinpath(folder).symlink_to(sys.prefix)

    assert serves(start(elsewhere(tmp_path)))


def test_the_active_virtual_environment_will_do(start: Start, tmp_path: Path) -> None:
    assert serves(start(elsewhere(tmp_path), VIRTUAL_ENV=sys.prefix))


def test_a_python_on_path_will_do(start: Start, tmp_path: Path) -> None:
    assert serves(start(elsewhere(tmp_path), PATH=f"{sys.prefix}/bin:/usr/bin:/bin"))


def test_no_python_at_all_is_one_clear_line(start: Start, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "sed", "head"):
        tools.joinpath(name).symlink_to(shutil.which(name) or name)

    process = start(elsewhere(tmp_path), PATH=str(tools))
    printed, complaint = process.communicate(timeout=10)

    assert process.returncode == 1
    assert printed == ""
    assert complaint.count("\n") == 1
    assert "no Python with the 'pulumi' package found" in complaint


def elsewhere(tmp_path: Path) -> Path:
    """The executable in a checkout that has no virtual environment of its own."""
    root = tmp_path / "checkout"
    root.mkdir()
    package = root / "genie_provider"
    package.symlink_to(ROOT / "genie_provider")
    # Reached through the link, `../..` is still the checkout: the shell's cd goes by name.
    return package / "plugin" / EXECUTABLE.name


def test_it_ends_when_the_engines_end_of_its_input_closes(start: Start) -> None:
    process = start(PULUMI_RUNTIME_VIRTUALENV=sys.prefix)
    assert process.stdout
    assert process.stdin
    process.stdout.readline()

    process.stdin.close()

    assert process.wait(timeout=3) == 0


def test_it_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    """As on a `kill -9` of the CLI where something else still holds the pipe."""
    pipe, held = os.pipe()
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(EXECUTABLE)],
        env={**os.environ, "PULUMI_RUNTIME_VIRTUALENV": sys.prefix},
        stdin=pipe,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    host, port = (int(parent.stdout.readline()) for _ in range(2))
    assert port

    parent.kill()
    parent.wait()

    assert ends_within(host, 5)
    os.close(held)
    os.close(pipe)


_PARENT = """
import subprocess, sys, time
host = subprocess.Popen([sys.argv[1], "127.0.0.1:1"], stdin=0, stdout=subprocess.PIPE, text=True)
print(host.pid, host.stdout.readline(), sep="\\n", end="", flush=True)
time.sleep(60)
"""


def ends_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


def test_neither_the_sdk_nor_the_databricks_sdk_is_imported_before_the_port_is_known() -> None:
    code = (
        "import sys; import genie_provider.plugin.servicer; "
        "print([name for name in ('pulumi', 'databricks', 'pydantic', 'dill') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
