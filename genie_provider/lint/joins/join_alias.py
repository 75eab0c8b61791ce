"""A join whose condition names its tables by words that stand for neither side.

Each side goes by its alias, or by the last part of its name where it has none.

Passes::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - left: {identifier: dw.sales.orders, alias: o}
          right: dw.sales.customers
          sql: o.customer = customers.id
          relationship: many_to_one

Fails::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - left: {identifier: dw.sales.orders, alias: o}
          right: dw.sales.customers
          sql: o.customer = c.id
          relationship: many_to_one

Fails::

    title: Sales
    data_sources: {tables: [dw.sales.orders, dw.sales.customers]}
    instructions:
      join_specs:
        - {left: dw.sales.orders, right: dw.sales.customers, sql: customer = id, relationship: many_to_one}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.identifiers import last_part, parts
from ...model.variables import PENDING
from ..rule import Finding, Space
from .condition import sides

if TYPE_CHECKING:
    from ...model.entries import JoinSide

ID = "join-alias"
LEVEL = "warning"


def check(space: Space) -> Iterator[Finding]:
    for at, join in enumerate(space.spec.instructions.join_specs):
        found = sides(join.sql)
        if not found or PENDING in f"{join.sql}{join.left.identifier}{join.right.identifier}":
            continue
        known = {*_words(join.left), *_words(join.right)}
        names = f"'{_word(join.left)}' and '{_word(join.right)}'"
        path = ("instructions", "join_specs", at, "sql")
        wrong = [word for word in (found.left, found.right) if word.lower() not in known]
        if "" in wrong:
            yield Finding(path, f"a column lacks its table; the sides go by {names}")
        elif wrong:
            yield Finding(path, f"'{wrong[0]}' is neither side of this join; they go by {names}")
        elif found.left.lower() == found.right.lower():
            yield Finding(path, f"both columns are those of '{found.left}'; the sides go by {names}")


def _word(side: JoinSide) -> str:
    return side.alias.strip("`") or last_part(side.identifier)


def _words(side: JoinSide) -> set[str]:
    """What may stand before a column of that side, in small letters."""
    full = ".".join(parts(side.identifier)).lower()
    return {_word(side).lower(), full}
