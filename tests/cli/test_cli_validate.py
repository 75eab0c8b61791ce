"""`validate`: the rules on the command line, and its formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genie_provider.cli import main

ODD = "we,ird: 100%.yaml"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.joinpath("Pulumi.yaml").write_text("name: sales\nruntime: python\n")
    tmp_path.joinpath("spaces").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_rules_are_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--rules"]) == 0
    listed = capsys.readouterr().out
    assert "join-alias" in listed and "warning" in listed

    assert main(["validate", "--rules", "join-alias"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("join-alias (warning)\n") and "Passes::" in page and "Fails::" in page

    assert main(["validate", "--rules", "join-alais"]) == 2
    assert "did you mean join-alias?" in capsys.readouterr().err


def test_github_gets_what_it_can_parse(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.joinpath("spaces", ODD).write_text("title: A\nparent_path: 50%\ndata_sources: {tables: [m.s.t]}\n")

    assert main(["validate", "--format", "github"]) == 1

    error, notice = capsys.readouterr().out.splitlines()
    file = "spaces/we%2Cird%3A 100%25.yaml"
    assert error.startswith(f"::error file={file},line=2,col=14,title=parent-path::'50%25' is not a folder")
    assert notice.startswith(f"::notice file={file},line=3,col=25,title=table-description::m.s.t has no description")


def test_json_has_the_rule_of_each_problem(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.joinpath("spaces", "a.yaml").write_text("title: A\nparent_path: x\n")

    assert main(["validate", "--format", "json"]) == 1

    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["rule"], problem["severity"], problem["line"]) == ("parent-path", "error", 2)


def test_text_names_the_rule_and_counts_what_stops_nobody(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.joinpath("spaces", "a.yaml").write_text("title: A\ndata_sources: {tables: [m.s.t]}\n")

    assert main(["validate"]) == 0
    shown = capsys.readouterr()
    assert shown.out.endswith(" [table-description]\n")
    assert shown.err == "1 space in 1 file: no problems (1 notice)\n"
    assert main(["validate", "--strict"]) == 1


def test_waived_findings_are_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.joinpath("spaces", "a.yaml").write_text("title: A\n")
    project.joinpath("Pulumi.dev.yaml").write_text(
        "config:\n  genie:policy: {minBenchmarks: 1}\n  genie:waivers:\n    - rule: policy-benchmarks\n"
        "      reason: later\n      until: 2999-01-01\n"
    )

    assert main(["validate"]) == 0
    assert capsys.readouterr().err == "1 space in 1 file: no problems (1 waived)\n"
