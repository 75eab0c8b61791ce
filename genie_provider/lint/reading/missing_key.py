"""A key that has to be there and is not.

Passes::

    title: Sales
    data_sources: {tables: [{identifier: main.sales.orders}]}

Fails::

    title: Sales
    data_sources: {tables: [{description: Orders}]}
"""

from __future__ import annotations

ID = "missing-key"
LEVEL = "error"
FIXED = True
WHEN = "outside"

KINDS = {"missing"}


def check(name: str) -> str:
    return f"{name} is missing"
