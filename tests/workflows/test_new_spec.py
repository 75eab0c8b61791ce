"""A first spec out of Unity Catalog: comments to descriptions, keys to joins, values where they may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.errors import GenieError
from genie_provider.model.variables import Variables
from genie_provider.specs.loader import load
from genie_provider.workflows.find import NotFound
from genie_provider.workflows.names import chosen
from genie_provider.workflows.new_spec import from_tables, title_of

ORDERS, CUSTOMERS = "main.sales.orders", "main.sales.customers"


@pytest.fixture(scope="module")
def catalog() -> Iterator[Handle]:
    with running() as handle:
        key = {"primary_key_constraint": {"name": "pk", "child_columns": ["id"]}}
        columns = [{"name": "id", "type": "bigint", "comment": "Key of ${x}"}, {"name": "name", "type": "string"}]
        handle.control.add_table(CUSTOMERS, columns, comment="One row per customer", table_constraints=[key])
        masked = {"name": "card", "type": "string", "mask": {"function_name": "main.sales.hide"}}
        columns = [{"name": "customer_id", "type": "bigint"}, {"name": "status", "type": "string"}, masked]
        foreign = {"child_columns": ["customer_id"], "parent_table": CUSTOMERS, "parent_columns": ["id"]}
        handle.control.add_table(ORDERS, columns, table_constraints=[{"foreign_key_constraint": foreign}])
        handle.control.add_table("main.sales.secret", columns, row_filter={"function_name": "main.sales.mine"})
        yield handle


def written(catalog: Handle, *names: str, **options: Any) -> tuple[dict[str, Any], list[str]]:
    workspace = Workspace(Access.find(catalog.url, None))
    text, notices = from_tables(workspace, "Sales", names, **options)
    return yaml.safe_load(text), notices


def configs(spec: dict[str, Any], table: str) -> dict[str, dict[str, Any]]:
    (source,) = [each for each in spec["data_sources"]["tables"] if each["identifier"] == table]
    return {config.pop("column_name"): config for config in source.get("column_configs", [])}


def test_comments_become_descriptions_and_stay_text(catalog: Handle) -> None:
    spec, notices = written(catalog, ORDERS, CUSTOMERS)

    (customers,) = [each for each in spec["data_sources"]["tables"] if each["identifier"] == CUSTOMERS]
    assert customers["description"] == "One row per customer"
    assert configs(spec, CUSTOMERS)["id"]["description"] == "Key of $${x}"
    assert [notice for notice in notices if ORDERS in notice and CUSTOMERS not in notice]


def test_foreign_keys_become_joins(catalog: Handle) -> None:
    spec, _ = written(catalog, ORDERS, CUSTOMERS)

    (join,) = spec["instructions"]["join_specs"]
    assert (join["sql"], join["relationship"]) == ("orders.customer_id = customers.id", "MANY_TO_ONE")
    assert "instructions" not in written(catalog, ORDERS)[0]


def test_values_are_shown_but_of_masked_columns_and_filtered_tables(catalog: Handle) -> None:
    spec, _ = written(catalog, ORDERS, "main.sales.secret")

    assert configs(spec, ORDERS) == {"status": {"enable_format_assistance": True}}
    assert configs(spec, "main.sales.secret") == {}
    assert configs(written(catalog, ORDERS, sample_values=False)[0], ORDERS) == {}


def test_the_stacks_catalog_is_written_as_its_variable(catalog: Handle, tmp_path: Path) -> None:
    workspace = Workspace(Access.find(catalog.url, None))
    text, _ = from_tables(workspace, "Sales", [ORDERS, CUSTOMERS], variables={"catalog": "main"})
    (tmp_path / "sales.yaml").write_text(text)

    loaded = load([tmp_path], Variables({"catalog": "prod"}, "dev"))

    assert "main" not in text
    assert loaded.errors == []
    assert [table.identifier for table in loaded.specs["sales"].data_sources.tables] == [
        "prod.sales.orders",
        "prod.sales.customers",
    ]


def test_every_table_that_is_not_there_is_named(catalog: Handle) -> None:
    with pytest.raises(GenieError, match=r"main\.sales\.nope is not there(.|\n)*orders is not catalog\.schema\.table"):
        written(catalog, "main.sales.nope", ORDERS, "orders")


def test_a_name_gives_a_title() -> None:
    assert title_of("sales-emea_2024") == "Sales emea 2024"


def test_names_and_patterns_mean_spaces_of_the_stack() -> None:
    known = ["sales", "sales-emea", "fares"]

    assert chosen([], known) == known
    assert chosen(["fares", "sales*"], known) == known
    with pytest.raises(NotFound, match=r"'sale'; did you mean sales"):
        chosen(["sale", "fares"], known)
