"""A local workspace for each test, and who calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from emulator_caller import Caller

from emulator.handle import Handle
from emulator.serving import running


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def api(workspace: Handle) -> Caller:
    return Caller(workspace.url, "anything")


@pytest.fixture
def someone(workspace: Handle) -> Caller:
    """A person who is no admin."""
    workspace.control.add_token("theirs", "someone@example.com")
    return Caller(workspace.url, "theirs")


@pytest.fixture
def nobody(workspace: Handle) -> Caller:
    return Caller(workspace.url, "")
