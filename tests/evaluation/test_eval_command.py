"""The command in a project: gates of spec and stack, baselines, what is unchanged, what it cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from evaluation_stage import QUESTIONS, TOKEN, Stage

from genie_provider.cli import main, schemas
from genie_provider.client import Rows
from genie_provider.errors import WorkspaceError
from genie_provider.workflows.evaluation_cost import last_bill

SPEC: dict[str, Any] = {
    "title": "Sales",
    "data_sources": {"tables": ["samples.nyctaxi.trips"]},
    "benchmarks": {"questions": [{"question": each, "expected_sql": "SELECT 1"} for each in QUESTIONS]},
}
FIRST = QUESTIONS[0]


@pytest.fixture
def there(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project whose spec is the space's; there is no pulumi, so the space is found by its title."""
    (tmp_path / "spaces").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    for name in ("PULUMI_STACK", "DATABRICKS_HOST", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/no/such/file")
    configure(stage)
    gate_in_spec()
    return stage


def configure(stage: Stage, **gate: Any) -> None:
    for stack in ("dev", "prod"):
        config = {"genie:host": stage.handle.url, **({"genie:gate": gate} if gate else {})}
        Path(f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))


def gate_in_spec(**gate: Any) -> None:
    benchmarks = {**SPEC["benchmarks"], **({"gate": gate} if gate else {})}
    Path("spaces/sales.yaml").write_text(yaml.safe_dump({**SPEC, "benchmarks": benchmarks}, sort_keys=False))


def evaluated(*flags: str) -> int:
    return main(["eval", "--stack", "dev", *flags])


def test_flags_win_over_the_spec_and_the_spec_over_the_stack(there: Stage) -> None:
    there.switch(eval_verdicts={FIRST: "BAD"})

    assert evaluated() == 1
    configure(there, minCorrect=0.5)
    assert evaluated() == 0
    gate_in_spec(min_correct=0.9)
    assert evaluated() == 1
    assert evaluated("--min-correct", "0.5") == 0
    gate_in_spec(min_correct=0.5, required=FIRST)
    assert evaluated() == 1


def test_a_gate_of_the_stack_that_cannot_be_meant_is_usage(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    configure(there, min_corect=1)

    assert evaluated() in (1, 2)
    assert "did you mean min_correct?" in capsys.readouterr().err
    assert there.runs() == 0


def test_what_is_unchanged_is_judged_again_and_not_asked_again(
    there: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    there.switch(eval_verdicts={FIRST: "BAD"})
    assert evaluated("--changed") == 1
    there.switch(eval_verdicts={})

    assert evaluated("--changed") == 1
    assert there.runs() == 1
    assert "unchanged since the last run, which is judged again: sales" in capsys.readouterr().err
    there.handle.control.edit_in_ui(there.space_id, instruction="Weeks begin on Sunday.")
    assert evaluated("--changed") == 0
    assert there.runs() == 2


def test_baselines_are_files_runs_and_stacks(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated("--save", "before.json") == 0
    first_run = there.handle.control.evaluations(there.space_id)[0]["eval_run_id"]
    there.switch(eval_verdicts={FIRST: "BAD"})
    worse = ("--no-regression", "--min-correct", "0")

    for baseline in ("before.json", first_run, "dev"):
        capsys.readouterr()
        assert evaluated(*worse, "--baseline", baseline) == 1, baseline
        assert f"“{FIRST}” got worse" in capsys.readouterr().out


def test_a_stack_nobody_evaluated_here_is_read_from_its_workspace(there: Stage) -> None:
    assert evaluated() == 0
    there.switch(eval_verdicts={FIRST: "BAD"})

    assert main(["eval", "--stack", "dev", "--no-regression", "--min-correct", "0", "--baseline", "prod"]) == 1


def test_what_was_refused_as_worse_is_no_baseline_for_the_next_try(there: Stage) -> None:
    assert evaluated() == 0
    there.switch(eval_verdicts={FIRST: "BAD"})

    for _ in range(3):
        assert evaluated("--no-regression", "--min-correct", "0") == 1


def test_no_regression_without_anything_to_compare_with_is_not_known(there: Stage) -> None:
    assert evaluated("--no-regression") == 3


def test_json_is_data_and_words_go_to_stderr(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluated("--format", "json") == 0

    said = capsys.readouterr()
    found = json.loads(said.out)
    assert found["schema"] == "genie/eval/1"
    jsonschema.validate(found, schemas.read(found["schema"]))
    assert "1 space, 3 questions" in said.err


def test_github_annotates_the_spec(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    there.switch(eval_verdicts={QUESTIONS[1]: "BAD"})

    assert evaluated("--format", "github") == 1
    assert "::error file=spaces/sales.yaml,line=9,col=5,title=sales::Which region" in capsys.readouterr().out


def test_history_of_a_space(there: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    evaluated()
    there.switch(eval_verdicts={FIRST: "BAD"})
    evaluated()
    capsys.readouterr()

    assert main(["eval", "history", "sales", "--stack", "dev"]) == 0
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == ["right", "3/3", "2/3"]
    assert main(["eval", "history", "sales", "--stack", "dev", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schemas.read(told["schema"]))
    assert main(["eval", "history", "sales", "--stack", "dev", "--format", "svg"]) == 0
    assert capsys.readouterr().out.startswith("<svg")
    assert main(["eval", "history", "nobody", "--stack", "dev"]) == 3


class Billing:
    """A workspace whose system tables answer `rows`, or not at all."""

    def __init__(self, rows: list[list[str | None]] | None) -> None:
        self.rows, self.asked = rows, {}

    def statement(self, sql: str, warehouse_id: str, parameters: dict[str, str], **options: Any) -> Rows:
        self.asked = {"sql": sql, **parameters}
        if self.rows is None:
            raise WorkspaceError("failed", "run SQL", "no right")
        return Rows(["sum"], self.rows)


@pytest.mark.parametrize(("rows", "billed"), [([["1.5"]], 1.5), ([[None]], None), ([], None), (None, None)])
def test_what_was_billed_is_told_where_the_system_tables_say_so(
    rows: list[list[str | None]] | None, billed: float | None, stage: Stage
) -> None:
    workspace = Billing(rows)
    found = stage.judged().evaluation

    assert last_bill(workspace, "w1", {stage.space_id: found}) == billed  # type: ignore[arg-type]
    assert workspace.asked["space0"] == stage.space_id
    assert workspace.asked["begin0"].endswith(":00:00+00:00")
    assert "sku_name" not in workspace.asked["sql"]
