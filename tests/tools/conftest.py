"""Stand-ins for the machines that `tools` meets: executables on PATH, and a project without a set-up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import install_pulumi
from tools.progress import StepFailed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh clone, as far as the tools look at it."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(ROOT / "requirements.txt", folder)
    return folder


@pytest.fixture
def pulumi_in(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with a `pulumi` of some version, and usually its language host."""

    def make(name: str, version: str, *, host: bool = True) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        write_executable(folder / "pulumi", f"echo {version}")
        if host:
            write_executable(folder / "pulumi-language-python", "exit 0")
        return folder

    return make


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PATH leads to one empty folder and the installer's site does not answer; the folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("PULUMI_CLI", raising=False)
    monkeypatch.setattr(install_pulumi, "_REACH", "raise OSError('no network in tests')")
    return folder


@pytest.fixture
def machine_with_go(bare_machine: Path) -> None:
    """A bare machine but for something named go."""
    write_executable(bare_machine / "go", "exit 1")


@pytest.fixture
def building(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Go builds that take no time; where each was asked to build."""
    builds: list[Path] = []

    def build(bin_folder: Path) -> str:
        builds.append(bin_folder)
        write_executable(bin_folder / "pulumi", "echo v3.258.0")
        write_executable(bin_folder / "pulumi-language-python", "exit 0")
        return "3.258.0"

    monkeypatch.setattr(install_pulumi.pulumi_from_go, "build", build)
    return builds


@pytest.fixture
def failing_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Go build that ends badly half-way."""

    def build(bin_folder: Path) -> str:
        write_executable(bin_folder / "pulumi", "echo v3.258.0")
        raise StepFailed("go: module not found")

    monkeypatch.setattr(install_pulumi.pulumi_from_go, "build", build)


def write_executable(path: Path, line: str) -> None:
    """A shell script of one line."""
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)
