"""A blueprint: names made by patterns, and every fault with its line, before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from genie_provider.blueprint.json_schema import blueprint_schema
from genie_provider.blueprint.loader import LoadedBlueprint, load
from genie_provider.cli import main, schemas
from genie_provider.config.made_names import variables_of, variables_of_all
from genie_provider.workflows.blueprint_names import names_of, shared

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "composed"


def loaded(folder: Path, text: str, **variables: Any) -> LoadedBlueprint:
    (folder / "blueprint.yaml").write_text(text)
    return load(folder, "blueprint.yaml", "dev", {"env": "dev", **variables}, {"team": "shop"})


def lines(found: LoadedBlueprint) -> list[str]:
    return [str(problem) for problem in found.problems]


FAULTS = """\
names:
  schema: "{environment}_{name}"
catalogs:
  main: {existing: true}
  lake: {comment: 7}
schemas:
  sales: {catalog: man}
warehouses:
  small: {size: Tiny}
  one: {name: "{env}"}
  two: {name: "{env}"}
jobs:
  a: {tasks: [{task_key: x}], depends_on: [jobs.b]}
  b: {tasks: [{task_key: x}], depends_on: [jobs.a]}
  c: {sql: c.sql}
grants:
  - {on: schemas.sails, to: "analysts", privileges: SELECT}
tables: {}
views:
  v: {schema: sales, file: "${views.w}"}
"""


def test_each_of_ten_faults_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "c.sql").write_text("SELECT 1")

    assert lines(loaded(tmp_path, FAULTS)) == [
        "blueprint.yaml:2:11: schemas.sales: the part {environment} has no value; there are: env, name, stack, team",
        "blueprint.yaml:5:19: catalogs.lake.comment: expected text, found the number 7 "
        "(put it in quotes if it is text)",
        "blueprint.yaml:7:20: schemas.sales: catalogs has no 'man'; did you mean 'main'?",
        "blueprint.yaml:9:17: warehouses.small.size: 'Tiny' is none of 2X-Small, X-Small, Small, Medium, Large, "
        "X-Large, 2X-Large, 3X-Large, 4X-Large or 5X-Large",
        "blueprint.yaml:11:3: 'dev' is also the name of warehouses.one (blueprint.yaml:10:3)",
        "blueprint.yaml:14:44: jobs.b waits for itself: jobs.a → jobs.b → jobs.a",
        "blueprint.yaml:15:12: jobs.c: sql needs a warehouse to run on",
        "blueprint.yaml:17:29: grants[0].to: 'analysts' is not user:<name>, group:<name> or "
        "service_principal:<application id>",
        "blueprint.yaml:18:1: 'tables' is not part of a blueprint; it may have version, names, parts, catalogs, "
        "schemas, volumes, warehouses, jobs, functions, views, metric_views, grants",
        "blueprint.yaml:20:29: ${views.w} is not in the blueprint; did you mean ${views.v}?",
    ]


def test_what_only_valid_entries_can_have_wrong_is_told_too(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """\
catalogs: {main: {existing: true}}
schemas: {sales: {catalog: main}}
volumes: {raw: {schema: sales, type: EXTERNAL}}
warehouses:
  small: {min_clusters: 3, auto_stop_mins: 5, serverless: false}
  theirs: {existing: true, permissions: {"group:a": CAN_USE}}
jobs:
  both: {sql: blueprint.yaml, tasks: [{task_key: x}], makes: [orders]}
grants:
  - {on: schemas.sails, to: "group:a", privileges: SELECT}
  - {on: warehouses.small, to: "group:a", privileges: SELECT}
""",
    )

    assert [line.partition(": ")[2] for line in lines(found)] == [
        "volumes.raw: an EXTERNAL volume has a storage_location, no other has",
        "warehouses.small: max_clusters is below min_clusters",
        "warehouses.small: auto_stop_mins is 0 or at least 10",
        "warehouses.theirs: permissions would replace those of a warehouse that is there already; "
        "give them where it is made",
        "jobs.both: a job has either sql or tasks",
        "jobs.both: sql needs a warehouse to run on",
        "jobs.both: 'orders' is not catalog.schema.name",
        "schemas has no 'sails'; did you mean 'sales'?",
        "warehouses.small: privileges are granted on what Unity Catalog holds; a warehouse has `permissions`",
    ]


SQL_FILES = """\
catalogs: {main: {existing: true}}
schemas: {sales: {catalog: main}}
warehouses: {small: {}}
jobs:
  gone: {sql: sql/gone.sql, warehouse: small}
  blank: {sql: sql/blank.sql, warehouse: small}
  odd: {sql: sql/odd.sql, warehouse: small}
views:
  there: {schema: sales, existing: true, file: sql/never-read.sql}
  loose: {schema: sales, file: sql/loose.sql}
