"""json_values: JSON as Python values that lose nothing, and objects in objects as columns."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ..raw import Bad
from ..troubles import Troubles


def decoder(troubles: Troubles) -> json.JSONDecoder:
    """Numbers with a point stay exact; NaN and keys that stand twice are told."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        held = dict(found)
        if len(held) != len(found):
            names = [name for name, _ in found]
            twice = next(name for name in names if names.count(name) > 1)
            held[twice] = Bad("repeated-key", f"the key {twice!r} stands twice in one object")
        return held

    return json.JSONDecoder(
        parse_float=_number,
        parse_constant=lambda word: Bad("not-a-number", f"{word} is no number in JSON"),
        object_pairs_hook=pairs,
    )


def _number(text: str) -> Decimal | Bad:
    number = Decimal(text)
    if abs(number.adjusted()) > 300:
        return Bad("not-a-number", f"{text} is beyond what a table can hold")
    return number


def flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """`{"a": {"b": 1}}` as `{"a_b": 1}`; a name that is taken already gets another underscore."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            for name, inner in flat(value, f"{prefix}{key}_").items():
                found[_free(name, found)] = inner
        else:
            found[_free(f"{prefix}{key}", found)] = _clean(value)
    return found


def _free(name: str, taken: dict[str, Any]) -> str:
    while name in taken:
        name += "_"
    return name


def _clean(value: Any) -> Any:
    """A list holding a fault is the fault."""
    if isinstance(value, list):
        for each in value:
            inner = _clean(each) if isinstance(each, list) else each
            inner = next((v for v in each.values() if isinstance(v, Bad)), None) if isinstance(each, dict) else inner
            if isinstance(inner, Bad):
                return inner
    return value


def word(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
