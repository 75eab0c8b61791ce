"""What `doctor` finds out about the ways of files, and what it says it does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import files_making as making
import files_truth as truth
import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.cli import main
from genie_provider.client import Access, Workspace

VOLUME = "/Volumes/main/default/landing"
SPEC = """title: Targets
data_sources:
  tables:
    - {identifier: main.default.small, from_file: data/truth.csv}
    - {identifier: main.default.large, from_file: data/large.csv}
    - {identifier: main.default.there, from_file: /Volumes/main/default/landing/t.csv}
    - {identifier: main.default.book, from_file: /Volumes/main/default/landing/t.xlsx}
"""


def client(handle: Handle) -> Workspace:
    return Workspace(Access.find(handle.url, None, "t", env={}))


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Handle]:
    with running() as handle:
        for name in ("IS_SERVERLESS", "DATABRICKS_RUNTIME_VERSION"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATABRICKS_HOST", handle.url)
        monkeypatch.setenv("DATABRICKS_TOKEN", "t")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        client(handle).create_volume("main.default.landing")
        _project(tmp_path, handle)
        yield handle


def _stack(folder: Path, handle: Handle, warehouse: str) -> None:
    (folder / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {handle.url}\n  genie:warehouse: {warehouse}\n")


def _project(folder: Path, handle: Handle) -> None:
    (folder / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    _stack(folder, handle, "Serverless Starter Warehouse")
    (folder / "spaces").mkdir()
    (folder / "spaces" / "targets.yaml").write_text(SPEC)
    (folder / "data").mkdir()
    making.make(folder / "data", ".csv")
    making.a_csv(folder / "data" / "large.csv", truth.ROWS * 5_000)
    for suffix in (".csv", ".xlsx"):
        file = making.make(folder, suffix)
        client(handle).upload_file(file, f"{VOLUME}/t{suffix}", overwrite=True)


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, Any]]]:
    """Check → what was found, of the checks about files."""
    main(["doctor", "--output", "json"])
    found: dict[str, list[dict[str, Any]]] = {}
    for each in json.loads(capsys.readouterr().out)["items"]:
        found.setdefault(each["check"], []).append(each)
    return found


def test_every_way_is_told_with_what_it_takes(workspace: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(capsys)

    said = [each["found"] for each in found["files"]]
    assert said[0].endswith("rows compared one by one: main.default.small")
    assert said[1] == (
        "1 table, 2.1 MB, read here, uploaded as Parquet and loaded by the warehouse: main.default.large"
    )
    assert said[2].endswith("read by the warehouse, no download: main.default.there")
    assert said[3].startswith("1 table, downloaded, since only here every trouble of that format is told")
    assert found["runtime"][0]["found"] == "files are read here: a machine outside of Databricks"
    assert "genie_staging, which the first up makes" in found["staging"][0]["found"]
    assert found["loads"][0]["found"].startswith("'Serverless Starter Warehouse', serverless, version")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {"IS_SERVERLESS": "TRUE", "DATABRICKS_RUNTIME_VERSION": "client.4.2"},
            "serverless compute of Databricks, env",
        ),
        ({"DATABRICKS_RUNTIME_VERSION": "17.3"}, "a classic cluster of Databricks, runtime 17.3"),
    ],
)
def test_where_files_are_read_is_told_by_the_surroundings(
    workspace: Handle,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    said: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert said in findings(capsys)["runtime"][0]["found"]


def test_a_running_warehouse_is_asked_once_whether_it_reads_excel(
    workspace: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = findings(capsys)
    workspace.control.set_settings(reads_excel=True)
    workspace.control.clear_requests()
    allowed = findings(capsys)

    assert "the warehouse does not read Excel: " in refused["excel"][0]["found"]
    assert allowed["excel"][0]["found"].startswith("the warehouse reads Excel, too")
    assert allowed["loads"][0]["found"].endswith("version 2025.35")
    asked = [each for each in workspace.control.requests() if each["path"] == "/api/2.0/sql/statements"]
    assert len(asked) == 2


def test_a_stopped_warehouse_is_not_started_to_be_asked(
    workspace: Handle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _stack(tmp_path, workspace, "Analytics Pro")
    workspace.control.clear_requests()

    found = findings(capsys)

    assert found["loads"][0]["found"] == (
        "'Analytics Pro', pro, classic compute, version not known: it is stopped, and asking would start it"
    )
    assert found["excel"][0]["found"] == "not known whether the warehouse reads Excel: only one that runs is asked"
    assert not [each for each in workspace.control.requests() if each["path"] == "/api/2.0/sql/statements"]


def test_a_file_that_is_not_there_is_a_problem(workspace: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    client(workspace).delete_file(f"{VOLUME}/t.csv")

    (missing,) = findings(capsys)["volumes"]

    assert missing["state"] == "problem" and "t.csv is missing, or hidden from you" in missing["found"]


def test_rights_are_had_missing_or_not_known(
    workspace: Handle, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may look at the grants of a schema sees what is missing there; elsewhere, nobody can tell."""
    workspace.control.add_principal("user", "ana@example.com", groups=["users"])
    workspace.control.add_token("anas", "ana@example.com")
    workspace.control.change_privileges("volume", "main.default.landing", "ana@example.com", add=["READ_VOLUME"])
    workspace.control.change_privileges("schema", "main.default", "ana@example.com", add=["CREATE_TABLE"])
    monkeypatch.setenv("DATABRICKS_TOKEN", "anas")

    grants = {each["state"]: each["found"] for each in findings(capsys)["grants"]}
    assert grants["ok"] == "CREATE TABLE on main.default, READ VOLUME on main.default.landing"
    assert grants["notice"].startswith("not known whether you have CREATE VOLUME on main.default: we may not look")

    workspace.control.change_privileges("schema", "main.default", "ana@example.com", add=["MANAGE"])
    (_, missing) = findings(capsys)["grants"]
    assert (missing["state"], missing["found"]) == ("problem", "you do not have CREATE VOLUME on main.default")
    assert missing["remedy"] == "GRANT CREATE VOLUME ON SCHEMA `main`.`default` TO `ana@example.com`;"
