"""json_schema: the JSON Schema of a blueprint's files, which editors use while one types."""

from __future__ import annotations

from typing import Any

from .models import PLURALS, BlueprintFile


def blueprint_schema() -> dict[str, Any]:
    """Entries may be left empty: `small:` is a warehouse with the usual size."""
    schema = BlueprintFile.model_json_schema(by_alias=True)
    for plural in PLURALS:
        held = schema["properties"][plural]
        held["additionalProperties"] = {"anyOf": [held["additionalProperties"], {"type": "null"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Blueprint of what stands around Genie spaces",
    }
