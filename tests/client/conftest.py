"""Fixtures: a workspace of scripted answers, and servers that misbehave."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import responses

from genie_provider.client import Access, Workspace
from tests.client.oddities import HOST, TOKEN, Behaviour, FakeClock, OddServer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def workspace(clock: FakeClock, said: list[str]) -> Workspace:
    access = Access.find(HOST, None, TOKEN, env={})
    return Workspace(access, clock=clock, report=said.append)


@pytest.fixture
def script() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def odd() -> Iterator[Callable[..., OddServer]]:
    servers: list[OddServer] = []

    def start(*behaviours: Behaviour) -> OddServer:
        servers.append(OddServer(*behaviours))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
