"""What spaces need around them, on the real engine: tables, functions, rights, tags, order."""

from __future__ import annotations

import time
from typing import Any

import pytest
from engine_project import ROOT, Project
from specs import TRIPS, trips

from emulator.handle import Handle
from emulator.state.warehouses import STARTER_ID
from genie_provider.client import Access, Workspace
from tests.lifecycles import direct_rights, set_rights

ME = "user:you@example.com"
SOMEONE = "user:someone@example.com"
PIPELINE = "service_principal:11111111-2222-3333-4444-555555555555"
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
    project.write("c", space("Function", TRIPS, functions=("main.jobs.fiscal_week",)))
    workspace.control.clear_requests()

    up = project.up(ok=False)

    lines = [line.strip() for line in up.text.splitlines() if "is missing" in line]
    assert len(lines) == 2, up.text
    assert lines[0].startswith("spaces/b0.yaml:5:5: table main.sales.orders0 is missing, and so is its schema")
    assert lines[0].endswith("; so are 2 more of its tables and functions [missing-table]")
    assert lines[1].startswith("spaces/c.yaml:7:5: function main.jobs.fiscal_week is missing")
    assert "2 problems in 2 files; nothing was sent." in up.text
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


def test_grants_by_hand_stay_and_ours_are_revoked(project: Project, workspace: Handle) -> None:
    both = {"group:analysts": "CAN_RUN", PIPELINE: "CAN_RUN"}
    project.configure(tags={"owner": "ana", "stack": "${stack}", "spec": "${file}"})
    project.write("a", trips("A", permissions=both))
    project.up()
    space_id = project.space_id("a")
    set_rights(workspace, space_id, **{SOMEONE: "CAN_EDIT"})
    for description in ("one", "two"):
        project.write("a", trips("A", description, permissions=both))
        project.up()
    project.write("a", trips("A", "two", permissions={PIPELINE: "CAN_RUN"}))

    preview = project.preview()
    project.up()

    assert f"granted by hand, and left as it is: {SOMEONE} CAN_EDIT" in preview.text
    assert '- group:analysts: "CAN_RUN"' in preview.text
    assert direct_rights(workspace, space_id) == {ME: "CAN_MANAGE", SOMEONE: "CAN_EDIT", PIPELINE: "CAN_RUN"}
    client = Workspace(Access.find(workspace.url, None, "person", env={}))
    tags = client.tags(space_id)
    assert tags.pop("genie_owner").startswith("genie/dev/a ")
    assert tags == {"owner": "ana", "stack": "dev", "spec": "spaces/a.yaml"}

    set_rights(workspace, space_id, **{PIPELINE: "CAN_EDIT"})
    drift = project.preview()
    project.write("a", trips("A", "two", permissions={PIPELINE: "CAN_RUN"}, permissions_mode="exact"))
    project.up()
    assert 'service_principal:11111111-2222-3333-4444-555555555555: "CAN_EDIT" => "CAN_RUN"' in drift.text
    assert direct_rights(workspace, space_id) == {ME: "CAN_MANAGE", PIPELINE: "CAN_RUN"}
    project.unchanged()


def test_unknown_principals_are_in_the_list_before_anything_is_sent(project: Project, workspace: Handle) -> None:
    project.write("a", trips("A", permissions={"group:analists": "CAN_RUN"}))
    project.write("b", trips("B"))
    workspace.control.clear_requests()

    up = project.up(ok=False)

    assert "the workspace does not know group:analists" in up.text
    assert project.sent() == []


PROGRAM = """\
import pulumi
from genie_provider import GenieSpace, SeedSchema, SeedTable, StackSettings, load_specs
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Catalog(ResourceProvider):
    def create(self, props):
        return CreateResult("c1", {"schema": "main.made"})


class Made(Resource):
    schema: pulumi.Output[str]

    def __init__(self, name):
        super().__init__(Catalog(), name, {"schema": None})


made = Made("another-providers")
stack = StackSettings.from_config(pulumi.Config("genie"), schema=made.schema)
schema = SeedSchema("schema", made.schema)
job = SeedTable("job", made.schema.apply(lambda name: f"{name}.orders"), rows=[{"id": 1}],
                opts=pulumi.ResourceOptions(depends_on=[schema]))
stack.provides("nightly-job", job)
for name, spec in load_specs(stack.specs, stack.variables).items():
    GenieSpace(name, spec, stack.options_for(name), stack=stack)
"""


