"""The warehouse of a space: named, renamed, stopped, deleted, ambiguous, classic, not ours to use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.handle import Handle
from emulator.serving import running
from emulator.state.warehouses import STARTER_ID
from genie_provider.errors import WorkspaceError
from tests.lifecycles import WAREHOUSE, Life, trips

PRO_ID = "fedcba9876543210"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def life(workspace: Handle) -> Life:
    return Life(workspace)


def refusal(life: Life, warehouse: str) -> str:
    with pytest.raises(WorkspaceError) as caught:
        life.up(trips(warehouse=warehouse))
    assert life.workspace.control.spaces() == []
    return str(caught.value)


def test_a_name_that_nobody_has_is_said_with_the_choices(life: Life) -> None:
    said = refusal(life, "Serverles")

    assert "no such warehouse, or none that we may see" in said
    assert "'Analytics Pro' (fedcba9876543210, pro, stopped)" in said
    assert "Legacy Classic" not in said


def test_a_name_that_two_have_is_said_with_their_ids(life: Life, workspace: Handle) -> None:
    workspace.control.add_warehouse("Analytics Pro", id="aaaaaaaaaaaaaaaa")

    said = refusal(life, "Analytics Pro")

    assert "several have that name" in said
    assert "aaaaaaaaaaaaaaaa" in said
    assert PRO_ID in said


def test_a_classic_one_is_refused_before_it_is_sent(life: Life, workspace: Handle) -> None:
    assert "is a classic warehouse; Genie takes pro and serverless ones" in refusal(life, "Legacy Classic")
    assert not [entry for entry in workspace.control.requests() if entry["method"] == "POST"]


def test_one_that_we_may_not_use_is_as_if_it_were_not_there(life: Life, workspace: Handle) -> None:
    workspace.control.add_token("ana", "ana@example.com", admin=False)
    workspace.control.change_warehouse(STARTER_ID, denied=["ana@example.com"])
    life.token = "ana"

    said = refusal(life, WAREHOUSE)

    assert "none that we may see" in said
    assert "Analytics Pro" in said


def test_a_stopped_one_is_fine_and_said_once(life: Life) -> None:
    life.up(trips(warehouse="Analytics Pro"))

    assert [text for text in life.said if "stopped" in text] == [
        "info: the warehouse 'Analytics Pro' is stopped; it starts with the first question"
    ]


def test_a_renamed_one_is_followed_with_a_warning(life: Life, workspace: Handle) -> None:
    life.up(trips())
    workspace.control.change_warehouse(STARTER_ID, name="Shared")

    changes = life.preview(trips())
    life.up(trips(description="new"))

    assert changes == []
    assert f"warning: the warehouse '{WAREHOUSE}' is now called 'Shared'; write that in the spec" in life.said
    assert workspace.control.space(life.id)["warehouse_id"] == STARTER_ID
    life.up(trips(description="newer"))
    life.up(trips(description="newer", warehouse="Shared"))
    assert life.preview(trips(description="newer", warehouse="Shared")) == []
    assert len([text for text in life.said if "issue 1468" in text]) == 0


def test_a_namesake_made_later_does_not_confuse(life: Life, workspace: Handle) -> None:
    life.up(trips())
    workspace.control.add_warehouse(WAREHOUSE, id="bbbbbbbbbbbbbbbb")

    life.up(trips(description="new"))

    assert workspace.control.space(life.id)["warehouse_id"] == STARTER_ID


def test_a_deleted_one_is_a_warning_and_an_error_at_the_next_change(life: Life, workspace: Handle) -> None:
    life.up(trips())
    workspace.control.delete_warehouse(STARTER_ID)

    life.preview(trips())
    with pytest.raises(WorkspaceError) as caught:
        life.up(trips(description="new"))

    assert any("is deleted, or we may not use it any more; nobody can ask this space" in text for text in life.said)
    assert "no such warehouse" in str(caught.value)
    assert "Analytics Pro" in str(caught.value)
    life.up(trips(description="new", warehouse="Analytics Pro"))
    assert workspace.control.space(life.id)["warehouse_id"] == PRO_ID


def test_a_change_warns_of_the_known_fault(life: Life) -> None:
    life.up(trips())
    made = life.up(trips(warehouse="Analytics Pro"))

    assert any("databricks-sdk-py issue 1468" in text for text in life.said)
    assert made.unfinished == []


def test_a_question_tells_whether_the_change_broke_the_space(life: Life, workspace: Handle) -> None:
    life.settings = {"genie:checkWarehouseChange": "ask"}
    life.up(trips())
    broken = life.up(trips(warehouse="Analytics Pro"))
    still = life.up(trips(warehouse="Analytics Pro"))
    workspace.control.edit_in_ui(life.id, warehouse_id=PRO_ID)
    mended = life.up(trips(warehouse="Analytics Pro"))

    assert "the space has no access to it: open http" in broken.unfinished[0]
    assert still.unfinished == broken.unfinished
    assert mended.unfinished == []
    assert "info: the space answers on its new warehouse" in life.said


def test_the_question_is_not_asked_without_a_change(life: Life, workspace: Handle) -> None:
    life.settings = {"genie:checkWarehouseChange": "ask"}
    life.up(trips())
    life.up(trips(description="new"))

    assert not [entry for entry in workspace.control.requests() if "conversation" in entry["path"]]
