"""Clock work without HTTP: lanes, patience, Retry-After."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie_provider.client.http import pacing
from tests.client.oddities import FakeClock


def test_lanes_halve_on_a_limit_and_grow_slowly_back(clock: FakeClock) -> None:
    concurrency = pacing.Concurrency(clock, start=16)

    concurrency.limited()
    assert concurrency.limit == 8
    for _ in range(8):
        concurrency.answered()

    assert 8.9 < concurrency.limit < 9.1


def test_a_burst_of_limits_counts_once(clock: FakeClock) -> None:
    concurrency = pacing.Concurrency(clock, start=16)

    for _ in range(10):
        concurrency.limited()
    assert concurrency.limit == 8

    clock.time += 1
    concurrency.limited()
    assert concurrency.limit == 4


def test_lanes_never_close(clock: FakeClock) -> None:
    concurrency = pacing.Concurrency(clock)
    for _ in range(50):
        clock.time += 2
        concurrency.limited()

    assert concurrency.limit == pacing.Concurrency.FLOOR


def test_before_any_limit_lanes_open_quickly(clock: FakeClock) -> None:
    concurrency = pacing.Concurrency(clock, start=10)
    for _ in range(22):
        concurrency.answered()

    assert concurrency.limit == 32


def test_silence_is_counted_for_all_calls_together(clock: FakeClock) -> None:
    silence_budget = pacing.SilenceBudget(clock, 28)

    assert silence_budget.grant(0, 1.0) == 28
    clock.time += 20
    assert silence_budget.grant(0, 1.0) == 8  # another call, begun later


def test_a_host_that_never_answered_is_not_asked_again_at_once(clock: FakeClock) -> None:
    silence_budget = pacing.SilenceBudget(clock, 28)
    silence_budget.grant(0, 1.0)
    clock.time += 28
    silence_budget.unheard()

    assert silence_budget.grant(0, 1.0) == 0
    clock.time += pacing.SilenceBudget.PROBE_AFTER_S
    assert silence_budget.grant(0, 1.0) == pacing.SilenceBudget.SHORT_S


def test_any_answer_ends_the_silence(clock: FakeClock) -> None:
    silence_budget = pacing.SilenceBudget(clock, 28)
    silence_budget.grant(0, 1.0)
    clock.time += 27
    silence_budget.heard()

    assert silence_budget.grant(0, 1.0) == 28


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert pacing.seconds_of_retry_after(value, wall=10.0) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_breaks_the_reader(value: str) -> None:
    seconds = pacing.seconds_of_retry_after(value, wall=10.0)

    assert seconds is None or seconds >= 0


@given(st.integers(0, 10_000))
def test_backoff_stays_within_its_bounds(tries: int) -> None:
    assert 0.05 <= pacing.backoff_s(tries, cap_s=20) <= 20
