"""`files load`, ls, cat, put, get, rm and mkdir against a local workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import files_making as making
import files_truth as truth
import jsonschema
import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.cli import main, schemas
from genie_provider.client import Access, Workspace

VOLUME = "/Volumes/main/default/landing"


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Handle]:
    with running() as handle:
        monkeypatch.setenv("DATABRICKS_HOST", handle.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", "t")
        monkeypatch.chdir(tmp_path)
        client(handle).create_volume("main.default.landing")
        yield handle


def client(handle: Handle) -> Workspace:
    return Workspace(Access.find(handle.url, None, "t", env={}))


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["files", *words]) == code
    said = capsys.readouterr()
    return said.out + said.err


def test_files_go_there_and_back(workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("hello\n")
    (tmp_path / "in" / "deep" / "b.txt").write_text("x" * 5000)

    assert f"in/a.txt → {VOLUME}/x/a.txt" in run(capsys, "put", "in", f"dbfs:{VOLUME}/x")
    assert "there already, in the same size" in run(capsys, "put", "in", f"{VOLUME}/x")
    assert run(capsys, "ls", f"{VOLUME}/x").split() == ["name", "size", "a.txt", "6", "bytes", "deep/"]
    listed = json.loads(run(capsys, "ls", f"{VOLUME}/x", "--output", "json"))
    assert listed["schema"] == "genie/files-ls/1"
    jsonschema.validate(listed, schemas.read(listed["schema"]))
    assert run(capsys, "cat", f"{VOLUME}/x/a.txt") == "hello\n"
    run(capsys, "get", f"{VOLUME}/x", "back")
    assert (tmp_path / "back" / "deep" / "b.txt").read_text() == "x" * 5000
    assert "holds 2 files; --recursive removes them" in run(capsys, "rm", f"{VOLUME}/x", code=1)
    assert "removed 2 files" in run(capsys, "rm", "--recursive", f"{VOLUME}/x")
    assert "there is no such folder" in run(capsys, "ls", f"{VOLUME}/x", code=1)


def test_a_file_of_another_size_is_not_written_over(
    workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_text("1")
    run(capsys, "mkdir", f"{VOLUME}/sub")
    run(capsys, "put", "a", f"{VOLUME}/sub/")
    (tmp_path / "a").write_text("22")

    assert "is there in another size; --overwrite" in run(capsys, "put", "a", f"{VOLUME}/sub/", code=1)
    run(capsys, "put", "a", f"{VOLUME}/sub/", "--overwrite")
    assert run(capsys, "cat", f"{VOLUME}/sub/a") == "22"


def test_a_whole_volume_is_not_removed(workspace: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is a whole volume" in run(capsys, "rm", "--recursive", VOLUME, code=1)
    assert "is no path on a volume" in run(capsys, "rm", "--recursive", "/etc", code=1)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".parquet"])
def test_a_file_is_loaded_with_one_upload(
    workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    file = making.make(tmp_path, suffix)
    workspace.control.clear_requests()

    said = run(capsys, "load", file.name, "main.default.t", "--warehouse", "Serverless Starter Warehouse")

    assert "main.default.t: 5 rows" in said
    assert f"{file.name} ({file.stat().st_size / 1e6:.1f} MB): read here" in said
    uploads = [each for each in workspace.control.requests() if each["method"] == "PUT"]
    assert len(uploads) == 1
    found = client(workspace).statement("SELECT id, name FROM main.default.t ORDER BY id", "0123456789abcdef").rows
    assert found == [[str(row[0]), row[1]] for row in truth.ROWS]


def test_a_workbook_on_a_volume_is_downloaded_since_only_here_its_troubles_are_told(
    workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client(workspace).upload_file(making.make(tmp_path, ".xlsx"), f"{VOLUME}/t.xlsx", overwrite=True)

    said = run(capsys, "load", f"{VOLUME}/t.xlsx", "main.default.t", "--warehouse", "Serverless Starter Warehouse")

    assert "downloaded, since only here every trouble of Excel is told" in said and "5 rows" in said


def test_a_table_of_somebody_else_is_not_replaced(
    workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.control.add_table("main.default.t", "id bigint")
    making.make(tmp_path, ".csv")

    said = run(capsys, "load", "truth.csv", "main.default.t", "--warehouse", "Serverless Starter Warehouse", code=1)

    assert "is there already" in said
    assert not [each for each in workspace.control.requests() if each["path"].startswith("/api/2.0/fs/")]


def test_an_upload_that_is_refused_makes_no_table(
    workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    workspace.control.add_fault("status", method="PUT", path_regex="/fs/files/", status=403, times=1)

    said = run(capsys, "load", "a.csv", "main.default.t", "--warehouse", "Serverless Starter Warehouse", code=1)

    assert "upload" in said and "WRITE VOLUME" in said
    assert client(workspace).fresh_table("main.default.t") is None
