"""A value that cannot be meant: an empty title, a table without its schema, two keys that say the same.

Passes::

    title: Sales
    data_sources: {tables: [main.sales.orders]}

Fails::

    title: Sales
    data_sources: {tables: [orders]}

Fails::

    title: Sales
    permissions: {"group:analysts": CAN_LOOK}
"""

from __future__ import annotations

from typing import Any

from .wrong_type import shown

ID = "wrong-value"
LEVEL = "error"
FIXED = True
WHEN = "outside"


def check(kind: str, name: str, detail: dict[str, Any]) -> str:
    """What to say of one of pydantic's errors that is neither a key nor a type."""
    if kind == "value_error":
        said = str(detail["ctx"]["error"])
        return f"{name}: {said}" if name else said
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace(chr(39), "")
        return f"{name}: {shown(detail['input'])} is none of {allowed}"
    return f"{name}: {detail['msg']}"
