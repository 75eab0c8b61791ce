"""`files`, as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import files_making as making
import jsonschema
import pytest
import test_files_broken as broken

from genie_provider.cli import main, schemas


def test_info_shows_columns_types_rows_and_troubles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = broken.error_cell(tmp_path)

    assert main(["files", "info", str(file)]) == 1

    shown = capsys.readouterr().out
    assert "2026: 5 rows, 8 columns\n  id     bigint\n" in shown
    assert "  PROBLEM  row 3, column price: the cell holds the error #DIV/0! [error-cell]" in shown


def test_info_as_json_and_files_that_cannot_be_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["files", "info", str(making.make(tmp_path, ".csv")), "no.csv", "--output", "json"])

    shown = capsys.readouterr()
    assert code == 1 and "no.csv: there is no such file" in shown.err
    said = json.loads(shown.out)
    assert said["schema"] == "genie/files-info/1"
    assert [part["rows"] for each in said["files"] for part in each["parts"]] == [5]


def test_info_as_json_follows_its_schema_with_troubles_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [broken.error_cell(tmp_path), making.make(tmp_path, ".pdf"), making.make(tmp_path, ".csv")]

    main(["files", "info", *map(str, files), "--output", "json"])

    said = json.loads(capsys.readouterr().out)
    jsonschema.validate(said, schemas.read(said["schema"]))
    assert [trouble["kind"] for part in said["files"][0]["parts"] for trouble in part["troubles"]].count("error-cell")


def test_convert_says_what_it_wrote_and_allows_what_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, target = broken.error_cell(tmp_path), tmp_path / "out.csv"

    assert main(["files", "convert", str(file), str(target)]) == 1
    assert "to go on all the same: allow error-cell" in capsys.readouterr().err
    assert main(["files", "convert", str(file), str(target), "--allow", "error-cell", "--type", "qty=int"]) == 0
    assert f"{target}: 5 rows, 8 columns" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "said"),
    [(["--allow", "x"], "--allow x: there are error-cell"), (["--type", "a"], "--type a: give COLUMN=TYPE")],
)
def test_flags_that_mean_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert main(["files", "info", str(making.make(tmp_path, ".csv")), *given]) == 1
    assert said in capsys.readouterr().err


def test_formats_names_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert main(["files", "formats"]) == 0

    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Access")]
    assert "mdb-tables, mdb-export, mdb-count" in line and "apt-get install mdbtools" in line


def test_formats_as_json_follow_their_schema_and_name_extras_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["files", "formats", "--output", "json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "genie/files-formats/1"
    jsonschema.validate(said, schemas.read(said["schema"]))
    (access,) = [each for each in said["items"] if each["format"] == "Access"]
    assert (access["extra"], access["programs"]) == ("access", "mdb-tables, mdb-export, mdb-count")
