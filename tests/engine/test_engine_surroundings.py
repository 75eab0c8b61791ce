"""What spaces need around them, on the real engine: tables, functions, rights, tags, order."""

from __future__ import annotations

from typing import Any

from engine_project import Project
from specs import TRIPS, trips

from emulator.handle import Handle

READS = "GET"


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
