"""Wire: inputs to the workspace's body and back, on top of what the workspace holds."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genie_provider.codec import normalize, wire
from genie_provider.compare import diff
from genie_provider.model import entry_ids
from tests.bodies import bodies

OWNER = "genie/dev/sales"
REAL = sorted((Path(__file__).parents[3] / "shared" / "specs" / "serialized").glob("*.json"))

ORDERS = {"identifier": "main.sales.orders", "description": ["One row\n", "per order"]}
BODY: dict[str, Any] = {
    "version": 2,
    "config": {"sample_questions": [{"id": "1" * 32, "question": ["How many orders?"]}]},
    "data_sources": {"tables": [ORDERS]},
    "instructions": {
        "example_question_sqls": [
            {"id": "a" * 32, "question": ["Total?"], "sql": ["SELECT\n", "1"], "new_field": {"kept": None}},
            {"id": "b" * 32, "question": ["Why?"], "sql": ["SELECT 2"]},
        ]
    },
}


def without_order(inputs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name != "__order"}


@given(bodies())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
def test_to_the_wire_and_back_gives_the_same_inputs(body: dict[str, Any]) -> None:
    inputs = wire.from_body(body)
    again = wire.from_body(wire.to_body(inputs, OWNER))
    assert diff.changes(inputs, again) == []


@given(bodies())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
def test_writing_what_was_read_keeps_every_entry_as_it_was(body: dict[str, Any]) -> None:
    written = wire.to_body(wire.from_body(body), OWNER, body)
    assert wire.from_body(written) == wire.from_body(body)


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_a_real_body_is_kept_byte_for_byte(file: Path) -> None:
    body = json.loads(file.read_text("utf-8"))
    assert wire.to_body(wire.from_body(body), OWNER, body) == body


def test_unknown_fields_are_kept_word_for_word() -> None:
    inputs = wire.from_body(BODY)
    assert inputs["examples"]["Total?"]["extra"] == {"new_field": '{"kept":null}'}
    assert wire.to_body(inputs, OWNER)["instructions"]["example_question_sqls"][0]["new_field"] == {"kept": None}


def test_a_change_of_one_entry_leaves_the_others_as_the_workspace_holds_them() -> None:
    inputs = wire.from_body(BODY)
    inputs["examples"]["Why?"]["sql"] = "SELECT 3"
    written = wire.to_body(inputs, OWNER, BODY)
    expected = copy.deepcopy(BODY)
    expected["instructions"]["example_question_sqls"][1]["sql"] = ["SELECT 3"]
    assert written == expected


def test_an_entry_without_id_takes_the_one_the_workspace_holds() -> None:
    inputs = wire.from_body(BODY)
    inputs["examples"]["Why?"] = {"sql": "SELECT 3"}
    entries = wire.to_body(inputs, OWNER, BODY)["instructions"]["example_question_sqls"]
    assert [entry["id"] for entry in entries] == ["a" * 32, "b" * 32]


def test_entries_of_one_question_are_kept_apart() -> None:
    body = copy.deepcopy(BODY)
    body["instructions"]["example_question_sqls"][1]["question"] = ["Total?"]
    inputs = wire.from_body(body)
    assert len(inputs["examples"]) == 2
    assert wire.to_body(inputs, OWNER, body) == body


def test_lists_are_sorted_as_the_workspace_demands() -> None:
    inputs = {
        "tables": {"b.b.b": {"columns": {"z": {}, "a": {}}}, "a.a.a": {}},
        "examples": {"Z?": {"sql": "1"}, "A?": {"sql": "2"}},
        "__order": {"examples": "1 0"},
    }
    body = wire.to_body(inputs, OWNER)
    tables = body["data_sources"]["tables"]
    examples = body["instructions"]["example_question_sqls"]
    assert [table["identifier"] for table in tables] == ["a.a.a", "b.b.b"]
    assert [column["column_name"] for column in tables[1]["column_configs"]] == ["a", "z"]
    assert [entry["question"] for entry in examples] == [["Z?"], ["A?"]]
    assert [entry["id"] for entry in examples] == sorted(entry["id"] for entry in examples)


def test_derived_ids_are_left_out_of_what_is_read() -> None:
    body = wire.to_body({"examples": {"Q?": {"sql": "SELECT 1"}}}, OWNER)
    assert entry_ids.is_well_formed(body["instructions"]["example_question_sqls"][0]["id"])
    assert wire.from_body(body, OWNER)["examples"] == {"Q?": {"sql": "SELECT 1"}}
    assert "id" in wire.from_body(body, "genie/prod/sales")["examples"]["Q?"]


def test_version_1_flags_are_read_under_their_new_names() -> None:
    column = {"column_name": "region", "get_example_values": True, "build_value_dictionary": True}
    body = {"version": 1, "data_sources": {"tables": [{"identifier": "a.b.c", "column_configs": [column]}]}}
    expected = {"enable_format_assistance": True, "enable_entity_matching": True}
    assert wire.from_body(body)["tables"]["a.b.c"]["columns"]["region"] == expected


def test_a_version_nobody_knows_yet_is_kept() -> None:
    assert wire.to_body(wire.from_body({"version": 3}), OWNER)["version"] == 3


SETTLED = {"tables": {"main.sales.orders": {"description": "One row"}}, "examples": {"Q?": {"sql": "SELECT 1\n"}}}


@pytest.mark.parametrize(
    "live",
    [
        {**SETTLED, "examples": {"Q?": {"sql": "SELECT 1", "id": "a" * 32}}},
        {**SETTLED, "tables": {"main.sales.orders": {"description": "'One row'"}}},
        SETTLED,
    ],
)
def test_what_the_workspace_normalises_is_read_back_in_our_words(live: dict[str, Any]) -> None:
    assert normalize.settle(live, SETTLED) == SETTLED


def test_a_metric_view_read_back_among_the_tables_is_put_back() -> None:
    known = {"metric_views": {"main.sales.revenue": {"description": "m"}}}
    live = {"tables": {"main.sales.revenue": {"description": "m"}}}
    assert normalize.settle(live, known) == known


def test_a_real_difference_is_not_settled() -> None:
    live = {**SETTLED, "examples": {"Q?": {"sql": "SELECT 2"}}}
    assert normalize.settle(live, SETTLED)["examples"] == {"Q?": {"sql": "SELECT 2"}}


@given(st.permutations(["A?", "B?", "C?", "D?"]))
def test_the_authored_order_survives_the_sorting_by_id(order: list[str]) -> None:
    from genie_provider.codec.spec_inputs import inputs_of
    from genie_provider.model.spec import SpaceSpec

    spec = SpaceSpec.model_validate({"title": "S", "sample_questions": list(order)})
    body = wire.to_body(inputs_of(spec, OWNER), OWNER)
    assert [entry["question"] for entry in body["config"]["sample_questions"]] == [[text] for text in order]


BY_OUTPUT = {
    "tables": {"main.${schema}.orders": {"identifier": "main.sales.orders"}},
    "joins": {
        "main.${schema}.orders -> main.sales.customers": {
            "left": "main.sales.orders",
            "right": "main.sales.customers",
            "sql": "orders.customer_id = customers.id",
            "relationship": "MANY_TO_ONE",
        }
    },
}


def test_names_that_another_resource_gives_are_found_again() -> None:
    """A key keeps the variable's name; the entry says what it stands for."""
    body = wire.to_body(BY_OUTPUT, OWNER)
    settled = normalize.settle(wire.from_body(body, OWNER), BY_OUTPUT)
    assert diff.changes(settled, BY_OUTPUT) == []
    assert wire.to_body(BY_OUTPUT, OWNER, body) == body
