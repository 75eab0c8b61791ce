"""Majority, spread, thresholds and regressions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evaluation_stage import QUESTIONS, Stage, body_of
from hypothesis import given
from hypothesis import strategies as st

from genie_provider.errors import SettingsError
from genie_provider.evaluation.comparison import Baseline, compare
from genie_provider.evaluation.gate import judge
from genie_provider.evaluation.records import UNCHECKED, Answer, Evaluation, Question, Run, from_data, to_data
from genie_provider.evaluation.tally import tallies
from genie_provider.model.gate import Policy, parse
from genie_provider.workflows.evaluation_targets import pooled

FIRST = QUESTIONS[0]
VERDICTS = st.sampled_from(["GOOD", "BAD", "NEEDS_REVIEW"])


def evaluation(*runs: dict[str, str], sql: str = "SELECT 1") -> Evaluation:
    """A whole evaluation: one map of question to verdict a run."""
    texts = sorted({text for run in runs for text in run})
    asked = [Question(text, text, sql) for text in texts]
    made = []
    for at, run in enumerate(runs):
        answers = [Answer(text, text, "DONE", verdict) for text, verdict in run.items()]
        verdicts = list(run.values())
        counts = (len(run), verdicts.count("GOOD"), verdicts.count("NEEDS_REVIEW"))
        made.append(Run(f"run{at}", "DONE", "2026-11-21T10:00:00Z", 60.0, *counts, answers))
    return Evaluation(
        "a", "A", "1" * 32, definition="d", definition_after="d", repeats=len(runs), asked=asked, runs=made
    )


def times(right: int, of: int, text: str = "q") -> Evaluation:
    return evaluation(*({text: "GOOD" if at < right else "BAD"} for at in range(of)))


# ── majority and spread ─────────────────────────────────────────────────────────────────────


def test_a_question_right_in_three_of_five_is_unstable_and_counts_as_the_gate_says(stage: Stage) -> None:
    stage.switch(eval_rules=[{"question": FIRST, "verdicts": ["GOOD", "BAD", "GOOD", "BAD", "GOOD"]}])

    by_majority = stage.judged(Policy(repeat=5))
    strict = judge(by_majority.evaluation, Policy(repeat=5, unstable="fail"))

    assert stage.runs() == 5
    [flaky] = [each for each in by_majority.tallies if each.question.text == FIRST]
    assert (flaky.is_unstable, flaky.spread, flaky.verdict) == (True, "3 of 5 right", "GOOD")
    assert by_majority.outcome == "passed"
    assert strict.outcome == "failed"
    assert f"“{FIRST}” is unstable: 3 of 5 right" in strict.failures


def test_a_tie_counts_as_wrong() -> None:
    found = judge(evaluation({"q": "GOOD"}, {"q": "BAD"}), Policy())

    assert found.outcome == "failed"
    assert "a question without a majority counts as wrong" in found.notices


def test_flakiness_by_chance_is_the_same_for_the_same_seed(stage: Stage) -> None:
    stage.switch(eval_rules=[{"question": "*", "right": 0.5, "seed": 7}])
    verdicts = [[each.verdict for each in run.answers] for run in stage.judged(Policy(repeat=4)).evaluation.runs]

    assert {"GOOD", "BAD"} == {each for run in verdicts for each in run}


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VERDICTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_passed_means_that_every_question_counts_as_right(runs: list[dict[str, str]]) -> None:
    found = judge(evaluation(*runs), Policy(repeat=len(runs)))

    assert (found.outcome == "passed") == all(each.verdict == "GOOD" for each in found.tallies)
    assert found.outcome != "not known"


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VERDICTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_a_record_reads_back_as_it_was(runs: list[dict[str, str]]) -> None:
    assert from_data(to_data(evaluation(*runs))) == evaluation(*runs)


# ── thresholds ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("needs_review", "min_correct", "outcome"),
    [("fail", 0.5, "failed"), ("pass", 1.0, "passed"), ("ignore", 1.0, "passed"), ("fail", 0.0, "failed")],
)
def test_what_waits_for_a_person_counts_as_the_gate_says(needs_review: str, min_correct: float, outcome: str) -> None:
    found = judge(
        evaluation({"a": "GOOD", "b": "NEEDS_REVIEW"}), Policy(min_correct=min_correct, needs_review=needs_review)
    )

    assert found.outcome == outcome


def test_when_everything_waits_and_is_ignored_nothing_is_known() -> None:
    assert judge(evaluation({"a": "NEEDS_REVIEW"}), Policy(needs_review="ignore")).outcome == "not known"


def test_a_required_question_must_be_right_whatever_the_share() -> None:
    found = evaluation({"How much?": "BAD", "b": "GOOD"})

    assert judge(found, Policy(min_correct=0.5)).outcome == "passed"
    assert judge(found, Policy(min_correct=0.5, required=["how  MUCH?"])).outcome == "failed"
    missing = judge(found, Policy(min_correct=0.5, required=["How much"]))
    assert missing.outcome == "not known"
    assert "did you mean “How much?”" in missing.doubts[0].reason


def test_a_proposal_nobody_checked_waits_for_a_person() -> None:
    found = evaluation({"q": "GOOD"}, sql=f"{UNCHECKED} Genie's answer\nSELECT 1")

    assert judge(found, Policy()).outcome == "failed"
    assert "1 expected SQL is a proposal" in judge(found, Policy()).notices[0]


def test_verdicts_given_by_hand_count(stage: Stage) -> None:
    stage.space_id = stage.handle.control.make_space("Notes", body_of([FIRST, ("What is the mood?", None)]), raw=True)
    first = stage.judged()
    assert (first.outcome, first.correct, first.counted) == ("failed", 1, 2)
    assert f"/genie/rooms/{stage.space_id}" in first.notices[0]

    stage.handle.control.judge_by_hand(stage.space_id, "What is the mood?", "GOOD")
    again = judge(stage.evaluator().judge_last(stage.target()), Policy())

    assert again.outcome == "passed"
    assert stage.runs() == 1


def test_the_last_run_says_nothing_of_a_definition_that_changed_since(stage: Stage) -> None:
    assert stage.exit_code() == 0
    stage.handle.control.edit_in_ui(stage.space_id, instruction="Weeks begin on Sunday.")

    found = judge(stage.evaluator().judge_last(stage.target()), Policy())

    assert found.outcome == "not known"


def test_some_questions_of_a_space(stage: Stage) -> None:
    stage.switch(eval_verdicts={QUESTIONS[1]: "BAD"})

    found = stage.judged(patterns=("*revenue*", "how many*"))

    assert found.outcome == "passed"
    assert [each.question.text for each in found.tallies] == [QUESTIONS[0], QUESTIONS[2]]


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"min_corect": 1}, "did you mean min_correct?"),
        ({"min_correct": "all"}, "a share between 0 and 1"),
        ({"needs_review": "maybe"}, "can be fail or pass or ignore"),
        ({"repeat": 0}, "from 1 to 25"),
        ({"required": "q"}, "a list of questions"),
    ],
)
def test_a_gate_that_cannot_be_meant_is_refused(given_: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match="genie:gate") as refused:
        parse(given_, "genie:gate")

    assert said in str(refused.value)


def test_a_gate_in_camel_case_is_the_same() -> None:
    assert parse({"minCorrect": 0.5, "needsReview": "pass"}, "x") == Policy(min_correct=0.5, needs_review="pass")


# ── regressions ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ((1, 1), (0, 1), "worse"),
        ((5, 5), (2, 5), "worse"),
        ((5, 5), (4, 5), "same"),
        ((3, 5), (0, 1), "same"),  # one wrong answer in one run is within three of five
        ((3, 5), (2, 5), "same"),
        ((4, 5), (0, 5), "worse"),
        ((0, 5), (0, 1), "same"),
        ((0, 3), (3, 3), "better"),
    ],
)
def test_regressions_are_judged_against_the_spread(before: tuple[int, int], now: tuple[int, int], kind: str) -> None:
    [change] = compare(times(*now), Baseline("prod", times(*before)))

    assert change.kind == kind


def test_questions_are_compared_by_text() -> None:
    before = evaluation({"How  many?": "GOOD", "gone?": "GOOD"})
    found = compare(evaluation({"how many?": "BAD", "new?": "GOOD"}), Baseline("prod", before))

    assert [(each.kind, each.question) for each in found] == [
        ("worse", "how many?"),
        ("new", "new?"),
        ("gone", "gone?"),
    ]


def test_no_regression_fails_on_what_got_worse_and_knows_nothing_without_a_baseline() -> None:
    now, policy = evaluation({"a": "BAD", "b": "GOOD"}), Policy(min_correct=0, no_regression=True)

    assert judge(now, policy, Baseline("prod", evaluation({"a": "GOOD"}))).outcome == "failed"
    assert judge(now, policy, Baseline("prod", evaluation({"a": "BAD"}))).outcome == "passed"
    assert judge(now, policy).outcome == "not known"
    assert judge(now, policy, Baseline("prod", evaluation({"c": "GOOD"}))).outcome == "not known"


def test_the_saved_runs_of_one_definition_are_one_spread() -> None:
    other = replace(times(0, 1), definition="older")
    runs = [replace(times(at % 2, 1), runs=[replace(times(at % 2, 1).runs[0], run_id=str(at))]) for at in range(4)]

    held = pooled([other, *runs])

    assert held is not None
    assert tallies(held)[0].spread == "2 of 4 right"
