"""What goes wrong with a run, and the exit code: 3 with a reason, never 0. And no run is ever started twice."""

from __future__ import annotations

from typing import Any

import pytest
from evaluation_stage import QUESTIONS, Stage, body_of

from emulator.handle import Handle
from genie_provider.cli import main
from genie_provider.evaluation.gate import EXIT_CODES, judge, outcome_of
from genie_provider.evaluation.records import Doubt, Evaluation
from genie_provider.model.gate import Policy
from genie_provider.workflows.evaluate import evaluate_all

FIRST = QUESTIONS[0]

SWITCHES: dict[str, tuple[dict[str, Any], str]] = {
    "the run fails": ({"eval_outcome": "EVALUATION_FAILED"}, "the workspace's run failed"),
    "it is cancelled": ({"eval_outcome": "EVALUATION_CANCELLED"}, "somebody cancelled the run"),
    "it takes too long for the workspace": ({"eval_outcome": "EVALUATION_TIMEOUT"}, "took too long"),
    "a state nobody knows": ({"eval_outcome": "EVALUATION_PAUSED"}, "EVALUATION_PAUSED, a state nobody knows"),
    "it never ends": ({"eval_polls": 1_000_000}, "the time of 30 min is used up"),
    "a run of some of the questions": ({"eval_left_out": 1}, "the run asked 2, wanted were 3"),
    "a verdict that never comes": ({"eval_rules": [{"question": FIRST, "verdict": None}]}, "has no verdict"),
    "a verdict nobody knows": ({"eval_rules": [{"question": FIRST, "verdict": "SO_SO"}]}, "the verdict SO_SO"),
    "a question times out": (
        {"eval_rules": [{"question": FIRST, "status": "EVALUATION_TIMEOUT"}]},
        "has no verdict (evaluation timeout)",
    ),
    "counts that disagree": ({"eval_counts_off": -1}, "the run counts 2 right, its verdicts say 3"),
    "rows vanish between pages": ({"eval_most_rows": 2, "eval_rows_vanish": 1}, "has no row in the run"),
    "the rows are gone": ({"eval_rows_expired": True}, "has no row in the run"),
    "an expected SQL returns nothing": (
        {"eval_rules": [{"question": FIRST, "expected_rows": []}]},
        f"the expected SQL of “{FIRST}” returns nothing",
    ),
    "the workspace says so itself": (
        {"eval_rules": [{"question": FIRST, "verdict": "BAD", "reasons": ["EMPTY_GOOD_SQL"]}]},
        f"the expected SQL of “{FIRST}” returns nothing",
    ),
}

STARTS: dict[str, tuple[dict[str, Any], str]] = {
    "no right to start": ({"kind": "status", "status": 403, "error_code": "PERMISSION_DENIED"}, "PERMISSION_DENIED"),
    "evaluations are off": ({"kind": "status", "status": 404, "error_code": "FEATURE_DISABLED"}, "FEATURE_DISABLED"),
    "a start refused": ({"kind": "status", "status": 400, "error_code": "BAD_REQUEST"}, "BAD_REQUEST"),
    "a start that never arrives": ({"kind": "drop_before"}, "the connection broke"),
    "a start answered by a proxy": ({"kind": "garbage", "form": "html"}, "the answer is not the API's"),
    "limits beyond the patience": ({"kind": "429", "times": 100_000, "retry_after": 400}, "Too many requests"),
}

READS: dict[str, tuple[str, dict[str, Any], str]] = {
    "the run cannot be read": (r"eval-runs/\w+$", {"kind": "status", "status": 403}, "read the evaluation"),
    "a row is gone": (
        r"results/\w+$",
        {"kind": "status", "status": 404, "error_code": "RESOURCE_DOES_NOT_EXIST"},
        "read an evaluation result",
    ),
    "rows are garbled": (r"results$", {"kind": "garbage", "form": "error_in_200", "times": 9}, "not the API's"),
}


@pytest.mark.parametrize("fault", SWITCHES)
def test_what_goes_wrong_with_a_run_is_not_known(fault: str, stage: Stage) -> None:
    settings, reason = SWITCHES[fault]
    stage.switch(**settings)

    _is_not_known(stage, reason)