def test_spaces_wait_for_what_the_program_makes(project: Project, workspace: Handle) -> None:
    project.folder.joinpath("__main__.py").write_text(PROGRAM)
    project.write("by-name", {**space("By name", "main.made.orders"), "depends_on": ["nightly-job"]})
    project.write("by-output", {**space("By output", "${schema}.orders"), "depends_on": ["nightly-job"]})

    preview = project.preview()
    project.up()

    assert "+ 6 to create" in preview.text or "6 to create" in preview.text
    tables = {
        space["title"]: workspace.control.body(space["space_id"])["data_sources"]["tables"]
        for space in workspace.control.spaces()
    }
    assert {title: [table["identifier"] for table in held] for title, held in tables.items()} == {
        "By name": ["main.made.orders"],
        "By output": ["main.made.orders"],
    }
    project.unchanged()

    project.write("by-name", {**space("By name", "main.made.orders"), "depends_on": ["nightly-jop"]})
    unknown = project.preview(ok=False)
    assert (
        "spaces/by-name.yaml:8:1: depends_on names 'nightly-jop', which no resource of the program is" in unknown.text
    )
    assert "did you mean 'nightly-job'?" in unknown.text


def test_tables_of_a_job_are_waited_for(project: Project, workspace: Handle) -> None:
    project.write("a", space("A", "main.jobs.orders", wait_for_tables="60s"))
    running = project.start("up", "--yes", "--skip-preview")
    path = "/api/2.1/unity-catalog/tables/main.jobs.orders"
    deadline = time.monotonic() + 60
    while not any(each["path"] == path for each in workspace.control.requests()) and time.monotonic() < deadline:
        time.sleep(0.05)
    workspace.control.add_table("main.jobs.orders", "id bigint")

    text, _ = running.communicate(timeout=60)

    assert running.returncode == 0, text
    assert [each["title"] for each in workspace.control.spaces()] == ["A"]


def test_a_broken_naming_rule_stops_the_program_with_its_lines(project: Project, workspace: Handle) -> None:
    project.configure(naming={"title": "{stack} *"}, policy={"requireDescription": False})
    project.write("a", trips("dev fine"))
    project.write("b", trips("not fine"))

    preview = project.preview(ok=False)

    assert "spaces/b.yaml:1:8: the title is 'not fine', but genie:naming wants 'dev *'" in preview.text
    assert "1 problem in 1 file; nothing was sent." in preview.text


def test_a_name_of_another_environment_stops_the_program_with_its_place(project: Project, workspace: Handle) -> None:
    project.configure(forbid=["dev_sales"], variables={"catalog": "dev_sales"})
    project.write("a", space("A", "${catalog}.core.orders"))
    project.write("b", trips("B") | {"description": "Not from dev_sales"})

    preview = project.preview(ok=False)

    assert "'dev_sales' is forbidden and would be sent" in preview.text
    assert "spaces/a.yaml:" in preview.text
    assert "spaces/b.yaml:" in preview.text
    assert "2 problems in 2 files; nothing was sent." in preview.text
    project.configure(forbid=["prod_sales"])
    assert "forbidden" not in project.preview(ok=False).text


def test_preflight_can_be_switched_off_and_previews_may_not_read(project: Project, workspace: Handle) -> None:
    project.write("a", space("A", "main.not.there"))
    project.configure(readBeforePreview=False)
    workspace.control.clear_requests()

    project.preview()
    assert workspace.control.requests() == []
    assert "is missing" in project.up(ok=False).text
    project.configure(preflight=False)
    assert "table main.not.there is missing" in project.up(ok=False).text  # of the provider, once it was refused


def test_the_stock_host_makes_seeds_and_spaces_too(new_project: Any, workspace: Handle) -> None:
    project = new_project(own_host=False)
    project.folder.joinpath("demo").symlink_to(ROOT / "demo")
    project.configure(demoData=True)

    project.up()
    project.unchanged()
    project.destroy()

    assert workspace.control.spaces() == []
    assert rows(workspace, "SHOW SCHEMAS IN main") == [["default"]]


def test_a_workspace_that_cannot_be_asked_is_a_warning_of_the_preview(project: Project) -> None:
    project.write("a", trips("A"))
    project.configure(host="http://127.0.0.1:9")
    began = time.monotonic()

    preview = project.preview()

    assert "whether tables and functions of the specs are there was not checked" in preview.text
    assert "2 to create" in preview.text
    assert time.monotonic() - began < 30
