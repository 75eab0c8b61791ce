"""`schema`: the JSON Schema of a spec file, which editors use while one types."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ....model.spec import SpaceSpec, SpecFile

HELP = """Print the JSON Schema of the spec, or of what a command prints with --output json.

  genie schema > genie.schema.json
  genie schema status

Editors with a YAML language server complete and check a spec whose first line is
  # yaml-language-server: $schema=../genie.schema.json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from ...schemas import names

    parser.add_argument("of", nargs="?", choices=names(), metavar="COMMAND", help="a command (default: the spec)")


def run(arguments: argparse.Namespace) -> int:
    from ...schemas import names

    print(names()[arguments.of].read_text("utf-8") if arguments.of else spec_schema_text(), end="")
    return 0


def spec_schema_text() -> str:
    """The schema as genie.schema.json holds it."""
    return json.dumps(spec_schema(), indent=2) + "\n"


def spec_schema() -> dict[str, Any]:
    """A file is one space, or a list of them under `spaces`."""
    space = SpaceSpec.model_json_schema(by_alias=True)
    several = SpecFile.model_json_schema(by_alias=True)
    definitions = {**space.pop("$defs", {}), **several.pop("$defs", {})}
    _allow_short_forms(definitions)
    space["properties"] = {"version": {}, "author": {"type": "string"}, **space["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Genie space",
        "if": {"required": ["spaces"]},
        "then": {"$ref": "#/$defs/SpecFile"},
        "else": {"$ref": "#/$defs/OneSpace"},
        "$defs": {**definitions, "OneSpace": space, "SpecFile": several},
    }


def _allow_short_forms(definitions: dict[str, Any]) -> None:
    """Forms that the models read by a validator, which pydantic's schema cannot know."""
    text = {"type": "string"}
    texts = definitions["Instructions"]["properties"]["text_instructions"]
    definitions["Instructions"]["properties"]["text_instructions"] = {"anyOf": [texts, text]}
    definitions["JoinSide"] = {"anyOf": [definitions["JoinSide"], text]}
    questions = {"type": "array", "items": {"$ref": "#/$defs/Benchmark"}}
    definitions["Benchmarks"] = {"anyOf": [definitions["Benchmarks"], questions]}
