"""Fixtures: one local workspace for all, reset for each test, with one space in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from evaluation_stage import Stage, body_of

from emulator.handle import Handle
from emulator.serving import running


@pytest.fixture(scope="session")
def emulator() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def stage(emulator: Handle, tmp_path: Path) -> Stage:
    emulator.control.reset()
    return Stage(emulator, tmp_path / "evaluations", emulator.control.make_space("Sales", body_of(), raw=True))
