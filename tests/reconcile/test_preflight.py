"""What specs refer to: found offline with its place, looked for in as few calls as can be, told in one list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.model.variables import PENDING
from genie_provider.reconcile import preflight
from genie_provider.specs import loader
from genie_provider.specs.references import Need, needs_of
from genie_provider.workflows import validate
from tests.lifecycles import WAREHOUSE

SPEC = """\
title: Sales
permissions:
  group:analysts: CAN_RUN
  group:nobody: CAN_RUN
data_sources:
  tables:
    - identifier: main.sales.orders
      column_configs:
        - column_name: amuont
        - {column_name: ID, enable_entity_matching: true}
    - main.sales.order
  metric_views:
    - main.sales.totals
instructions:
  sql_functions:
    - main.sales.week
  example_question_sqls:
    - question: How many?
      sql: SELECT main.sales.month(o.day) FROM main.sales.orders o JOIN main.hr.people p ON o.who = p.id
    - question: Which?
      sql: SELECT o.a.b FROM orders o
benchmarks:
  - question: What?
    expected_sql: SELECT * FROM samples.nyctaxi.trips
"""


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


def client(workspace: Handle) -> Workspace:
    return Workspace(Access.find(workspace.url, None, "anything", env={}))


def needs(folder: Path, text: str) -> list[Need]:
    folder.joinpath("sales.yaml").write_text(text)
    loaded = loader.load([folder])
    assert loaded.errors == []
    return [need for name, spec in loaded.specs.items() for need in needs_of(spec, loaded.finder(name))]


def test_everything_a_spec_refers_to_is_found_with_its_place(tmp_path: Path) -> None:
    found = [(need.kind, need.name, need.column, need.place.line, need.in_sql) for need in needs(tmp_path, SPEC)]

    assert found == [
        ("table", "main.sales.orders", "", 7, False),
        ("column", "main.sales.orders", "amuont", 9, False),
        ("column", "main.sales.orders", "ID", 10, False),
        ("table", "main.sales.order", "", 11, False),
        ("table", "main.sales.totals", "", 13, False),
        ("function", "main.sales.week", "", 16, False),
        ("function", "main.sales.month", "", 19, True),
        ("table", "main.hr.people", "", 19, True),
        ("table", "samples.nyctaxi.trips", "", 24, True),
        ("principal", "group:analysts", "", 3, False),
        ("principal", "group:nobody", "", 4, False),
    ]


def test_gaps_are_told_in_one_list_with_suggestions(tmp_path: Path, workspace: Handle) -> None:
    workspace.control.add_table("main.sales.orders", "id bigint, amount decimal(10,2), day date")
    workspace.control.add_table("main.sales.totals", "total bigint", table_type="METRIC_VIEW")
    workspace.control.add_function("main.sales.week")

    problems = [
        str(problem).removeprefix(str(tmp_path))
        for problem in preflight.check(client(workspace), needs(tmp_path, SPEC))
    ]

    me = "(or not visible to you@example.com)"
    assert problems == [
        "/sales.yaml:9:11: main.sales.orders has no column amuont; did you mean amount?",
        "/sales.yaml:10:11: notice: entity matching works on text; main.sales.orders.ID is bigint",
        f"/sales.yaml:11:7: table main.sales.order is missing; did you mean main.sales.orders? {me}",
        f"/sales.yaml:19:12: function main.sales.month is missing {me}",
        f"/sales.yaml:19:12: table main.hr.people is missing, and so is its schema {me}",
        "/sales.yaml:24:19: notice: samples.nyctaxi.trips is used here but is not one of the space's tables",
        "/sales.yaml:4:17: the workspace does not know group:nobody",
    ]


def test_what_the_program_makes_or_waits_for_is_not_missed(tmp_path: Path, workspace: Handle) -> None:
    waiting = needs(tmp_path, "title: A\ndata_sources: {tables: [main.a.b]}\nwait_for_tables: 10m\n")
    dependent = needs(tmp_path, "title: A\ndata_sources: {tables: [main.a.b]}\ndepends_on: [made]\n")
    made = needs(tmp_path, "title: A\ndata_sources: {tables: [main.A.b, main.a.c]}\n")
    pending = [Need("table", f"{PENDING}{{catalog}}.a.b", made[0].place)]

    assert preflight.check(client(workspace), waiting) == []
    assert preflight.check(client(workspace), dependent) == []
    names = preflight.ask_for(made, frozenset({"main.a.b"}))
    assert names["tables"] == ["main.a.c"]
    gaps = preflight.gaps(made, preflight.look_up(client(workspace), **names), frozenset({"main.a.b"}))
    assert ["main.a.c" in gap.message for gap in gaps] == [True]
    assert preflight.ask_for(pending)["tables"] == [pending[0].name]


def test_each_table_is_looked_up_once_and_many_of_a_schema_by_listing(workspace: Handle) -> None:
    for number in range(40):
        workspace.control.add_table(f"main.big.t{number}", "id bigint")
    tables = [f"main.big.t{number}" for number in range(40)] * 3 + ["main.big.missing", "samples.nyctaxi.trips"]
    workspace.control.clear_requests()

    found = preflight.look_up(client(workspace), tables, ["main.big.f", "main.big.f"], [])

    asked = [entry["path"] for entry in workspace.control.requests() if "unity" in entry["path"]]
    assert len(found.tables) == 41
    assert found.missing_tables == ["main.big.missing"]
    assert len(asked) <= 5, asked


def test_a_raw_body_is_looked_into_as_well(tmp_path: Path) -> None:
    body = {
        "version": 2,
        "data_sources": {"tables": [{"identifier": "main.a.b", "column_configs": [{"column_name": "x"}]}]},
        "instructions": {"sql_functions": [{"id": "0" * 32, "identifier": "main.a.f"}]},
    }
    found = needs(tmp_path, yaml.safe_dump({"title": "A", "serialized_space": body}))

    assert [(need.kind, need.name, need.column) for need in found] == [
        ("table", "main.a.b", ""),
        ("column", "main.a.b", "x"),
        ("function", "main.a.f", ""),
    ]


def test_validate_looks_only_where_it_is_asked_to(
    tmp_path: Path, workspace: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    settings = {"genie:host": workspace.url, "genie:warehouse": WAREHOUSE, "genie:variables": {"catalog": "main"}}
    tmp_path.joinpath("Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": settings}))
    spaces = tmp_path / "spaces"
    spaces.mkdir()
    for number in range(3):
        text = f"title: T{number}\ndata_sources:\n  tables: ['${{catalog}}.a.t{number}', samples.nyctaxi.trips]\n"
        spaces.joinpath(f"s{number}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)

    spaces.joinpath("s9.yaml").write_text("title: T9\nwarehouse: Legacy Classic\n")

    offline = validate.check(tmp_path, stack="dev")
    online = validate.check(tmp_path, stack="dev", workspace=client(workspace))

    assert [problem for problem in offline.problems if problem.severity == "error"] == []
    table, warehouse = [str(problem) for problem in online.problems if problem.severity == "error"]
    assert table.startswith("spaces/s0.yaml:3:12: table main.a.t0 is missing, and so is its schema")
    assert table.endswith("; so are 2 more of its tables and functions")
    assert warehouse.startswith("spaces/s9.yaml:2:12: warehouse 'Legacy Classic': 'Legacy Classic' (00000000c1a551c0, ")
    assert "Serverless Starter Warehouse" in warehouse
