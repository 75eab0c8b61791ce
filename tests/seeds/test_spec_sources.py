"""What is wrong with the files of specs is found without a network, at the line that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from genie_provider.cli import main
from genie_provider.seeds import spec_sources
from genie_provider.specs import loader

SPEC = """title: Targets
data_sources:
  tables:
    - identifier: main.plan.targets
      from_file: {source}
"""


def loaded(folder: Path, *sources: str) -> loader.Loaded:
    (folder / "spaces").mkdir(exist_ok=True)
    for at, source in enumerate(sources):
        title = f"title: Targets {at}" if at else "title: Targets"
        (folder / "spaces" / f"s{at}.yaml").write_text(SPEC.format(source=source).replace("title: Targets", title))
    return loader.load([folder / "spaces"])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("data.csv", "data.csv: row 2: 1 cells under 2 columns"),
        ("no.csv", "no.csv: there is no such file"),
        ("data.doc", "data.doc: .doc: readable are .csv"),
        ("../data.csv", "a path may not leave the project's folder by '..'"),
        ("{path: data.csv, allow: everything}", "there is no kind 'everything'"),
        ("{path: good.csv, types: {id: money}}", "'money' is no type of columns"),
        ("{path: good.csv, types: {name: int}}", "row 2, column name: 'a' is no int"),
    ],
)
def test_a_bad_file_is_told_at_its_line(
    tmp_path: Path, source: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text("id,name\n1\n")
    (tmp_path / "good.csv").write_text("id,name\n1,a\n")
    (tmp_path / "data.doc").write_text("x")

    (problem,) = spec_sources.problems_of(loaded(tmp_path, source), tmp_path)

    assert said in str(problem)
    assert "s0.yaml:5:" in str(problem)


def test_two_specs_may_name_one_table_of_one_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "b.csv").write_text("id\n1\n")

    assert not spec_sources.problems_of(loaded(tmp_path, "a.csv", "a.csv"), tmp_path)
    (problem,) = spec_sources.problems_of(loaded(tmp_path, "a.csv", "b.csv"), tmp_path)
    assert "main.plan.targets is made of another file" in str(problem)


def test_sheet_without_a_file_is_an_error(tmp_path: Path) -> None:
    found = loaded(tmp_path, "a.csv\n      range: A1:B\n      sheet: x")
    (tables,) = [each.source for each in spec_sources.tables_of(found)]
    assert (tables.sheet, tables.range) == ("x", "A1:B")

    (tmp_path / "spaces" / "s0.yaml").write_text(SPEC.replace("from_file: {source}", "sheet: x"))
    (problem,) = loader.load([tmp_path / "spaces"]).errors
    assert "sheet says how to read a file; from_file names it" in str(problem)


def test_validate_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    loaded(tmp_path, "no.csv")

    assert main(["validate", "spaces"]) == 1
    assert "spaces/s0.yaml:5:18: no.csv: there is no such file" in capsys.readouterr().out
