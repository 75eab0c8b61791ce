"""`describe_columns`: comments of a table's columns as the space's descriptions, where the spec has none."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from genie_provider.compare import diff
from genie_provider.config.settings import Settings
from genie_provider.model.variables import Variables
from genie_provider.workflows.pull import PullError, retell, spec_inputs

OWNER = "project/dev/targets"
TABLE = "main.plan.targets"
SPEC = """title: Targets
data_sources:
  tables:
    - identifier: main.plan.targets
      from_file:
        path: data/targets.csv
        describe_columns: true
        column_comments: {qty: Pieces sold, price: in EUR, DAY: of the sale}
      column_configs:
        - column_name: price
          description: Net, in EUR
        - column_name: day
          synonyms: [date]
"""


def inputs(text: str = SPEC) -> dict[str, Any]:
    return spec_inputs(text, (), OWNER, Settings(), Variables({}, "dev"))


def columns(of: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = of["tables"][TABLE]["columns"]
    return found


def pulled(live: dict[str, Any], text: str = SPEC) -> str:
    told = retell(text, (), live, diff.marks(inputs(text)), OWNER, Settings(), Variables({}, "dev"))
    assert not told.conflicts
    return told.text


def test_columns_without_a_description_get_the_comment() -> None:
    found = {name: column.get("description") for name, column in columns(inputs()).items()}

    assert found == {"price": "Net, in EUR", "day": "of the sale", "qty": "Pieces sold"}


def test_nothing_is_described_unless_the_spec_asks() -> None:
    asked_not = inputs(SPEC.replace("        describe_columns: true\n", ""))

    assert {name: column.get("description") for name, column in columns(asked_not).items()} == {
        "price": "Net, in EUR",
        "day": None,
    }


def test_without_comments_there_is_nothing_to_describe_by() -> None:
    with pytest.raises(PullError):
        inputs(SPEC.replace("        column_comments: {qty: Pieces sold, price: in EUR, DAY: of the sale}\n", ""))


def test_a_space_as_the_spec_says_leaves_the_file_alone() -> None:
    assert pulled(copy.deepcopy(inputs())) == SPEC


def test_descriptions_edited_in_the_ui_come_back_as_columns_of_the_spec() -> None:
    live = copy.deepcopy(inputs())
    columns(live)["qty"]["description"] = "Pieces"
    columns(live)["price"]["description"] = "Gross"
    columns(live)["store"] = {"description": "Number of the store"}

    text = pulled(live)

    assert columns(inputs(text)) == columns(live)
    assert "column_comments: {qty: Pieces sold, price: in EUR, DAY: of the sale}" in text


def test_a_description_taken_out_in_the_ui_has_to_be_taken_out_of_the_comments() -> None:
    live = copy.deepcopy(inputs())
    del columns(live)["qty"]

    with pytest.raises(PullError, match="column_comments of the table's from_file describe it"):
        pulled(live)