@pytest.mark.parametrize("fault", STARTS)
def test_what_goes_wrong_with_a_start_is_not_known(fault: str, stage: Stage) -> None:
    options, reason = STARTS[fault]
    stage.handle.control.add_fault(method="POST", path_regex="eval-runs$", **options)

    _is_not_known(stage, reason)


@pytest.mark.parametrize("fault", READS)
def test_what_goes_wrong_with_a_read_is_not_known(fault: str, stage: Stage) -> None:
    path, options, reason = READS[fault]
    stage.handle.control.add_fault(method="GET", path_regex=path, **options)

    _is_not_known(stage, reason)


def _is_not_known(stage: Stage, reason: str) -> None:
    found = stage.judged()

    assert EXIT_CODES[found.outcome] == 3
    assert any(reason in each.reason for each in found.doubts), found.doubts
    assert all(each.hint for each in found.doubts)
    assert stage.starts() <= 1 or "Too many" in reason


def test_a_space_without_benchmarks_is_not_known(stage: Stage) -> None:
    stage.space_id = stage.handle.control.make_space("Empty", body_of([]), raw=True)

    _is_not_known(stage, "the space has no benchmarks")


def test_a_trashed_space_is_not_known(stage: Stage) -> None:
    stage.handle.control.trash_in_ui(stage.space_id)

    _is_not_known(stage, "in the trash or gone")


def test_a_definition_that_changes_meanwhile_is_not_known(stage: Stage) -> None:
    evaluator = stage.evaluator()
    prepared = evaluator.prepare(stage.target())
    stage.handle.control.edit_in_ui(stage.space_id, instruction="Weeks begin on Sunday.")

    found = judge(evaluator.evaluate(prepared), Policy())

    assert found.outcome == "not known"
    assert any("changed during the run" in each.reason for each in found.doubts)


def test_no_space_at_all_is_not_known() -> None:
    assert outcome_of([]) == "not known"


def test_nothing_is_passed_without_evidence() -> None:
    assert judge(Evaluation("a", "A", "1" * 32), Policy(min_correct=0)).outcome == "not known"
    assert judge(Evaluation("a", "A", "1" * 32, doubts=[Doubt("why")]), Policy()).doubts == [Doubt("why")]


# ── what is borne ───────────────────────────────────────────────────────────────────────────

BORNE: dict[str, dict[str, Any]] = {
    "verdicts that come late": {"eval_verdict_lag": 3},
    "a run that begins anew": {"eval_restarts": 2},
    "rows on many pages": {"eval_most_rows": 1},
    "counts told while it runs": {"eval_counts_while_running": True, "eval_polls": 40},
}


@pytest.mark.parametrize("oddity", BORNE)
def test_what_only_takes_longer_passes(oddity: str, stage: Stage) -> None:
    stage.switch(**BORNE[oddity])

    assert stage.exit_code() == 0
    assert stage.runs() == 1


def test_limits_on_start_are_waited_for(stage: Stage) -> None:
    stage.handle.control.add_fault("429", method="POST", path_regex="eval-runs$", times=4, retry_after=1)

    assert stage.exit_code() == 0
    assert stage.runs() == 1


def test_reads_that_fail_now_and_then_do_not_end_a_run(stage: Stage) -> None:
    stage.switch(eval_polls=20)
    stage.handle.control.add_fault("status", path_regex=r"eval-runs/\w+$", probability=0.5, seed=3, status=502)

    assert stage.exit_code() == 0


def test_progress_tells_how_far_and_how_long(stage: Stage) -> None:
    stage.switch(eval_counts_while_running=True, eval_polls=40)

    stage.judged()

    assert any("sales: 1 of 3 questions, about " in line and line.endswith("left") for line in stage.said), stage.said


# ── each run costs money ────────────────────────────────────────────────────────────────────


def test_a_lost_answer_to_the_start_begins_no_second_run(stage: Stage) -> None:
    stage.handle.control.add_fault("drop_after", method="POST", path_regex="eval-runs$", every=True)
    stage.switch(eval_list_lag=2)

    for number in range(1, 11):
        assert stage.exit_code() == 0
        assert (stage.runs(), stage.starts()) == (number, number)


