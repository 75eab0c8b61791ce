"""messages: pydantic's errors → sentences that say what to change."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

Location = tuple[str | int, ...]

_EXPECTED = {
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


def complaints(error: ValidationError, value: Any, model: type[BaseModel]) -> Iterator[tuple[Location, str, bool]]:
    """(path, message, whether the path's key itself is at fault) for every error, in their order."""
    for detail in error.errors(include_url=False, include_context=True):
        location = tuple(part for part in detail["loc"] if part in _steps(value, detail["loc"]))
        kind, given = detail["type"], detail["input"]
        if kind == "extra_forbidden":
            yield location, _unknown_key(location, model), True
        elif kind == "missing":
            yield location[:-1], f"{_name(location)} is missing", False
        elif kind == "value_error":
            said = str(detail["ctx"]["error"])
            yield location, f"{_name(location)}: {said}" if location else said, False
        elif kind == "literal_error":
            allowed = detail["ctx"]["expected"]
            yield location, f"{_name(location)}: {_shown(given)} is none of {allowed.replace(chr(39), '')}", False
        elif kind in _EXPECTED:
            yield location, f"{_name(location)}: expected {_EXPECTED[kind]}, found {_kind_of(given)}", False
        else:
            yield location, f"{_name(location)}: {detail['msg']}", False


def _steps(value: Any, location: Location) -> set[str | int]:
    """The parts of a location that are steps into the value (pydantic adds names of union members)."""
    steps: set[str | int] = set()
    for at, part in enumerate(location):
        last = at == len(location) - 1
        if isinstance(value, dict):
            if part in value or last:
                steps.add(part)
                value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            steps.add(part)
            value = value[part]
        elif last and isinstance(part, str) and "[" not in part:
            steps.add(part)
    return steps


def _name(location: Location) -> str:
    """tables[2].identifier, with the last few steps: enough to recognise beside the line."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _unknown_key(location: Location, model: type[BaseModel]) -> str:
    key = str(location[-1])
    names = _keys_at(model, location[:-1])
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    parent = _name(location[:-1]) or "a space"
    hint = f"; did you mean '{near[0]}'?" if near else f"; it may have {', '.join(names)}"
    return f"'{key}' is not part of {parent}{hint}"


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, str) and current and part in current.model_fields:
            current = _model_in(current.model_fields[part].annotation)
    return [field.alias or name for name, field in current.model_fields.items()] if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{json.dumps(value)} (put it in quotes if it is text)"
    if isinstance(value, int | float):
        return f"the number {value} (put it in quotes if it is text)"
    return {"dict": "a map", "list": "a list"}.get(type(value).__name__, _shown(value))


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f"'{value}'"
    return text if len(text) <= 60 else f"{text[:57]}…"
