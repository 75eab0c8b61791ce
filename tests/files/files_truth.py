"""The table of truths: what every file in the tests holds, whatever its format."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

COLUMNS = ("id", "name", "price", "qty", "day", "at", "open", "note")

ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "Käsekuchen", Decimal("12.50"), 3, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 0, 1), True, None),
    (
        2,
        'said "so", twice',
        Decimal("-0.25"),
        0,
        dt.date(1999, 12, 31),
        dt.datetime(1999, 12, 31, 23, 59, 59),
        False,
        "x",
    ),
    (3, "007", Decimal("0.10"), -7, dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, 0, 0, 1), True, "a; b | c"),
    (4, "O'Hara", Decimal("99999.99"), 2147483647, dt.date(2000, 1, 1), dt.datetime(2000, 6, 1, 6, 30, 0), False, None),
    (5, "Zoë", None, 5, None, None, None, "long " * 30 + "end"),
)
"""Values of every type that all formats know; the moments are UTC."""

TYPES = {
    "id": "bigint",
    "name": "string",
    "price": "double",
    "qty": "bigint",
    "day": "date",
    "at": "timestamp",
    "open": "boolean",
    "note": "string",
}


def values(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as readers give it, whatever number type the format knows."""
    return tuple(_value(cell) for cell in row)


def _value(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=dt.timezone.utc)
    return Decimal(str(cell)) if isinstance(cell, (float, Decimal)) else cell
