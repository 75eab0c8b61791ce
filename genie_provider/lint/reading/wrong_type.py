"""A value of another kind: a number for a text, a text for a list.

Passes::

    title: "2026"

Fails::

    title: 2026
"""

from __future__ import annotations

import json
from typing import Any

ID = "wrong-type"
LEVEL = "error"
FIXED = True
WHEN = "outside"

KINDS = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map of keys",
    "model_attributes_type": "a map of keys",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
}
"""pydantic's names of these faults → what is expected."""


def check(name: str, expected: str, given: Any) -> str:
    return f"{name}: expected {expected}, found {_kind_of(given)}{_quotes(given)}"


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{json.dumps(value)} (put it in quotes if it is text)"
    if isinstance(value, int | float):
        return f"the number {value} (put it in quotes if it is text)"
    return {"dict": "a map", "list": "a list"}.get(type(value).__name__, shown(value))


def _quotes(value: Any) -> str:
    """What YAML makes of `- Revenue: by year?` and of a bare ${x} in a map written in braces."""
    if isinstance(value, dict) and len(value) == 1:
        key, part = next(iter(value.items()))
        if " " in key or (isinstance(part, str) and part.endswith("?")):
            return " (a text with ': ' in it needs quotes)"
        if part is None and "$" in key:
            return " (${…} in braces needs quotes)"
    return ""


def shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f"'{value}'"
    return text if len(text) <= 60 else f"{text[:57]}…"
