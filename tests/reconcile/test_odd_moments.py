"""Odd moments: somebody edits in the UI while an update waits or is repeated; a run is killed; a space is trashed.

Whatever waits is told to by a clock that does the odd thing instead, so nothing here takes its time.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.client.http.pacing import Clock
from genie_provider.errors import WorkspaceError
from genie_provider.lifecycle import Properties
from genie_provider.model.state import WAIT
from genie_provider.reconcile import apply
from genie_provider.reconcile.space import SpaceLifecycle
from tests.lifecycles import TRIPS, Life, trips

SPACES = "/genie/spaces/[0-9a-f]{32}$"
UI_TEXT = "From the UI"
LATE = "samples.nyctaxi.late"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


class Disturbed(Clock):
    """A clock that does something during the first wait, and lets nobody wait."""

    def __init__(self, disturb: Callable[[], None]) -> None:
        super().__init__()
        self._disturb, self.waits = disturb, 0

    def sleep(self, seconds: float) -> None:
        self.waits += 1
        if self.waits == 1:
            self._disturb()


class Event:
    """In place of a run's `cancelled`: its waits are the clock's."""

    def __init__(self, clock: Disturbed) -> None:
        self._clock = clock

    def is_set(self) -> bool:
        return False

    def wait(self, seconds: float) -> bool:
        self._clock.sleep(seconds)
        return False


class DisturbedLife(Life):
    """A life in whose next run `disturb` happens during the first wait; `folder` is where its journal lies."""

    disturb: Callable[[], None] | None = None
    patient: bool = False
    folder: Path | None = None
    clock: Disturbed | None = None

    def _wanted(self, spec: dict[str, Any]) -> Properties:
        return {**super()._wanted(spec), **({WAIT: 60} if self.patient else {})}

    def _run(self) -> SpaceLifecycle:
        config = {"genie:host": self.workspace.url, "genie:token": self.token, **self.settings}
        config |= {"project_folder": str(self.folder)} if self.folder else {}
        if self.disturb is None:
            return SpaceLifecycle(config)
        self.clock = Disturbed(self.disturb)
        asked = Workspace(Access.find(self.workspace.url, None, self.token, env={}), clock=self.clock)
        run = SpaceLifecycle(config, asked)
        run._session.cancelled = Event(self.clock)  # type: ignore[assignment]
        return run


def described(workspace: Handle, space_id: str) -> str:
    tables = workspace.control.body(space_id)["data_sources"]["tables"]
    return next("".join(table.get("description", [])) for table in tables if table["identifier"] == TRIPS)


def a_limit(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("429", method="PATCH", path_regex=SPACES, retry_after=3)
    return {}


def a_limit_of_the_read(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("429", method="GET", path_regex=SPACES, nth=2, retry_after=3)
    return {}


def not_available(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("status", method="PATCH", path_regex=SPACES, status=503, error_code="")
    return {}


def an_error_of_the_server(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("status", method="PATCH", path_regex=SPACES, status=500, error_code="INTERNAL_ERROR")
    return {}


def a_cut_before_the_act(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("drop_before", method="PATCH", path_regex=SPACES)
    return {}


def an_answer_lost(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("drop_after", method="PATCH", path_regex=SPACES)
    return {}


def garbage_for_an_answer(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("garbage", method="PATCH", path_regex=SPACES, form="half_body", after=True)
    return {}


def a_table_not_there_yet(workspace: Handle) -> dict[str, Any]:
    return {"data_sources": {"tables": [TRIPS, LATE]}}


def limits_again_and_again(workspace: Handle) -> dict[str, Any]:
    workspace.control.add_fault("429", method="PATCH", path_regex=SPACES, retry_after=3, times=3)
    return {}


WAITS = [
    a_limit,
    a_limit_of_the_read,
    not_available,
    an_error_of_the_server,
    a_cut_before_the_act,
    an_answer_lost,
    garbage_for_an_answer,
    a_table_not_there_yet,
    limits_again_and_again,
]


@pytest.mark.parametrize("own_entry", [False, True], ids=["another entry", "the same entry"])
@pytest.mark.parametrize("policy", ["stop", "undo"])
@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: wait.__name__)
def test_an_edit_during_a_wait_is_kept_or_named(
    workspace: Handle, wait: Callable[[Handle], dict[str, Any]], policy: str, own_entry: bool
) -> None:
    life = DisturbedLife(workspace, settings={"genie:uiEdits": policy})
    life.up(trips())

    def edit() -> None:
        workspace.control.edit_in_ui(life.id, describe_table={"identifier": TRIPS, "description": UI_TEXT})
        workspace.control.add_table(LATE, "id bigint")

    life.disturb = edit
    life.patient = wait is a_table_not_there_yet
    news = trips(sample_questions=["How many?", "How long?"], **wait(workspace))
    if own_entry:
        tables = news["data_sources"]["tables"]
        news["data_sources"] = {"tables": [{"identifier": TRIPS, "description": "From the spec"}, *tables[1:]]}
    error = ""
    try:
        life.up(news)
    except WorkspaceError as refused:
        error = str(refused)

    assert life.clock and life.clock.waits
    warnings = "".join(each for each in life.said if each.startswith("warning"))
    named = f'tables["{TRIPS}"]' in error + warnings
    kept = described(workspace, life.id) == UI_TEXT
    assert kept or named, (error, life.said)
    if policy == "stop":
        assert kept, (error, life.said)


@pytest.mark.parametrize("policy", ["stop", "undo"])
def test_what_a_killed_update_wrote_is_its_own(workspace: Handle, tmp_path: Path, policy: str) -> None:
    life = DisturbedLife(workspace, settings={"genie:uiEdits": policy})
    life.folder = tmp_path
    life.up(trips())
    state = (dict(life.inputs), dict(life.outputs))

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    workspace.control.add_fault("drop_after", method="PATCH", path_regex=SPACES)
    life.disturb = kill
    with contextlib.suppress(Killed):
        life.up(trips(sample_questions=["One?"]))
    life.disturb, (life.inputs, life.outputs) = None, state
    life.said.clear()

    life.up(trips(sample_questions=["Two?"]))

    asked = [each["question"] for each in workspace.control.body(life.id)["config"]["sample_questions"]]
    assert asked == [["Two?"]]
    assert not [each for each in life.said if "edited in the UI" in each]


@pytest.mark.parametrize("policy", ["stop", "undo"])
def test_an_edit_after_the_kill_is_no_write_of_ours(workspace: Handle, tmp_path: Path, policy: str) -> None:
    life = DisturbedLife(workspace, settings={"genie:uiEdits": policy})
    life.folder = tmp_path
    life.up(trips())
    state = (dict(life.inputs), dict(life.outputs))

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    workspace.control.add_fault("drop_after", method="PATCH", path_regex=SPACES)
    life.disturb = kill
    with contextlib.suppress(Killed):
        life.up(trips(sample_questions=["One?"]))
    life.disturb, (life.inputs, life.outputs) = None, state
    workspace.control.edit_in_ui(life.id, describe_table={"identifier": TRIPS, "description": UI_TEXT})

    if policy == "stop":
        with pytest.raises(WorkspaceError, match=re.escape(TRIPS)):
            life.up(trips(sample_questions=["Two?"]))
        assert described(workspace, life.id) == UI_TEXT
    else:
        assert f'tables["{TRIPS}"]' in told_at_a_preview(life, trips(sample_questions=["Two?"]))


def told_at_a_preview(life: Life, spec: dict[str, Any]) -> str:
    life.said.clear()
    life.preview(spec)
    return "\n".join(life.said)


@pytest.mark.parametrize("policy", ["stop", "undo"])
@pytest.mark.parametrize(
    "normalised",
    [{"resplit_on_read": True}, {"text_first_line_only": True}, {"metric_views_in_tables": True}, {}],
    ids=lambda switches: next(iter(switches), "description stays"),
)
def test_what_the_workspace_makes_of_a_text_is_no_edit_and_no_end(
    workspace: Handle, policy: str, normalised: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "STALE_S", 0.0)
    workspace.control.set_settings(**normalised)
    life = Life(workspace, settings={"genie:uiEdits": policy})
    spec = trips(instructions={"text_instructions": ["One.\nTwo.  \n\nThree.\n"]}, description="Once")
    life.up(spec)
    del spec["description"]  # the workspace does not empty it
    life.up(spec)

    assert life.preview(spec) == []
    life.up({**spec, "sample_questions": ["How long?"]})
    assert life.preview({**spec, "sample_questions": ["How long?"]}) == []
    assert not [each for each in life.said if "edited in the UI" in each]


def test_trashed_in_the_ui_stops_where_the_stack_says_so(workspace: Handle) -> None:
    life = Life(workspace, settings={"genie:uiEdits": "stop"})
    life.up(trips())
    workspace.control.trash_in_ui(life.id)

    found = life._run().read(life._call(), life.id, life.inputs, life.outputs)
    assert found is not None and "trash" in str(found.unfinished)
    with pytest.raises(WorkspaceError, match="trash"):
        life.up(trips())

    assert workspace.control.spaces() == []


def test_trashed_in_the_ui_is_made_anew_with_a_word(workspace: Handle) -> None:
    life = Life(workspace, settings={"genie:uiEdits": "undo"})
    life.up(trips())
    old = life.id
    workspace.control.trash_in_ui(old)
    run, call = life._run(), life._call()
    run.recognise(call, life.outputs)

    assert run.read(call, old, life.inputs, life.outputs) is None
    made = run.create(call, life._wanted(trips()))

    assert made.id != old
    assert [each["space_id"] for each in workspace.control.spaces()] == [made.id]
    assert "trash" in "\n".join(life.said)
    assert "conversations" in "\n".join(life.said)
