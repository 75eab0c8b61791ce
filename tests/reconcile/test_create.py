"""Create: one space for one spec, against a workspace that loses, delays, renames and lies. No engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.codec import wire
from genie_provider.errors import WorkspaceError
from genie_provider.lifecycle import Call, Made
from genie_provider.model.state import LEFT, OWNER
from genie_provider.reconcile import create as creating
from genie_provider.reconcile import ownership, timestamps
from genie_provider.reconcile.space import SpaceLifecycle

TABLE = "samples.nyctaxi.trips"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def said() -> list[str]:
    return []


def inputs_of(title: str = "Trips", *, own_ids: bool = True, owner: str = "genie/dev/trips") -> dict[str, Any]:
    questions: dict[str, Any] = {"sample_questions": {"How many trips?": {}}} if own_ids else {}
    return {
        "title": title,
        "warehouse": "Serverless Starter Warehouse",
        "tables": {TABLE: {"description": "One row a trip"}},
        OWNER: owner,
        **questions,
    }


def create(workspace: Handle, inputs: dict[str, Any], said: list[str], **settings: str) -> Made:
    """A create by a run of its own, which remembers nothing."""
    lifecycle = SpaceLifecycle({"genie:host": workspace.url, "genie:token": "local", **settings})
    call = Call("trips", "genie", "dev", "urn", notify=lambda level, text: said.append(f"{level}: {text}"))
    return lifecycle.create(call, inputs)


def titles(workspace: Handle) -> list[str]:
    return [each["title"] for each in workspace.control.spaces()]


def posts(workspace: Handle) -> int:
    asked = workspace.control.requests()
    return sum(each["method"] == "POST" and each["path"].endswith("/genie/spaces") for each in asked)


@pytest.mark.parametrize("own_ids", [True, False], ids=["own ids", "foreign ids"])
def test_a_second_run_that_forgot_takes_over(workspace: Handle, said: list[str], own_ids: bool) -> None:
    first = create(workspace, inputs_of(own_ids=own_ids), said)

    again = create(workspace, inputs_of(own_ids=own_ids), said)

    assert again.id == first.id
    assert posts(workspace) == 1
    assert titles(workspace) == ["Trips"]


def test_a_definition_that_shows_late_is_waited_for_and_not_taken_for_a_strangers(
    workspace: Handle, said: list[str]
) -> None:
    first = create(workspace, inputs_of(), said)
    workspace.control.set_settings(body_delay_s=2.0)

    again = create(workspace, inputs_of(), said)

    assert again.id == first.id
    assert posts(workspace) == 1


def test_a_newborn_without_a_definition_still_gets_its_own_title(workspace: Handle, said: list[str]) -> None:
    workspace.control.set_settings(body_delay_s=60)

    made = create(workspace, inputs_of(own_ids=False), said)

    assert made.unfinished == []
    assert titles(workspace) == ["Trips"]


def test_a_mark_that_shows_late_is_waited_for(workspace: Handle, said: list[str]) -> None:
    workspace.control.set_settings(tag_lag_s=2.0)
    first = create(workspace, inputs_of(own_ids=False), said)

    again = create(workspace, inputs_of(own_ids=False), said)

    assert again.id == first.id
    assert titles(workspace) == ["Trips"]


def test_a_create_that_may_still_be_carried_out_is_not_sent_again(
    workspace: Handle, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creating, "LATE_S", 0.5)
    monkeypatch.setattr(creating, "SEARCH_S", 1.0)
    workspace.control.add_fault(
        "hang", method="POST", path_regex="/genie/spaces$", seconds=0.8, act=False
    )  # cut after a while: nobody knows

    with pytest.raises(WorkspaceError, match="create") as caught:
        create(workspace, inputs_of(), said)

    assert caught.value.kind == "ambiguous"
    assert "run pulumi up again" in caught.value.hint
    assert posts(workspace) == 1


def test_a_create_whose_answer_was_lost_at_once_ends_with_one_space(workspace: Handle, said: list[str]) -> None:
    workspace.control.add_fault("drop_after", method="POST", path_regex="/genie/spaces$")
    workspace.control.set_settings(list_lag_s=7)  # longer than the first search: the second collides

    made = create(workspace, inputs_of(), said)

    assert [each["space_id"] for each in workspace.control.spaces()] == [made.id]
    assert posts(workspace) == 2
    assert any("taken over" in each for each in said)


def test_a_leftover_that_has_the_times_title_gives_way_to_the_one_with_the_title(
    workspace: Handle, said: list[str]
) -> None:
    first = create(workspace, inputs_of(), said)
    body = workspace.control.body(first.id)
    leftover = workspace.control.make_space("Trips 2026-08-12 12:03:55", body)
    edited = workspace.control.make_space("Trips 2026-08-13 12:03:55", body)
    workspace.control.edit_in_ui(edited, description="Somebody works on it")

    again = create(workspace, inputs_of(), said)

    assert again.id == first.id
    assert {each["space_id"] for each in workspace.control.spaces()} == {first.id, edited}
    assert f"info: trashed {leftover} 'Trips 2026-08-12 12:03:55': left by an attempt that was cut short" in said
    assert any(edited in each and "is left alone" in each for each in said)


def test_a_leftover_alone_becomes_the_space(workspace: Handle, said: list[str]) -> None:
    body = wire.to_body(inputs_of(), inputs_of()[OWNER])
    leftover = workspace.control.make_space("Trips 2026-08-12 12:03:55", body)

    made = create(workspace, inputs_of(), said)

    assert made.id == leftover
    assert titles(workspace) == ["Trips"]


def test_a_space_that_exists_is_never_forgotten_whatever_fails_next(workspace: Handle, said: list[str]) -> None:
    workspace.control.add_fault(
        "status", status=400, error_code="INVALID_PARAMETER_VALUE", method="PATCH", path_regex="/genie/spaces/"
    )

    made = create(workspace, inputs_of(own_ids=False), said)

    (space,) = workspace.control.spaces()
    assert made.id == space["space_id"]
    assert "not all of it as the spec says" in made.unfinished[0]
    assert made.outputs[LEFT]


def test_the_same_title_in_another_folder_is_nobodys_business(workspace: Handle, said: list[str]) -> None:
    workspace.control.make_space("Trips", parent_path="/Shared/elsewhere")
    create(workspace, inputs_of(), said)
    assert titles(workspace) == ["Trips", "Trips"]


@pytest.mark.parametrize(
    ("title", "asked", "collides"),
    [
        ("Trips 2026-08-12 12:03:55", "Trips", True),
        ("Trips", "Trips", False),
        ("Trips", "Trips ", False),  # tidied by the workspace: no collision
        ("Trips 2026-08-12 12:03:55", "Trips 2026-08-12 12:03:55", False),
        ("Trips 2026-08-12 12:03:55 2026-08-12 12:03:56", "Trips 2026-08-12 12:03:55", True),
    ],
)
def test_what_a_collision_of_titles_looks_like(title: str, asked: str, collides: bool) -> None:
    assert ownership.collides(title, asked) is collides


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("2026-08-12T12:03:55Z", "2026-08-12T12:03:55.123Z", False),
        ("2026-08-12T12:03:55.123Z", "2026-08-12T12:03:55Z", False),
        ("2026-08-12T12:03:55.1Z", "2026-08-12T12:03:55.123Z", True),
        ("2026-08-12T12:03:54Z", "2026-08-12T12:03:55.123Z", True),
        ("2026-08-12T14:03:55+02:00", "2026-08-12T12:03:56Z", True),
        ("2026-08-12T14:03:57+02:00", "2026-08-12T12:03:56Z", False),
        ("", "2026-08-12T12:03:56Z", False),
        ("yesterday", "2026-08-12T12:03:56Z", False),
    ],
)
def test_times_are_compared_at_the_precision_that_both_have(one: str, other: str, older: bool) -> None:
    assert timestamps.is_older(one, other) is older
