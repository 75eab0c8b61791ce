"""The floor plan: its contracts hold, break when they should, and the picture shows the rooms that there are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import house

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The parts of the repository that the contracts speak of."""
    for name in ("genie_provider", "emulator", "contracts", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.house", "--check"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("genie_provider/codec/wire.py", "import pulumi", "Pulumi's SDK"),
        ("genie_provider/model/identifiers.py", "from genie_provider.specs import loader", "Rooms import downwards"),
        ("genie_provider/client/workspace.py", "import emulator", "share no code"),
        ("genie_provider/reconcile/space.py", "import pydantic", "The host starts without pydantic"),
    ],
)
def test_a_forbidden_import_breaks_the_check(copy: Path, module: str, line: str, broken: str) -> None:
    file = copy / module
    file.write_text(f"{file.read_text('utf-8')}\n{line}\n", "utf-8")

    result = checked(copy)

    assert result.returncode == 1
    assert broken in result.stderr
    assert "Traceback" not in result.stderr


def test_the_contracts_hold() -> None:
    assert checked(ROOT).returncode == 0


def test_the_picture_shows_every_room() -> None:
    found = house.rooms()

    picture = house.draw(found)

    assert {name for row in house.layers() for name in row} == found.keys()
    assert all(f">{name}<" in picture for name in found)


def test_the_picture_in_the_guide_is_of_today() -> None:
    assert house.PICTURE.read_text("utf-8") == house.draw(house.rooms()), "run make house"
