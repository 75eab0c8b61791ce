"""What the tests of the host share: a shelf for notes, and projects run by the real Pulumi CLI."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "project")]

from driver import ROOT, Project  # noqa: E402
from shelf import Shelf  # noqa: E402


@pytest.fixture(scope="session")
def cli() -> str:
    """The Pulumi CLI: from $PULUMI_CLI_BIN, PATH or the project's own .tools."""
    given = os.environ.get("PULUMI_CLI_BIN", "")
    places = os.pathsep.join([given, os.environ["PATH"], str(ROOT / ".tools" / "pulumi" / "bin")])
    found = given if Path(given).is_file() else shutil.which("pulumi", path=places)
    if not found:
        pytest.skip("no Pulumi CLI on PATH, in .tools/pulumi/bin or in $PULUMI_CLI_BIN")
    return found


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.close()


@pytest.fixture
def new_project(tmp_path: Path, cli: str, shelf: Shelf) -> Iterator[Callable[..., Project]]:
    """Makes a project; what it printed must never have been a traceback of ours."""
    made: list[Project] = []

    def make(own_host: bool = True) -> Project:
        made.append(Project(tmp_path / f"project{len(made)}", cli, shelf.address, own_host))
        return made[-1]

    yield make
    for project in made:
        project.end()


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    return new_project()
