"""export and clone as commands: files on disk, their names on stdout, the rest on stderr."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.cli import main

ORDERS = {
    "version": 2,
    "config": {"sample_questions": [{"id": "a" * 32, "question": ["How many?"]}]},
    "data_sources": {"tables": [{"identifier": "dev_sales.core.orders"}]},
    "instructions": {
        "example_question_sqls": [
            {"id": "b" * 32, "question": ["How many?"], "sql": ["SELECT count(*)\n", "FROM dev_sales.core.orders"]}
        ]
    },
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@pytest.fixture
def there(emulator: Handle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handle:
    """A workspace with one space, and a project with two stacks in it."""
    emulator.control.reset()
    emulator.control.add_tables_of(ORDERS)
    emulator.control.make_space("Sales", ORDERS)
    for name in list(os.environ):
        if name.startswith(("DATABRICKS_", "PULUMI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-test")
    (tmp_path / "Pulumi.yaml").write_text("name: genie\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  genie:host: {emulator.url}\n")
    (tmp_path / "Pulumi.prod.yaml").write_text("config:\n  genie:host: https://prod.example.com\n")
    monkeypatch.setenv("PULUMI_STACK", "dev")
    monkeypatch.chdir(tmp_path)
    return emulator


def spec(name: str) -> dict[str, object]:
    return dict(yaml.safe_load(Path("spaces", f"{name}.yaml").read_text()))


def test_export_moves_names_and_prints_the_file(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "Sales", "--rename", "dev_sales=sales", "--parameterize", "catalog=sales"]) == 0

    said = capsys.readouterr()
    assert said.out == "spaces/sales.yaml\n"
    assert "4 names changed" in said.err
    assert "FROM ${catalog}.core.orders" in Path("spaces/sales.yaml").read_text()


def test_export_says_where_a_text_could_not_be_renamed(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    broken = {
        "version": 2,
        "instructions": {
            "example_question_sqls": [{"id": "c" * 32, "question": ["q"], "sql": ["SELECT (\n", "FROM dev_sales.a.b"]}]
        },
    }
    there.control.make_space("Broken", broken)

    assert main(["export", "Broken", "--rename", "dev_sales=sales"]) == 1

    assert "spaces/broken.yaml:" in capsys.readouterr().err
    assert "FROM dev_sales.a.b" in Path("spaces/broken.yaml").read_text()


def test_clone_has_no_ids_of_the_old_space(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clone", "Sales", "--title", "Sales EMEA"]) == 0

    assert capsys.readouterr().out == "spaces/sales-emea.yaml\n"
    text = Path("spaces/sales-emea.yaml").read_text()
    assert "id:" not in text.replace("warehouse_id:", "")
    assert spec("sales-emea")["title"] == "Sales EMEA"
    assert spec("sales-emea")["sample_questions"] == ["How many?"]


def test_clone_for_another_workspace_leaves_behind_what_binds_to_the_old_one(
    there: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clone", "Sales", "--title", "Sales", "--to-stack", "prod", "--rename", "dev_sales=sales"]) == 0

    assert set(spec("sales")) == {"title", "sample_questions", "data_sources", "instructions"}
    assert "not taken along: warehouse, parent_path" in capsys.readouterr().err


def test_clone_of_a_spec_keeps_its_comments_and_variables(there: Handle) -> None:
    Path("spaces").mkdir()
    Path("spaces/old.yaml").write_text(
        "# Ours.\ntitle: Old\nimport: " + "d" * 32 + "\ndata_sources:\n  tables:\n    - ${catalog}.core.orders\n"
    )

    assert main(["clone", "spaces/old.yaml", "--title", "New", "--as", "new"]) == 0

    assert Path("spaces/new.yaml").read_text() == (
        "# Ours.\ntitle: New\ndata_sources:\n  tables:\n    - ${catalog}.core.orders\n"
    )


def test_clone_never_overwrites(there: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    Path("spaces").mkdir()
    Path("spaces/mine.yaml").write_text("title: Mine\n")

    assert main(["clone", "Sales", "--title", "Other", "--as", "mine"]) == 1

    assert "--as NAME" in capsys.readouterr().err
    assert Path("spaces/mine.yaml").read_text() == "title: Mine\n"


SQL = """WITH recent AS (SELECT * FROM `dev_sales`.core.orders -- all of dev_sales
)
SELECT o.id, 'dev_sales', (SELECT max(id) FROM dev_sales.core.returns r WHERE r.id = o.id)
FROM recent o JOIN Dev_Sales.core.returns USING (id) /* dev_sales */
WHERE o.day > :day AND EXISTS (SELECT 1 FROM dev_sales.core.orders)"""


def test_a_moved_space_passes_the_leak_check_and_an_unmoved_one_fails(
    there: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = [{"id": f"{at:032x}", "question": [f"Question {at}?"], "sql": [SQL]} for at in range(20)]
    body = {
        "version": 2,
        "data_sources": {"tables": [{"identifier": "dev_sales.core.orders"}, {"identifier": "dev_sales.core.returns"}]},
        "instructions": {"example_question_sqls": examples},
    }
    there.control.add_tables_of(body)
    there.control.make_space("Twenty", body)
    checked = ["validate", "--stack", "dev", "--forbid", "dev_sales"]

    assert main(["export", "Twenty", "--rename", "dev_sales=sales"]) == 0
    capsys.readouterr()
    assert main(checked) == 0
    moved = Path("spaces/twenty.yaml").read_text()
    wanted = (
        SQL.replace("`dev_sales`.", "`sales`.").replace("dev_sales.core", "sales.core").replace("Dev_Sales", "sales")
    )
    assert moved.count("\n".join(f"        {line}" for line in wanted.split("\n"))) == 20

    Path("spaces/twenty.yaml").unlink()
    assert main(["export", "Twenty"]) == 0
    capsys.readouterr()
    assert main(checked) == 1
    places = [line for line in capsys.readouterr().out.splitlines() if "would be sent" in line]
    assert len(places) == 2 + 20 * 4
