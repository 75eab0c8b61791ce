"""Hostile specs and hostile answers. `python -m tests.fuzz 600` goes on for as long as one likes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.bodies import bodies
from tests.fuzz import strategies, targets

quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@quick
@given(strategies.spec_bytes)
def test_any_file_is_specs_or_problems_with_places(data: bytes) -> None:
    targets.load_spec(data)


@quick
@given(strategies.references)
def test_any_text_is_resolved_or_its_references_are_problems(text: str) -> None:
    targets.substitute(text)


@quick
@given(strategies.answers)
def test_any_answer_is_a_space_or_an_error(answer: dict[str, Any]) -> None:
    targets.read_space(answer)


@quick
@given(bodies())
def test_any_body_survives_reading_comparing_and_writing(body: dict[str, Any]) -> None:
    targets.read_body(body)


@quick
@given(strategies.statuses, strategies.headers, strategies.answer_texts)
def test_any_answer_of_any_status_is_an_object_or_an_error(status: int, headers: dict[str, str], text: bytes) -> None:
    targets.judge_answer(status, headers, text)


@quick
@given(strategies.harmful)
def test_what_a_terminal_obeys_is_never_shown(text: str) -> None:
    targets.show(text)


@pytest.mark.parametrize("title", ["\x1b[2J\x1b[31mSales\x1b[0m", "a\x07b", "\u202eselaS", "<b>Sales</b>", "'; DROP--"])
def test_titles_that_mean_harm(title: str) -> None:
    targets.show(title)
    targets.read_space({"title": title, "serialized_space": '{"version": 2}'})
