"""From what people ask to benchmarks in the spec."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from evaluation_stage import QUESTIONS, TOKEN, Stage

from genie_provider.cli import main
from genie_provider.evaluation.records import UNCHECKED
from genie_provider.specs.loader import load_specs

SPEC = """\
title: Sales # as people see it
data_sources:
  tables: [samples.nyctaxi.trips]

benchmarks:
  questions:
    - question: How many orders?   # the first one
      expected_sql: SELECT 0 AS n
"""


@pytest.fixture
def there(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project with the spec of the space, and conversations about it."""
    project = tmp_path / "project"
    (project / "spaces").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    (project / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {stage.handle.url}\n")
    (project / "spaces" / "sales.yaml").write_text(SPEC)
    monkeypatch.chdir(project)
    for name in ("PULUMI_STACK", "DATABRICKS_HOST", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")  # no pulumi: the space is found by its title
    monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/no/such/file")
    ask, space_id = stage.handle.control.ask_in_ui, stage.space_id
    ask(space_id, QUESTIONS[0].upper(), sql="SELECT 1")
    for _ in range(2):
        ask(space_id, "Who buys most?", sql="SELECT customer FROM orders", user="ana@example.com")
    ask(space_id, "who  buys most?", status="FAILED", error="SQL_EXECUTION_EXCEPTION")
    ask(space_id, "Is it good?", text="Yes.", rating="NEGATIVE")
    ask(space_id, "Long ago?", sql="SELECT 1", created_ms=int((time.time() - 90 * 86_400) * 1000))
    return stage


def listed(capsys: pytest.CaptureFixture[str], *flags: str) -> list[list[str]]:
    import csv
    import io

    capsys.readouterr()
    assert main(["questions", "sales", "--output", "csv", *flags]) == 0
    return [row[1:5] for row in csv.reader(io.StringIO(capsys.readouterr().out))][1:]


def test_questions_without_a_benchmark_are_listed_once_each(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    buys, good = ["3", "1", "0"], ["1", "0", "1"]

    assert [row[0].casefold() for row in listed(capsys)] == ["who buys most?", "is it good?"]
    assert [row[1:] for row in listed(capsys)] == [buys, good]
    assert [row[1:] for row in listed(capsys, "--failed")] == [buys]
    assert [row[1:] for row in listed(capsys, "--repeated")] == [buys]
    assert [row[1:] for row in listed(capsys, "--disliked")] == [good]
    assert len(listed(capsys, "--since", "100d")) == 3
    assert len(listed(capsys, "--mine")) == 2


def test_chosen_ones_become_benchmarks_marked_to_be_checked(there: Stage) -> None:
    assert main(["questions", "sales", "--add", "1", "--add", "is it*"]) == 0

    text = Path("spaces/sales.yaml").read_text()
    questions = load_specs("spaces")["sales"].benchmarks.questions
    assert text.startswith(SPEC.rstrip("\n"))
    assert [each.question.casefold() for each in questions[1:]] == ["who buys most?", "is it good?"]
    assert questions[1].expected_sql.startswith(UNCHECKED)
    assert "SELECT customer FROM orders" in questions[1].expected_sql
    assert questions[2].evaluation_note.startswith("To be checked")


def test_a_word_that_means_no_question_writes_nothing(there: Stage) -> None:
    assert main(["questions", "sales", "--add", "1", "--add", "nobody asked*"]) == 1
    assert Path("spaces/sales.yaml").read_text() == SPEC
