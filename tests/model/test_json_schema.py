"""The JSON Schema: what editors check while somebody types."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from genie_provider.cli.commands.specs.schema import spec_schema

ROOT = Path(__file__).parents[2]
VALIDATOR = jsonschema.Draft202012Validator(spec_schema())


def test_the_file_in_the_project_is_up_to_date() -> None:
    assert json.loads((ROOT / "genie.schema.json").read_text("utf-8")) == spec_schema()


@pytest.mark.parametrize("file", sorted((ROOT / "spaces").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_demo_specs_fit(file: Path) -> None:
    VALIDATOR.validate(yaml.safe_load(file.read_text("utf-8")))


@pytest.mark.parametrize(
    "spec",
    [
        {"title": "S", "instructions": {"text_instructions": "Be brief."}},
        {"title": "S", "benchmarks": [{"question": "How many?", "expected_sql": "SELECT 1"}]},
        {"title": "S", "data_sources": {"tables": ["main.sales.orders"]}},
        {"title": "S", "description": ["one", "two"], "tags": ["sales"]},
        {"version": 2, "author": "data team", "spaces": [{"title": "S"}]},
    ],
)
def test_short_forms_fit(spec: dict[str, object]) -> None:
    VALIDATOR.validate(spec)


@pytest.mark.parametrize("spec", [{}, {"titel": "S"}, {"title": 5}, {"title": "S", "tables": []}])
def test_what_the_loader_refuses_does_not_fit(spec: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid(spec)
