"""bounded_json: JSON from outside, with its bounds checked before anything walks through it."""

from __future__ import annotations

import json
from typing import Any

# Protobuf's reader of JSON stops at 100 levels unless told otherwise, and the workspace reads protobuf messages.
MAX_DEPTH = 100


def loaded(text: str | bytes) -> Any:
    """The value in a JSON text.

    Raises:
        ValueError: it is no JSON, holds NaN or Infinity, is nested deeper than MAX_DEPTH, or holds half a
            character (a lone surrogate), which cannot be written again.
    """
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise _too_deep() from None
    if _deeper_than(value, MAX_DEPTH):
        raise _too_deep()
    json.dumps(value, ensure_ascii=False).encode()  # UnicodeEncodeError is a ValueError
    return value


def _deeper_than(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))]
        if not level:
            return False
    return True


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> ValueError:
    return ValueError(f"nested deeper than {MAX_DEPTH} levels")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
