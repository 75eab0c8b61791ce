"""What is printed: read by the readers it is for, and harmless whatever the workspace says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import junitparser
import pytest
from evaluation_stage import QUESTIONS, Stage, body_of

from genie_provider.errors import Place
from genie_provider.evaluation import history
from genie_provider.evaluation.comparison import Baseline
from genie_provider.evaluation.formats import github, json_, junit, markdown, text
from genie_provider.evaluation.gate import Judgement, judge
from genie_provider.evaluation.saved import Saved, read
from genie_provider.evaluation.sql_difference import side_by_side, unified
from genie_provider.model.gate import Policy

FIRST, SECOND, THIRD = QUESTIONS
NASTY = "]]> <b>&`|` @all \x1b[31m ```\n# :: %0A \x00 \ud800".replace("\ud800", "\ufffe")


@pytest.fixture
def mixed(stage: Stage) -> Judgement:
    """One right, one wrong, one that waits."""
    wrong = {
        "question": SECOND,
        "verdict": "BAD",
        "sql": "SELECT region\nFROM sales",
        "expected_rows": [["EMEA", "1"]],
        "actual_rows": [["APAC", None]],
    }
    stage.switch(eval_rules=[wrong, {"question": THIRD, "verdict": "NEEDS_REVIEW", "text": "About 3."}])
    return stage.judged()


def test_text_shows_both_statements_and_results_side_by_side(mixed: Judgement) -> None:
    shown = text.render([mixed])

    assert re.search(r"^sales +1/3 +1 +1 +- +FAILED$", shown, re.M)
    assert f"{SECOND}  [WRONG]" in shown
    assert "rows are missing from the answer" in shown
    assert re.search(r"SELECT 1 AS n +\| SELECT region\n +> FROM sales", shown)
    assert "EMEA | 1" in shown
    assert "APAC | NULL" in shown
    assert "About 3." in shown
    assert shown.splitlines()[-1] == "failed: 1 space failed"


def test_junit_is_read_by_a_reader(mixed: Judgement, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(junit.render([mixed]), "utf-8")

    [suite] = junitparser.JUnitXml.fromfile(str(file))
    cases = {case.name: [type(each).__name__ for each in case.result] for case in suite}

    assert suite.name == "sales"
    assert (suite.tests, suite.failures, suite.errors) == (4, 4, 0)
    assert cases == {FIRST: [], SECOND: ["Failure"], THIRD: ["Failure"], "gate": ["Failure", "Failure"]}


def test_junit_of_what_is_not_known_has_an_error(stage: Stage) -> None:
    stage.switch(eval_outcome="EVALUATION_FAILED")

    xml = junitparser.JUnitXml.fromstring(junit.render([stage.judged()]).encode())

    assert xml.errors >= 1


def test_json_holds_everything_and_is_a_baseline(mixed: Judgement) -> None:
    report = json.loads(json_.render([mixed]))
    [space] = report["spaces"]

    assert (report["schema"], report["outcome"], report["exit_code"]) == ("genie/eval/1", "failed", 1)
    assert {each["question"]: each["verdict"] for each in space["questions"]} == {
        FIRST: "GOOD",
        SECOND: "BAD",
        THIRD: "NEEDS_REVIEW",
    }
    assert space["evaluation"]["runs"][0]["answers"]


def test_github_points_at_the_question(mixed: Judgement) -> None:
    lines = github.render([mixed], {("sales", SECOND): Place("spaces/sales.yaml", 7, 5)}).splitlines()

    assert f"::error file=spaces/sales.yaml,line=7,col=5,title=sales::{SECOND}: wrong; rows are missing" in "\n".join(
        lines
    )


def test_markdown_has_a_table_and_a_fold_for_each_question(mixed: Judgement) -> None:
    shown = markdown.render([mixed])

    assert shown.startswith("### ❌ Genie benchmarks: 1 space failed\n")
    assert shown.count("<details>") == shown.count("</details>") == 2
    assert "\n- SELECT 1 AS n\n+ SELECT region\n+ FROM sales\n```" in shown


def test_nothing_of_the_workspace_is_obeyed(stage: Stage) -> None:
    stage.space_id = stage.handle.control.make_space("Nasty", body_of([(NASTY, "SELECT 1")]), raw=True)
    stage.switch(eval_rules=[{"question": "*", "verdict": "BAD", "sql": f"SELECT '{NASTY}'", "reasons": [NASTY]}])
    found = stage.judged()
    found = replace(found, evaluation=replace(found.evaluation, name=NASTY))

    assert "\x1b" not in text.render([found])
    junitparser.JUnitXml.fromstring(junit.render([found]).encode())
    assert json.loads(json_.render([found]))
    assert all(line.startswith("::") for line in github.render([found]).splitlines()[:-1])
    shown = markdown.render([found])
    outside = re.sub(r"```diff.*?\n```\n", "", shown, flags=re.DOTALL)
    assert "<b>&" not in outside
    assert "@all" not in outside
    assert "`" not in outside.replace("\\`", "")


def test_a_long_comment_is_cut_at_a_question(stage: Stage) -> None:
    questions = [f"Question number {at}?" for at in range(80)]
    stage.space_id = stage.handle.control.make_space("Long", body_of(questions), raw=True)
    stage.switch(eval_rules=[{"question": "*", "verdict": "BAD", "sql": "SELECT 'x'\n" * 100}])

    shown = markdown.render([stage.judged()])

    assert len(shown) < 65_000
    assert shown.endswith("see the saved evaluation._")
    assert shown.count("<details>") == shown.count("</details>")


def test_sides_are_aligned_line_by_line() -> None:
    assert side_by_side("a\nb\nc", "A\nc\nd", 3) == ["a     A", "b   <", "c     c", "    > d"]
    assert unified("a\nb", "a\nc") == ["  a", "- b", "+ c"]


def test_an_unstable_question_shows_an_answer_that_was_not_right(stage: Stage) -> None:
    stage.switch(eval_rules=[{"question": FIRST, "verdicts": ["GOOD", "BAD", "GOOD"], "sql": "SELECT 'wrong'"}])

    shown = text.render([stage.judged(Policy(repeat=3))])

    assert f"{FIRST}  [right; unstable, 2 of 3 right]" in shown
    assert "an answer that was not right:" in shown
    assert "rows are missing" in shown


# ── saved ───────────────────────────────────────────────────────────────────────────────────


def test_every_evaluation_is_saved_in_full_at_once(stage: Stage) -> None:
    stage.switch(eval_rules=[{"question": SECOND, "verdict": "BAD", "actual_rows": [["x"]]}])
    found = stage.judged()

    [file] = Saved(stage.folder, "dev").folder.rglob("*.json")

    assert read(file) == found.evaluation
    assert found.evaluation.runs[0].answers[1].actual_rows is not None


def test_history_tells_what_changed_and_draws_it(stage: Stage) -> None:
    stage.judged()
    stage.handle.control.edit_in_ui(stage.space_id, instruction="Weeks begin on Sunday.")
    stage.switch(eval_verdicts={FIRST: "BAD"})
    stage.judged()

    points = history.points(stage.saved.all("sales"))
    picture = history.svg("sales <&>", points)

    assert [(each.right, each.wrong, each.is_new) for each in points] == [(3, 0, False), (2, 1, True)]
    assert picture.count("<circle") == 2
    assert "sales &lt;&amp;&gt;" in picture


def test_a_baseline_of_the_first_run_shows_what_got_worse(stage: Stage) -> None:
    before = stage.judged().evaluation
    stage.switch(eval_verdicts={FIRST: "BAD"})

    found = judge(stage.judged().evaluation, Policy(), Baseline("prod, yesterday", before))

    assert f"{FIRST}  [WRONG; worse than prod, yesterday]" in text.render([found])
    assert "| 1 worse (prod, yesterday) |" in markdown.render([found])
