"""`examples/composed` on the real engine: what stands around the spaces comes up with them, in order, and goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from composed_project import ComposedProject
from crowds import kill_9, repair, wait_for_requests

from emulator.handle import Handle
from emulator.state.warehouses import STARTER_ID
from genie_provider.client import Access, Workspace

UC = "/api/2.1/unity-catalog"


@pytest.fixture
def composed(tmp_path: Path, cli: str, workspace: Handle) -> Iterator[ComposedProject]:
    project = ComposedProject(tmp_path / "composed", cli, workspace)
    project.use_stack("dev")
    workspace.control.clear_requests()
    yield project
    project.end()


@pytest.fixture
def client(workspace: Handle) -> Workspace:
    return Workspace(Access.find(workspace.url, None, "person", env={}))


def names(client: Workspace, what: str) -> list[str]:
    return [str(row[-1 if "TABLES" not in what else 1]) for row in client.statement(f"SHOW {what}", STARTER_ID).rows]


def warehouses(workspace: Handle) -> set[str]:
    return {each.name for each in Workspace(Access.find(workspace.url, None, "person", env={})).warehouses()}


def first(sent: list[str], pattern: str) -> int:
    return next(at for at, line in enumerate(sent) if re.search(pattern, line))


def test_all_comes_up_from_nothing_in_order_and_goes_again(
    composed: ComposedProject, workspace: Handle, client: Workspace
) -> None:
    up = composed.up()
    sent = composed.sent()
    composed.unchanged()
    composed.use_stack("prod")
    composed.up()
    composed.unchanged()

    assert "the job dev fill_orders has run: " in up.text
    order = ["/schemas$", "/jobs/create", "/jobs/run-now", "/sql/statements$", "/genie/spaces$"]
    assert sorted(order, key=lambda pattern: first(sent, pattern)) == order
    assert {"dev_sales", "prod_sales"} <= set(names(client, "SCHEMAS IN main"))
    assert names(client, "TABLES IN main.prod_sales") == ["orders", "orders_by_day"]
    assert {"dev genie", "prod genie"} <= warehouses(workspace)
    revenue = client.statement("SELECT revenue FROM main.dev_sales.orders_by_day ORDER BY day", STARTER_ID).rows
    assert [float(row[0] or 0) for row in revenue] == [195.5, 98.25]
    assert len(workspace.control.spaces()) == 4

    for stack in ("prod", "dev"):
        composed.use_stack(stack)
        workspace.control.clear_requests()
        composed.destroy()
    gone = composed.sent()
    assert first(gone, "DELETE .*/genie/spaces") < first(gone, "/jobs/delete") < first(gone, "DELETE .*/schemas/")
    assert names(client, "SCHEMAS IN main") == ["default"]
    assert workspace.control.spaces() == []
    assert warehouses(workspace).isdisjoint({"dev genie", "prod genie"})


def test_changes_are_made_in_place_and_the_job_runs_again_for_other_sql(
    composed: ComposedProject, workspace: Handle, client: Workspace
) -> None:
    composed.up()
    file = composed.folder / "blueprint.yaml"
    file.write_text(file.read_text().replace("2X-Small", "Small").replace("USE SCHEMA, SELECT", "USE SCHEMA"))
    sql = composed.folder / "sql" / "fill_orders.sql"
    sql.write_text(sql.read_text().replace("98.25", "100.00"))
    view = composed.folder / "sql" / "orders_by_day.sql"
    view.write_text(view.read_text().replace("AS revenue", "AS income"))
    workspace.control.clear_requests()

    preview = composed.preview()
    composed.up()

    assert '"2X-Small" => "Small"' in preview.text
    assert "replace" not in preview.text
    assert len([line for line in composed.sent() if "run-now" in line]) == 1
    income = client.statement("SELECT income FROM main.dev_sales.orders_by_day ORDER BY day", STARTER_ID).rows
    assert [float(row[0] or 0) for row in income] == [195.5, 100.0]
    composed.unchanged()


def test_a_failed_job_stops_the_spaces_and_says_why(composed: ComposedProject, workspace: Handle) -> None:
    sql = composed.folder / "sql" / "fill_orders.sql"
    good = sql.read_text()
    sql.write_text(good.replace("INSERT INTO ${schemas.sales}.orders", "INSERT INTO ${schemas.sales}.nowhere"))

    up = composed.up(ok=False)

    assert "it ended FAILED: fill_orders: [TABLE_OR_VIEW_NOT_FOUND]" in up.text
    assert "#job/1001/run/1001; the next pulumi up runs it again" in up.text
    assert workspace.control.spaces() == []

    again = composed.up(ok=False)
    assert "#job/1001/run/1002" in again.text
    sql.write_text(good)
    composed.up()
    composed.unchanged()
    assert len(workspace.control.spaces()) == 2


def test_a_half_made_blueprint_leaves_the_state_right_and_the_next_up_goes_on(
    composed: ComposedProject, workspace: Handle, client: Workspace
) -> None:
    file = composed.folder / "blueprint.yaml"
    more = "".join(f"\n  more{at}: {{catalog: main}}" for at in range(4))
    file.write_text(file.read_text().replace("\nvolumes:", f"{more}\n\nvolumes:"))
    workspace.control.add_fault("status", method="POST", path_regex="/schemas$", nth=3, status=400, message="No luck.")

    up = composed.up(ok=False)
    made = {each for each in names(client, "SCHEMAS IN main") if each.startswith("dev_")}
    composed.up()

    assert "No luck." in up.text
    assert len(made) in (2, 3, 4)
    assert len([each for each in names(client, "SCHEMAS IN main") if each.startswith("dev_")]) == 5
    composed.unchanged()


@pytest.mark.parametrize("moment", [6, 16, 26])
def test_killed_in_the_middle_all_is_there_once_after_the_next_up(
    composed: ComposedProject, workspace: Handle, client: Workspace, moment: int
) -> None:
    workspace.control.set_settings(latency_s=0.02)
    running = composed.start("up", "--yes", "--skip-preview")
    wait_for_requests(workspace, moment, running)
    kill_9(composed, running, everything=True)

    repair(composed)

    composed.unchanged()
    assert sorted(each["title"] for each in workspace.control.spaces()) == ["[dev] Orders", "[dev] Revenue by day"]
    assert [each.name for each in client.warehouses()].count("dev genie") == 1
    assert client.statement("SELECT count(*) FROM main.dev_sales.orders", STARTER_ID).rows == [["3"]]


def test_a_program_that_forgets_the_blueprint_is_told(composed: ComposedProject) -> None:
    program = composed.folder / "__main__.py"
    program.write_text(program.read_text().replace("apply_blueprint(stack)\n", ""))

    assert "before load_specs: apply_blueprint(stack)" in composed.preview(ok=False).text


def test_problems_of_blueprint_sql_and_specs_come_in_one_list(composed: ComposedProject) -> None:
    file = composed.folder / "blueprint.yaml"
    file.write_text(file.read_text().replace("2X-Small", "Tiny"))
    sql = composed.folder / "sql" / "orders_by_day.sql"
    sql.write_text(sql.read_text().replace("${schemas.sales}", "${schemas.sails}"))
    composed.write("broken", {"title": "Broken", "warehouse": "${warehouses.geni}"})

    preview = composed.preview(ok=False)

    assert "blueprint.yaml:25:11: warehouses.genie.size: 'Tiny' is none of 2X-Small, X-Small" in preview.text
    assert "sql/orders_by_day.sql:2:6: ${schemas.sails} is not in the blueprint; did you mean ${schemas.sales}?" in (
        preview.text
    )
    assert "${warehouses.geni} is not in the blueprint; did you mean ${warehouses.genie}?" in preview.text
    assert "3 problems in 3 files; nothing was sent." in preview.text
    assert composed.sent() == []
