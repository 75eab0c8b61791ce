"""What the tests on the real engine share: a local workspace, and projects run by the real Pulumi CLI."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from engine_project import ROOT, Project

from emulator.handle import Handle
from emulator.serving import running


@pytest.fixture(scope="session")
def cli() -> str:
    """The Pulumi CLI: from PATH or the project's own .tools."""
    places = os.pathsep.join([os.environ["PATH"], str(ROOT / ".tools" / "pulumi" / "bin")])
    found = shutil.which("pulumi", path=places)
    if not found:
        pytest.skip("no Pulumi CLI on PATH or in .tools/pulumi/bin; make setup brings one")
    return str(Path(found).resolve())


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def new_project(tmp_path: Path, cli: str, workspace: Handle) -> Iterator[Callable[..., Project]]:
    """Makes projects; each has its own state. Keyword arguments are those of `Project`."""
    made: list[Project] = []

    def make(workspace: Handle = workspace, **options: Any) -> Project:
        made.append(Project(tmp_path / f"project{len(made)}", cli, workspace, **options))
        return made[-1]

    yield make
    for project in made:
        project.end()


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project()
