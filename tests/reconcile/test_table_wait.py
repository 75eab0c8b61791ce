"""Spaces wait for tables that somebody else makes, and refusals over tables say which."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.errors import WorkspaceError
from genie_provider.reconcile import table_wait
from genie_provider.reconcile.space import WAIT
from tests.lifecycles import Life, trips


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def life(workspace: Handle, monkeypatch: pytest.MonkeyPatch) -> Life:
    monkeypatch.setattr(table_wait, "FIRST_WAIT_S", 0.02)
    return Life(workspace)


def orders(**more: Any) -> dict[str, Any]:
    return trips(data_sources={"tables": ["main.a.orders"]}, **more)


def patient(life: Life, seconds: float) -> Life:
    wanted = life._wanted
    life._wanted = lambda spec: {**wanted(spec), WAIT: seconds}  # type: ignore[method-assign]
    return life


def test_a_space_comes_once_its_tables_are_there(life: Life, workspace: Handle) -> None:
    waits = threading.Event()

    class Hearing(list[str]):
        def append(self, text: str) -> None:
            super().append(text)
            if "waiting for main.a.orders (0 s of 20 s)" in text:
                waits.set()

    life.said = Hearing()

    def job() -> None:
        assert waits.wait(20)
        workspace.control.add_table("main.a.orders", "id bigint")

    maker = threading.Thread(target=job)
    maker.start()
    patient(life, 20).up(orders())
    maker.join()

    assert len(workspace.control.spaces()) == 1


def test_when_time_is_up_it_is_said_and_nothing_was_sent(life: Life, workspace: Handle) -> None:
    with pytest.raises(WorkspaceError) as caught:
        patient(life, 0.1).up(orders())

    assert "not there after 0 s: main.a.orders; nothing was sent" in str(caught.value)
    assert workspace.control.spaces() == []


def test_a_cancelled_wait_ends_at_once(life: Life, workspace: Handle) -> None:
    run = life._run()
    run.cancel()

    with pytest.raises(WorkspaceError, match="cancelled while waiting"):
        run.create(life._call(), {**life._wanted(orders()), WAIT: 600})


def test_a_refusal_over_tables_says_which(life: Life, workspace: Handle) -> None:
    with pytest.raises(WorkspaceError) as caught:
        life.up(orders())

    assert "table main.a.orders is missing, and so is its schema (or not visible to you@example.com)" in str(
        caught.value
    )


def test_a_column_that_is_not_there_is_named(life: Life, workspace: Handle) -> None:
    workspace.control.add_table("main.a.orders", "id bigint, amount double")
    workspace.control.set_settings(bad_column_status=400)  # 500 would be taken for a lost answer first
    table = {"identifier": "main.a.orders", "column_configs": [{"column_name": "amuont"}]}

    with pytest.raises(WorkspaceError) as caught:
        life.up(trips(data_sources={"tables": [table]}))

    assert "main.a.orders has no column amuont; did you mean amount?" in str(caught.value)
    assert workspace.control.spaces() == []