"""


def test_sql_files_are_read_offline_by_validate_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    for folder in ("spaces", "sql"):
        (tmp_path / folder).mkdir()
    (tmp_path / "sql" / "blank.sql").write_text("\n  \n")
    (tmp_path / "sql" / "odd.sql").write_bytes(b"SELECT '\xff'")
    (tmp_path / "sql" / "loose.sql").write_text("SELECT *\nFROM ${schemas.sails}.orders")
    (tmp_path / "blueprint.yaml").write_text(SQL_FILES)
    monkeypatch.chdir(tmp_path)

    assert main(["validate", "--stack", "dev"]) == 1

    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("blueprint", "sql"))]
    assert told == [
        "blueprint.yaml:5:15: jobs.gone: sql/gone.sql: No such file or directory",
        "blueprint.yaml:6:16: jobs.blank: sql/blank.sql holds nothing",
        "sql/loose.sql:2:6: ${schemas.sails} is not in the blueprint; did you mean ${schemas.sales}?",
        "sql/odd.sql:1:1: not UTF-8 (byte 8)",
    ]


def test_names_come_from_patterns_with_parts_of_stack_file_and_entry(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """\
names: {catalog: "{env}_{team}", schema: "{env}_{domain}_{layer}", warehouse: "{stack} {name}"}
parts: {domain: sales, layer: gold}
catalogs: {lake: {}}
schemas:
  first: {catalog: lake}
  second: {catalog: lake, parts: {layer: Silver}}
  third: {catalog: lake, name: by-hand}
volumes: {raw: {schema: third}}
warehouses: {small: {}}
""",
    )

    assert lines(found) == []
    assert found.names.variables() == {
        "catalogs.lake": "dev_shop",
        "schemas.first": "dev_shop.dev_sales_gold",
        "schemas.second": "dev_shop.dev_sales_silver",
        "schemas.third": "dev_shop.`by-hand`",
        "volumes.raw": "dev_shop.`by-hand`.raw",
        "volumes.raw.path": "/Volumes/dev_shop/by-hand/raw",
        "warehouses.small": "dev small",
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a b", "a space is not allowed in it"),
        ("a.b", "a dot is not allowed in it"),
        ("a/b", "a slash is not allowed in it"),
        ("x" * 256, "has 256 characters; a schema may have 255"),
        ("{env", "cannot"),
    ],
)
def test_names_that_the_workspace_would_refuse(tmp_path: Path, name: str, words: str) -> None:
    text = json.dumps({"catalogs": {"m": {}}, "schemas": {"s": {"catalog": "m", "name": name}}})
    if name == "{env":
        found = loaded(tmp_path, 'names: {schema: "{env"}\ncatalogs: {m: {}}\nschemas: {s: {catalog: m}}')
        words = "has a brace too many or too few"
    else:
        found = loaded(tmp_path, text)

    assert len(found.problems) == 1
    assert words in found.problems[0].message


def test_the_same_entry_in_two_files_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "around"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text("warehouses: {small: {}}\n")

    found = load(tmp_path, "around", "dev", {}, {})

    assert "around/b.yaml:1:14: warehouses.small stands in around/a.yaml:1:14 too" in lines(found)


def test_entries_come_after_what_they_need(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """\
catalogs: {m: {depends_on: [warehouses.w]}}
schemas: {s: {catalog: m}}
warehouses: {w: {}}
""",
    )

    assert list(found.blueprint.entries) == ["warehouses.w", "catalogs.m", "schemas.s"]


def test_the_example_is_fine_in_both_stacks_and_specs_may_name_its_entries() -> None:
    found = names_of(EXAMPLE)

    assert found.problems == []
    assert found.names["schemas.sales"] == {"dev": "main.dev_sales", "prod": "main.prod_sales"}
    assert {reference for reference, _, _ in shared(found, EXAMPLE)} == {"catalogs.main"}
    assert variables_of(EXAMPLE, "prod").substitute("${schemas.sales}.orders") == "main.prod_sales.orders"
    assert variables_of_all(EXAMPLE).substitute("${warehouses.genie}") == "dev genie"


def test_the_example_has_forty_lines_and_the_program_five() -> None:
    assert len([line for line in (EXAMPLE / "blueprint.yaml").read_text().splitlines() if line.strip()]) <= 40
    program = (EXAMPLE / "__main__.py").read_text().partition("import pulumi\n")[2]
    assert len([line for line in program.splitlines() if line and not line.startswith("from ")]) <= 5


def test_the_schema_for_editors_takes_the_example_and_refuses_what_the_loader_refuses() -> None:
    schema, example = blueprint_schema(), yaml.safe_load((EXAMPLE / "blueprint.yaml").read_text())

    jsonschema.validate(example, schema)
    assert json.loads((ROOT / "blueprint.schema.json").read_text()) == schema
    example["warehouses"]["genie"]["size"] = "Tiny"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example, schema)


def test_names_are_printed_for_all_stacks_side_by_side(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLE)

    assert main(["blueprint", "names"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert main(["blueprint", "names", "--output", "json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert [line.split() for line in table if line.startswith("schemas")] == [
        ["schemas.sales", "main.dev_sales", "main.prod_sales"]
    ]
    jsonschema.validate(told, schemas.read(told["schema"]))
