"""Files of data as tables that a space waits for, on the real engine against a local workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from crowds import kill_9, repair, wait_for_requests
from engine_project import ROOT, Project

sys.path.insert(0, str(ROOT / "tests" / "files"))

import files_making as making
import files_truth as truth

from emulator.handle import Handle
from genie_provider.client import Access, Workspace

TABLE = "main.default.targets"
VOLUME = "/Volumes/main/default/landing"


def spec(source: Any, table: str = TABLE, **more: Any) -> dict[str, Any]:
    return {"title": "Targets", "data_sources": {"tables": [{"identifier": table, "from_file": source, **more}]}}


def client(workspace: Handle) -> Workspace:
    return Workspace(Access.find(workspace.url, None, "t", env={}))


def rows(workspace: Handle, table: str = TABLE, columns: str = "*") -> list[list[str | None]]:
    warehouse = client(workspace).find_warehouse("Serverless Starter Warehouse").id
    return client(workspace).statement(f"SELECT {columns} FROM {table} ORDER BY 1", warehouse).rows


def as_answered(rows_of_truth: Any) -> list[list[str | None]]:
    """Rows of the truths as a warehouse answers with them."""
    return [[_answered(cell) for cell in row] for row in rows_of_truth]


def _answered(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    if hasattr(cell, "hour"):
        return f"{cell:%Y-%m-%dT%H:%M:%S}.000Z"
    return None if cell is None else str(float(cell)) if cell.__class__.__name__ == "Decimal" else str(cell)


def data(project: Project) -> Path:
    folder = project.folder / "data"
    folder.mkdir(exist_ok=True)
    return folder


def test_a_workbook_becomes_a_table_before_the_space(project: Project, workspace: Handle) -> None:
    making.an_xlsx(data(project) / "targets.xlsx", sheets=("2025", "2026"))
    described = {"comment": "Plan", "column_comments": {"qty": "Pieces"}, "describe_columns": True, "primary_key": "id"}
    source = {"path": "data/targets.xlsx", **described}
    project.write("targets", spec(source, sheet="2026"))

    project.up()

    assert rows(workspace) == as_answered(truth.ROWS)
    table = client(workspace).fresh_table(TABLE)
    assert table and table.comment == "Plan"
    assert {each["name"]: each.get("comment") for each in table.raw["columns"]}["qty"] == "Pieces"
    assert table.raw["table_constraints"][0]["primary_key_constraint"]["child_columns"] == ["id"]
    (column,) = workspace.control.body(project.space_id("targets"))["data_sources"]["tables"][0]["column_configs"]
    assert (column["column_name"], column["description"]) == ("qty", ["Pieces"])
    made = [each["path"] for each in workspace.control.requests() if each["method"] == "POST"]
    assert made.index("/api/2.0/sql/statements") < made.index("/api/2.0/genie/spaces")
    project.unchanged()

    making.a_csv(data(project) / "targets.csv", truth.ROWS[:2])
    project.write("targets", spec({"path": "data/targets.csv", **described}))
    said = project.up().text
    assert "1 updated" in said or "~ 1 updated" in said
    assert len(rows(workspace)) == 2

    project.write("targets", {"title": "Targets"})
    project.up()
    assert client(workspace).fresh_table(TABLE) is None


def test_a_large_file_goes_through_a_volume_once_and_leaves_nothing_there(project: Project, workspace: Handle) -> None:
    making.a_csv(data(project) / "large.csv", truth.ROWS * 5_000)
    project.write("targets", spec("data/large.csv"))

    preview = project.preview().text
    assert "data/large.csv (2.1 MB): read here, uploaded as Parquet, loaded by the warehouse" in preview
    assert "(serverless), through /Volumes/main/default/genie_staging, a volume that is not there yet)" in preview
    workspace.control.clear_requests()
    project.up()

    assert rows(workspace, columns="count(*), sum(id), count(price)") == [["25000", "75000", "20000"]]
    calls = [each for each in workspace.control.requests() if "/fs/files/" in each["path"]]
    assert [each["method"] for each in calls] == ["PUT", "HEAD", "DELETE"]
    assert client(workspace).list_folder("/Volumes/main/default/genie_staging") == []
    project.unchanged()

    making.a_csv(data(project) / "large.csv", truth.ROWS)  # small enough to be compared row by row now
    project.up()
    assert rows(workspace) == as_answered(truth.ROWS)
    project.destroy()
    assert client(workspace).fresh_table(TABLE) is None
    assert client(workspace).volume("main.default.genie_staging") is None


def test_a_file_on_a_volume_is_read_by_the_warehouse_without_a_download(project: Project, workspace: Handle) -> None:
    there = client(workspace)
    there.create_volume("main.default.landing")
    file = making.a_csv(data(project) / "t.csv")
    there.upload_file(file, f"{VOLUME}/t.csv", overwrite=True)
    project.write("targets", spec(f"{VOLUME}/t.csv"))
    workspace.control.clear_requests()

    project.up()

    assert rows(workspace) == as_answered(truth.ROWS)
    downloads = [each for each in workspace.control.requests() if each["method"] == "GET" and "/fs/" in each["path"]]
    assert not downloads
    project.unchanged()

    there.upload_file(making.a_csv(file, truth.ROWS[:1]), f"{VOLUME}/t.csv", overwrite=True)
    assert "the file on the volume was written again" in project.preview().text
    project.up()
    assert len(rows(workspace)) == 1


def test_a_folder_with_one_file_of_each_format(project: Project, workspace: Handle) -> None:
    suffixes = [each for each in making.MAKERS if each not in (".mdb", ".accdb", ".dbf")]
    tables = []
    for suffix in suffixes:
        making.make(data(project), suffix)
        tables.append({"identifier": f"main.default.t_{suffix[1:]}", "from_file": f"data/truth{suffix}"})
    project.write("targets", {"title": "Targets", "data_sources": {"tables": tables}})

    project.up()

    for suffix in suffixes:
        assert rows(workspace, f"main.default.t_{suffix[1:]}") == as_answered(truth.ROWS), suffix


def test_broken_files_stop_before_anything_is_sent(project: Project, workspace: Handle) -> None:
    (data(project) / "short.csv").write_text("id,name\n1\n")
    (data(project) / "good.csv").write_text("id,name\n1,a\n")
    tables = [
        {"identifier": "main.default.a", "from_file": "data/short.csv"},
        {"identifier": "main.default.b", "from_file": "data/no.csv"},
        {"identifier": "main.default.c", "from_file": "../secret.csv"},
        {"identifier": "main.default.d", "from_file": "data/good.csv"},
    ]
    project.write("targets", {"title": "Targets", "data_sources": {"tables": tables}})
    workspace.control.clear_requests()

    said = project.up(ok=False).text

    assert "spaces/targets.yaml:5:16: data/short.csv: row 2: 1 cells under 2 columns" in said
    assert "data/no.csv: there is no such file" in said
    assert "../secret.csv: a path may not leave the project's folder by '..'" in said
    assert "3 problems in 1 file; nothing was sent." in said
    assert not project.sent()


def test_a_table_of_somebody_else_is_left_alone(project: Project, workspace: Handle) -> None:
    workspace.control.add_table(TABLE, "id bigint")
    (data(project) / "a.csv").write_text("id\n1\n")
    project.write("targets", spec("data/a.csv"))

    said = project.up(ok=False).text

    assert f"the table {TABLE} is there already, and this stack did not make it; nothing was changed" in said
    assert rows(workspace) == []


@pytest.mark.parametrize("answered", [False, True])
def test_a_load_that_was_killed_is_done_again(project: Project, workspace: Handle, answered: bool) -> None:
    """Killed while the file is on its way, and after it has arrived."""
    making.a_csv(data(project) / "large.csv", truth.ROWS * 5_000)
    project.write("targets", spec("data/large.csv"))
    workspace.control.add_fault("hang", method="PUT", path_regex="/fs/files/", seconds=60, after=answered, act=answered)
    running = project.start("up", "--yes", "--skip-preview")
    wait_for_requests(workspace, 1, running, "PUT")
    kill_9(project, running, everything=True)

    repair(project)

    assert rows(workspace, columns="count(*), sum(id), count(price)") == [["25000", "75000", "20000"]]
    assert client(workspace).list_folder("/Volumes/main/default/genie_staging") == []
    project.unchanged()


def test_files_on_a_volume_are_resources(project: Project, workspace: Handle) -> None:
    client(workspace).create_volume("main.default.landing")
    (data(project) / "docs").mkdir()
    (data(project) / "docs" / "a.txt").write_text("a")
    (project.folder / "__main__.py").write_text(
        "from genie_provider import VolumeFile, VolumeFolder\n"
        f"VolumeFolder('docs', '{VOLUME}/docs', 'data/docs')\n"
        f"VolumeFile('single', '{VOLUME}/single.txt', 'data/docs/a.txt')\n"
    )

    assert "uploads 0.0 MB, 1 file" in project.preview().text
    project.up()
    assert client(workspace).find_file(f"{VOLUME}/docs/a.txt")
    assert client(workspace).find_file(f"{VOLUME}/single.txt")
    project.unchanged()

    client(workspace).delete_file(f"{VOLUME}/docs/a.txt")
    project.up()
    assert client(workspace).find_file(f"{VOLUME}/docs/a.txt")

    project.destroy()
    assert client(workspace).list_folder(VOLUME) == []
