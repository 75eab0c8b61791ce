"""messages: pydantic's errors → sentences that say what to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ..lint.reading import missing_key, unknown_key, wrong_type, wrong_value

Location = tuple[str | int, ...]


def complaints(
    error: ValidationError, value: Any, model: type[BaseModel], whole: str = "a space"
) -> Iterator[tuple[str, Location, str, bool]]:
    """(rule, path, message, whether the path's key itself is at fault) for every error, in their order.

    Args:
        whole: what the model as a whole is called.
    """
    for detail in error.errors(include_url=False, include_context=True):
        steps = _steps(value, detail["loc"])
        location = tuple(part for part in detail["loc"] if part in steps)
        kind = detail["type"]
        if kind in unknown_key.KINDS:
            names, parent = _keys_at(model, location[:-1]), _name(location[:-1]) or whole
            said = unknown_key.check(str(location[-1]), parent, names, _text_alone(value, location))
            yield unknown_key.ID, location, said, True
        elif kind in missing_key.KINDS:
            yield missing_key.ID, location[:-1], missing_key.check(_name(location)), False
        elif kind in wrong_type.KINDS:
            said = wrong_type.check(_name(location), wrong_type.KINDS[kind], detail["input"])
            yield wrong_type.ID, location, said, False
        else:
            yield wrong_value.ID, location, wrong_value.check(kind, _name(location), dict(detail)), False


def _text_alone(value: Any, location: Location) -> str:
    """The text behind the key, where the key is the only one of its map."""
    for step in location[:-1]:
        value = value[step]
    part = value[location[-1]]
    return part if len(value) == 1 and len(location) > 1 and isinstance(part, str) else ""


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
