"""What spaces need around them, on the real engine: tables, functions, rights, tags, order."""

from __future__ import annotations

from typing import Any

import pytest
from engine_project import ROOT, Project
from specs import TRIPS, trips

from emulator.handle import Handle
from emulator.warehouses import STARTER_ID
from genie_provider.client import Access, Workspace

TABLES = {"locations": "8", "departments": "8", "employees": "30", "customers": "10", "products": "10", "sales": "30"}


def space(title: str, *tables: str, functions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "data_sources": {"tables": list(tables)},
        "instructions": {"sql_functions": list(functions)},
        **more,
    }


def test_twenty_specs_with_gaps_give_one_list_and_nothing_is_sent(project: Project, workspace: Handle) -> None:
    for number in range(16):
        project.write(f"a{number:02d}", trips(f"Fine {number}"))
    for number in range(3):
        project.write(f"b{number}", space(f"Gap {number}", TRIPS, f"main.sales.orders{number}"))
    project.write("c", space("Function", TRIPS, functions=("main.sales.fiscal_week",)))
    workspace.control.clear_requests()

    up = project.up(ok=False)

    lines = [line.strip() for line in up.text.splitlines() if "is missing" in line]
    assert len(lines) == 4, up.text
    assert lines[0].startswith("spaces/b0.yaml:5:5: table main.sales.orders0 is missing, and so is its schema")
    assert lines[3].startswith("spaces/c.yaml:7:5: function main.sales.fiscal_week is missing")
    assert "4 problems in 4 files; nothing was sent." in up.text
    assert project.sent() == []
    looked_up = [entry["path"] for entry in workspace.control.requests() if "/tables/" in entry["path"]]
    assert len(looked_up) == len(set(looked_up)) == 4
    assert workspace.control.spaces() == []


@pytest.fixture
def demo(project: Project) -> Project:
    project.folder.joinpath("demo").symlink_to(ROOT / "demo")
    project.configure(demoData=True)
    return project


def rows(workspace: Handle, sql: str) -> list[list[str | None]]:
    client = Workspace(Access.find(workspace.url, None, "person", env={}))
    return client.statement(sql, STARTER_ID).rows


def test_the_demo_comes_up_whole_in_an_empty_catalog_and_goes_again(demo: Project, workspace: Handle) -> None:
    rows(workspace, "CREATE TABLE main.default.theirs (id bigint)")
    before = [rows(workspace, f"SHOW {what}") for what in ("SCHEMAS IN main", "TABLES IN main.default")]

    demo.preview()
    demo.up()
    demo.unchanged()

    counts = {name: rows(workspace, f"SELECT count(*) FROM main.genie_demo.{name}")[0][0] for name in TABLES}
    assert counts == TABLES
    assert {space["title"] for space in workspace.control.spaces()} == {"People of Fernhollow", "Sales of Fernhollow"}
    assert len(rows(workspace, "SHOW FUNCTIONS IN main.genie_demo")) == 2

    rows(workspace, "UPDATE main.genie_demo.sales SET quantity = 1000 WHERE sale_id = 7")
    drift = demo.preview()
    assert "~ rows" in drift.text
    assert '"1000"' in drift.text
    demo.up()
    assert rows(workspace, "SELECT quantity FROM main.genie_demo.sales WHERE sale_id = 7") == [["20"]]
    demo.unchanged()

    demo.destroy()
    after = [rows(workspace, f"SHOW {what}") for what in ("SCHEMAS IN main", "TABLES IN main.default")]
    assert after == before
    assert workspace.control.spaces() == []
