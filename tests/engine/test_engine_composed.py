"""`examples/composed` on the real engine: what stands around the spaces comes up with them, in order, and goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from composed_project import ComposedProject
from crowds import kill_9, put_right, wait_for_fault

from emulator.handle import Handle
from emulator.state.warehouses import STARTER_ID
from genie_provider.client import Access, Workspace

ANA = "user:ana@example.com"
SQL, VIEW = "sql/fill_orders.sql", "sql/orders_by_day.sql"


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


def rows(client: Workspace, statement: str) -> list[list[str | None]]:
    return client.statement(statement, STARTER_ID).rows


def schemas(client: Workspace) -> list[str]:
    return [str(row[-1]) for row in rows(client, "SHOW SCHEMAS IN main")]


def warehouses(workspace: Handle) -> list[str]:
    """Asked anew: a client remembers them."""
    return [each.name for each in Workspace(Access.find(workspace.url, None, "person", env={})).warehouses()]


def first(sent: list[str], pattern: str) -> int:
    return next(at for at, line in enumerate(sent) if re.search(pattern, line))


def test_all_comes_up_in_order_changes_in_place_and_goes_while_another_stack_stays(
    composed: ComposedProject, workspace: Handle, client: Workspace
) -> None:
    up = composed.up()
    sent = composed.sent()
    composed.unchanged()

    assert "the job dev fill_orders has run: " in up.text
    order = ["/schemas$", "/jobs/create", "/jobs/run-now", "/sql/statements$", "/genie/spaces$"]
    assert sorted(order, key=lambda pattern: first(sent, pattern)) == order

    composed.replace("blueprint.yaml", "2X-Small", "Small")
    composed.replace("blueprint.yaml", "USE SCHEMA, SELECT", "USE SCHEMA")
    composed.replace(SQL, "98.25", "100.00")
    composed.replace(VIEW, "AS revenue", "AS income")
    composed.replace("spaces/orders.yaml", "group:analysts: CAN_RUN", f"{{group:analysts: CAN_RUN, {ANA}: CAN_RUN}}")
    composed.configure(audience=True)
    workspace.control.change_privileges("catalog", "main", "account users", remove=["USE SCHEMA", "SELECT"])
    workspace.control.add_principal("user", "ana@example.com", groups=["users"])
    workspace.control.clear_requests()
    preview = composed.preview()
    composed.up()

    assert '"2X-Small" => "Small"' in preview.text
    assert "replace" not in preview.text
    assert len([line for line in composed.sent() if "run-now" in line]) == 1
    income = rows(client, "SELECT income FROM main.dev_sales.orders_by_day ORDER BY day")
    assert [float(row[0] or 0) for row in income] == [195.5, 100.0]

    lacking = "may open the space and lacks USE SCHEMA on schema main.dev_sales, SELECT on table main.dev_sales.orders"
    assert "spaces/orders.yaml:6:" in preview.text
    assert f"{ANA} {lacking}; grant it: GRANT USE SCHEMA ON" in preview.text
    assert "group:analysts may open" not in preview.text
    assert "group:analysts may open the space and lacks SELECT on table" in composed.unchanged().text

    composed.use_stack("prod")
    composed.up()
    assert {"dev_sales", "prod_sales"} <= set(schemas(client))
    assert {"dev genie", "prod genie"} <= set(warehouses(workspace))
    assert len(workspace.control.spaces()) == 4

    composed.use_stack("dev")
    workspace.control.clear_requests()
    composed.destroy()
    gone = composed.sent()
    assert first(gone, "DELETE .*/genie/spaces") < first(gone, "/jobs/delete") < first(gone, "DELETE .*/schemas/")
    assert set(schemas(client)) == {"default", "prod_sales"}
    assert [row[1] for row in rows(client, "SHOW TABLES IN main.prod_sales")] == ["orders", "orders_by_day"]
    assert sorted(each["title"] for each in workspace.control.spaces()) == ["Orders", "Revenue by day"]
    assert "dev genie" not in warehouses(workspace)


def test_a_step_that_fails_leaves_the_state_right_and_the_next_up_goes_on(
    composed: ComposedProject, workspace: Handle, client: Workspace
) -> None:
    """The third schema, then the job, twice. Grants that stand in two places become one."""
    blueprint = composed.folder / "blueprint.yaml"
    twice = "grants:\n  - {on: schemas.sales, to: group:analysts, privileges: CREATE TABLE}\n"
    blueprint.write_text(f"{blueprint.read_text()}\n{twice}")
    more = "".join(f"\n  more{at}: {{catalog: main}}" for at in range(4))
    composed.replace("blueprint.yaml", "\nvolumes:", f"{more}\n\nvolumes:")
    composed.replace(SQL, "INSERT INTO ${schemas.sales}.orders", "INSERT INTO ${schemas.sales}.nowhere")
    workspace.control.add_fault("status", method="POST", path_regex="/schemas$", nth=3, status=400, message="No luck.")

    half = composed.up(ok=False)
    made = [each for each in schemas(client) if each.startswith("dev_")]
    failed = composed.up(ok=False)
    again = composed.up(ok=False)

    assert "No luck." in half.text
    assert len(made) in (2, 3, 4)
    assert "it ended FAILED: fill_orders: [TABLE_OR_VIEW_NOT_FOUND]" in failed.text
    assert "#job/1001/run/1001; the next pulumi up runs it again" in failed.text
    assert "#job/1001/run/1002" in again.text
    assert workspace.control.spaces() == []

    composed.replace(SQL, ".nowhere", ".orders")
    composed.up()
    composed.unchanged()
    assert len([each for each in schemas(client) if each.startswith("dev_")]) == 5
    assert client.granted("schema", "main.dev_sales").privileges["analysts"] >= {"USE_SCHEMA", "CREATE_TABLE"}
    assert len(workspace.control.spaces()) == 2


def test_killed_three_times_all_is_there_once(composed: ComposedProject, workspace: Handle, client: Workspace) -> None:
    """While the schema is made, which the state does not know then; while the job runs; while a space is made."""
    said = killed_at(composed, "/schemas$")
    assert "schemas.sales may be there already" in said
    assert "add `import: main.dev_sales` to its entry in the blueprint" in said
    composed.replace("blueprint.yaml", "    catalog: main\n", "    catalog: main\n    import: main.dev_sales\n")

    assert "may be there already" not in killed_at(composed, "/jobs/run-now$")
    assert "may be there already" not in killed_at(composed, "/genie/spaces$")
    composed.up()

    composed.unchanged()
    assert sorted(each["title"] for each in workspace.control.spaces()) == ["[dev] Orders", "[dev] Revenue by day"]
    assert warehouses(workspace).count("dev genie") == 1
    assert rows(client, "SELECT count(*) FROM main.dev_sales.orders") == [["3"]]
    assert len([line for line in composed.sent() if line.endswith("/jobs/create")]) == 1


def killed_at(composed: ComposedProject, path: str) -> str:
    """An `up` that dies with its hosts while that POST waits for its answer; what `recover` says then.

    One step at a time: nothing else is under way then.
    """
    control = composed.workspace.control
    control.clear_faults()
    control.add_fault("hang", method="POST", path_regex=path, after=True, seconds=60)
    running = composed.start("up", "--yes", "--skip-preview", "--parallel", "1")
    wait_for_fault(composed.workspace, running)
    kill_9(composed, running, everything=True)
    return put_right(composed)


def test_what_is_wrong_is_told_in_one_list_and_nothing_is_sent(composed: ComposedProject) -> None:
    composed.replace("blueprint.yaml", "2X-Small", "Tiny")
    composed.replace(VIEW, "${schemas.sales}", "${schemas.sails}")
    composed.write("broken", {"title": "Broken", "warehouse": "${warehouses.geni}"})

    preview = composed.preview(ok=False)

    assert "blueprint.yaml:25:11: warehouses.genie.size: 'Tiny' is none of 2X-Small, X-Small" in preview.text
    assert "sql/orders_by_day.sql:2:6: ${schemas.sails} is not in the blueprint; did you mean ${schemas.sales}?" in (
        preview.text
    )
    assert "${warehouses.geni} is not in the blueprint; did you mean ${warehouses.genie}?" in preview.text
    assert "3 problems in 3 files; nothing was sent." in preview.text

    composed.replace("blueprint.yaml", "Tiny", "2X-Small")
    composed.replace(VIEW, "${schemas.sails}", "${schemas.sales}")
    composed.remove("broken")
    composed.replace("__main__.py", "apply_blueprint(stack)\n", "")
    assert "before load_specs: apply_blueprint(stack)" in composed.preview(ok=False).text
    assert composed.sent() == []
