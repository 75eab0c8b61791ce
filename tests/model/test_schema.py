"""The schema's table: what is derived from it says the same everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie_provider.codec import wire
from genie_provider.codec.spec_inputs import Defaults, inputs_of
from genie_provider.model import entries, schema
from genie_provider.model.entries import Model, reads
from genie_provider.model.schema import BY_NAME, HEAD, INSTRUCTIONS, KEYED, Field, Section
from genie_provider.model.spec import SpaceSpec
from genie_provider.model.state import OWNER
from genie_provider.specs.writer import authored
from tests.bodies import bodies

ME = "genie/dev/sales"

MODELS: dict[str, type[Model]] = {
    "tables": entries.Table,
    "metric_views": entries.Table,
    "columns": entries.Column,
    "sample_questions": entries.SampleQuestion,
    "instructions": entries.TextInstruction,
    "examples": entries.Example,
    "parameters": entries.Parameter,
    "functions": entries.Function,
    "joins": entries.Join,
    "filters": entries.Filter,
    "expressions": entries.Snippet,
    "measures": entries.Snippet,
    "benchmarks": entries.Benchmark,
}


@pytest.mark.parametrize("section", list(schema.sections()), ids=lambda section: section.name)
def test_a_model_has_the_keys_of_its_rows(section: Section) -> None:
    keys = set(MODELS[section.name].model_fields) - MODELS[section.name].local - {"id", "extra"}
    older = {key for field in section.fields for key in field.older}

    assert {field.key for field in section.fields} <= keys
    assert keys <= {field.key for field in section.fields} | older
    assert ("id" in MODELS[section.name].model_fields) == section.has_id


def test_a_space_has_the_keys_of_its_rows() -> None:
    keys = {field.alias or name for name, field in SpaceSpec.model_fields.items()}

    assert keys == {key for row in HEAD for key in (row.name, *row.older)} - {"space_id"}


def test_a_row_without_a_form_of_its_own_is_read_at_once() -> None:
    with_unit = reads([*BY_NAME["measures"].fields, Field("unit", "scalar", "Its unit.")])(entries.Snippet)

    read: Any = with_unit.model_validate({"display_name": "a", "sql": "1", "unit": "EUR"})

    assert read.unit == "EUR"
    assert with_unit.model_json_schema()["properties"]["unit"]["description"] == "Its unit."


def test_a_field_without_a_row_is_refused() -> None:
    class Odd(Model):
        unit: str = ""

    with pytest.raises(TypeError, match="without a row"):
        reads([Field("other", "scalar")])(Odd)


def test_every_key_of_every_row_has_one_place_in_a_file() -> None:
    for section in schema.sections():
        for field in section.fields:
            assert schema.ENTRY_ORDER.count(field.key) == 1
    assert all(name in dict.fromkeys(schema.FILE_ORDER[()]) for name in schema.ABOUT_SPACE)


def test_every_row_says_what_it_means() -> None:
    rows = [*HEAD, *(field for section in schema.sections() for field in section.fields)]

    assert not [row.name for row in rows if not row.says]


@settings(max_examples=60, deadline=None)
@given(bodies())
def test_a_spec_its_inputs_and_its_body_say_the_same(body: dict[str, Any]) -> None:
    inputs = {"title": "Sales", **wire.from_body(body, ME)}
    read = SpaceSpec.model_validate(_unescaped(authored(inputs, ME)))
    again = {name: value for name, value in inputs_of(read, ME).items() if name != OWNER}

    assert again == inputs
    assert {"title": "Sales", **wire.from_body(wire.to_body(again, ME), ME)} == inputs


def _unescaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$${", "${")
    if isinstance(value, dict):
        return {key: _unescaped(part) for key, part in value.items()}
    return [_unescaped(part) for part in value] if isinstance(value, list) else value


def test_kinds_enter_ids_and_never_change() -> None:
    assert [section.kind for section in (INSTRUCTIONS, *KEYED)] == [
        *("text", "table", "table", "sample", "example", "function"),
        *("join", "filter", "expression", "measure", "benchmark"),
    ]


words = st.sampled_from(["", "a", "[dev] ", "/Shared/a", "/Shared/b"])
maps = st.dictionaries(st.sampled_from(["team", "env"]), st.sampled_from(["", "x", "y"]), max_size=2)
heads = st.fixed_dictionaries(
    {"title": st.sampled_from(["Sales", "[dev] Sales", "[dev] "])},
    optional={"warehouse": words, "parent_path": words, "tags": maps},
)


@settings(max_examples=200, deadline=None)
@given(heads, st.builds(Defaults, warehouse=words, parent_path=words, title_prefix=words, tags=maps))
def test_what_a_stack_gives_is_taken_off_and_put_on_again(said: dict[str, Any], given_by: Defaults) -> None:
    inputs = given_by.apply(said)

    assert given_by.apply(given_by.strip(inputs)) == inputs