def test_a_second_run_under_way_is_waited_for_where_it_is_refused(stage: Stage) -> None:
    stage.switch(eval_second_run="refuse")
    run_id = stage.workspace().start_evaluation(stage.space_id).run_id
    evaluator = stage.evaluator()

    def hear(text: str) -> None:
        """While we wait, the other run gets on."""
        stage.said.append(text)
        stage.workspace().evaluation(stage.space_id, run_id)

    evaluator.report = hear
    found = judge(evaluator.evaluate(evaluator.prepare(stage.target())), Policy())

    assert found.outcome == "passed"
    assert stage.runs() == 2
    assert any("another run is under way" in line for line in stage.said)


def test_a_refused_second_run_is_not_known_when_the_first_never_ends(stage: Stage) -> None:
    stage.switch(eval_second_run="refuse", eval_polls=1_000_000)
    stage.workspace().start_evaluation(stage.space_id)

    assert stage.exit_code() == 3
    assert stage.runs() == 1


def test_a_run_that_goes_on_is_taken_up_by_the_next_evaluation(stage: Stage) -> None:
    stage.switch(eval_polls=1_000_000)
    assert stage.exit_code() == 3
    stage.switch(eval_polls=1)

    assert stage.exit_code() == 0
    assert stage.runs() == 1
    assert any("taking up the run" in line for line in stage.said)


def test_a_run_whose_start_was_lost_is_taken_up_once_it_shows(stage: Stage) -> None:
    stage.handle.control.add_fault("drop_after", method="POST", path_regex="eval-runs$")
    stage.switch(eval_list_lag=200)
    assert stage.exit_code() == 3
    for _ in range(200):
        stage.workspace().evaluations(stage.space_id)

    assert stage.exit_code() == 0
    assert (stage.runs(), stage.starts()) == (1, 1)


def test_a_run_of_another_definition_is_not_taken_up(stage: Stage) -> None:
    stage.switch(eval_polls=1_000_000)
    assert stage.exit_code() == 3
    stage.switch(eval_polls=1)
    stage.handle.control.edit_in_ui(stage.space_id, instruction="Weeks begin on Sunday.")

    assert stage.exit_code() == 0
    assert stage.runs() == 2


def test_a_run_of_another_space_of_that_name_is_not_taken_up(stage: Stage) -> None:
    stage.switch(eval_polls=1_000_000)
    assert stage.exit_code() == 3
    stage.switch(eval_polls=1)
    stage.space_id = stage.handle.control.make_space("Sales again", body_of(), raw=True)

    assert stage.exit_code() == 0
    assert stage.runs() == 1


def test_an_interrupt_ends_every_wait_and_begins_nothing_more(stage: Stage) -> None:
    stage.switch(eval_polls=1_000_000)
    evaluator = stage.evaluator()
    prepared = evaluator.prepare(stage.target(), repeats=3)
    begun = evaluator.workspace.start_evaluation

    def interrupted(*given: Any, **options: Any) -> Any:
        begun(*given, **options)
        raise KeyboardInterrupt

    evaluator.workspace.start_evaluation = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        evaluate_all(evaluator, [prepared])

    assert evaluator.workspace.clock.stopped
    assert stage.runs() == 1


# ── the command ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def there(emulator: Handle, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setenv("DATABRICKS_HOST", emulator.url)
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/no/such/file")
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    stage.folder.parent.mkdir(exist_ok=True)
    monkeypatch.chdir(stage.folder.parent)
    return stage


def test_the_exit_codes_of_the_command(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "Sales"]) == 0
    there.switch(eval_verdicts={FIRST: "BAD"})
    assert main(["eval", "Sales"]) == 1
    assert main(["eval", "Sales", "--min-correct", "0.6"]) == 0
    assert main(["eval", "Sales", "--min-correct", "0.6", "--required", "how many*"]) == 1
    assert main(["eval", "Sales", "--min-correct", "6"]) == 2
    assert main(["eval", "Sales", "--max-questions", "2"]) == 2
    assert main(["eval", "Nobody"]) == 2
    assert main(["eval"]) == 2
    assert main(["eval", "Sales", "--baseline", "no-such-stack"]) == 2
    assert main(["eval", "Sales", "--timeout", "soon"]) == 2
    there.switch(eval_outcome="EVALUATION_FAILED")
    assert main(["eval", "Sales"]) == 3
    assert "dapi0" not in "".join(capsys.readouterr())


def test_a_workspace_that_cannot_be_reached_is_not_known(there: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", "http://127.0.0.1:9")

    assert main(["eval", "Sales"]) == 3
