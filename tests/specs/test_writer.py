"""writer: what is written loads to the same space, and looks as if a person had typed it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from genie_provider.codec import normalize, wire
from genie_provider.codec.spec_inputs import inputs_of
from genie_provider.model.spec import SpaceSpec
from genie_provider.model.state import OWNER
from genie_provider.model.variables import Variables
from genie_provider.specs.loader import read_document
from genie_provider.specs.writer import authored, to_json, to_yaml
from tests.bodies import bodies, json_values, words

ME = "genie/dev/sales"
REAL_BODIES = Path(__file__).parents[3] / "shared" / "specs" / "serialized"


def described(inputs: dict[str, Any]) -> dict[str, Any]:
    return {"title": "Sales", **inputs}


def loaded(text: str) -> dict[str, Any]:
    """The inputs of a file, as the program makes them."""
    problems: list[Any] = []
    document = read_document(text, "sales.yaml", Variables(), problems)
    assert not problems + document.problems
    inputs = inputs_of(SpaceSpec.model_validate(document.value), ME)
    assert inputs.pop(OWNER) == ME
    return inputs


# ── laws ────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_any_body_written_and_loaded_gives_the_same_inputs(body: dict[str, Any]) -> None:
    inputs = described(wire.from_body(body, ME))

    assert loaded(to_yaml(authored(inputs, ME))) == inputs


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_a_body_keeps_its_meaning_through_yaml_and_back(body: dict[str, Any]) -> None:
    inputs = described(wire.from_body(body, ME))

    again = wire.to_body(loaded(to_yaml(authored(inputs, ME))), ME)

    assert normalize.same(described(wire.from_body(again, ME)), inputs)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_json_loads_to_the_same_inputs(body: dict[str, Any]) -> None:
    inputs = described(wire.from_body(body, ME))

    assert loaded(to_json(authored(inputs, ME))) == inputs


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(bodies())
def test_a_spec_written_and_loaded_is_the_same_spec(body: dict[str, Any]) -> None:
    document = authored(described(wire.from_body(body, ME)), ME)

    assert authored(loaded(to_yaml(document)), ME) == document


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(words, json_values, max_size=4), st.lists(words, max_size=3))
def test_other_readers_of_yaml_see_the_same_values(document: dict[str, Any], synonyms: list[str]) -> None:
    document = {**document, "synonyms": synonyms}
    text = to_yaml(document)

    assert yaml.safe_load(text) == document
    assert YAML(typ="safe", pure=True).load(text) == document


# ── looks ───────────────────────────────────────────────────────────────────────────────────


def lines_of(**inputs: Any) -> list[str]:
    return to_yaml(authored(described(inputs), ME)).splitlines()


def test_sql_of_several_lines_is_block_text() -> None:
    sql = "SELECT count(*)\nFROM main.sales.orders"

    written = lines_of(examples={"How many?": {"sql": sql}})

    assert written[written.index("    - question: How many?") :] == [
        "    - question: How many?",
        "      sql: |-",
        "        SELECT count(*)",
        "        FROM main.sales.orders",
    ]


def test_a_long_line_is_not_folded() -> None:
    guidance = "Use this whenever somebody asks for orders, and mind that returns are counted " * 3

    assert f"        {guidance}" in lines_of(examples={"How many?": {"sql": "SELECT 1", "usage_guidance": guidance}})


def test_entries_without_more_are_their_name() -> None:
    written = lines_of(
        tables={"main.sales.orders": {"columns": {"region": {}}}, "main.sales.returns": {}},
        sample_questions={"How many?": {}},
        functions={"main.sales.week": {}},
        instructions={"content": "Weeks start on Monday."},
    )

    assert written == [
        "title: Sales",
        "",
        "sample_questions:",
        "  - How many?",
        "",
        "data_sources:",
        "  tables:",
        "    - identifier: main.sales.orders",
        "      column_configs:",
        "        - region",
        "    - main.sales.returns",
        "",
        "instructions:",
        "  text_instructions: Weeks start on Monday.",
        "  sql_functions:",
        "    - main.sales.week",
    ]


def test_derived_ids_are_left_out_and_foreign_ones_kept() -> None:
    foreign = "01f0" + "0" * 27 + "a"
    body = wire.to_body({"sample_questions": {"ours?": {}, "theirs?": {"id": foreign}}}, ME)

    written = to_yaml(authored(described(wire.from_body(body)), ME))

    assert "- ours?\n" in written
    assert f"- id: {foreign}\n    question: theirs?\n" in written


def test_words_that_yaml_takes_for_something_else_are_quoted() -> None:
    odd = ["no", "Yes", "1_000", "12e03", "2024-01-01", "1:30", "null", "~", "", " x", "a: b", "a #b", "- a", "=", "<<"]

    for text in odd:
        assert to_yaml({"key": text}) == f'key: "{text}"\n'
    for text in ("It's fine", "a, b", "${catalog}.sales.orders", "50 % more", "why?", "🚕 trips"):
        assert to_yaml({"key": text}) == f"key: {text}\n"


def test_a_literal_reference_is_no_variable() -> None:
    inputs = described({"instructions": {"content": "Write ${name}, never $${name}."}})

    assert loaded(to_yaml(authored(inputs, ME))) == inputs


def test_what_the_typed_sections_cannot_say_is_written_raw() -> None:
    body = {"version": 2, "instructions": {"example_question_sqls": [{"id": "a" * 32, "question": ["No SQL?"]}]}}
    inputs = described(wire.from_body(body, ME))

    document = authored(inputs, ME)

    assert "serialized_space" in document
    assert loaded(to_yaml(document)) == inputs


def test_the_header_is_a_comment() -> None:
    assert to_yaml({"title": "Sales"}, "From the workspace.\n\nEdit me.") == (
        "# From the workspace.\n#\n# Edit me.\ntitle: Sales\n"
    )


@pytest.mark.skipif(not REAL_BODIES.is_dir(), reason="no real bodies beside the project")
def test_real_bodies_are_written_in_typed_sections_and_load_to_the_same_inputs() -> None:
    for file in sorted(REAL_BODIES.glob("*.json")):
        inputs = described(wire.from_body(json.loads(file.read_text(encoding="utf-8")), ME))
        document = authored(inputs, ME)

        assert "serialized_space" not in document
        assert loaded(to_yaml(document)) == inputs
