"""sql_literals: names, types and values as SQL text that means exactly them, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..errors import GenieError
from ..model.identifiers import parts
from .content import Cell, Column

_ESCAPES: Final = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
MOST_CHARACTERS: Final = 200_000
_BARE = re.compile(r"-?\d+\Z")


def name(full_name: str, count: int) -> str:
    """A name of `count` parts, each in back-ticks.

    Raises:
        GenieError: it has not that many parts.
    """
    found = parts(full_name)
    if len(found) != count:
        wanted = "catalog.schema.name" if count == 3 else "catalog.schema"
        raise GenieError(f"{full_name!r} is not {wanted}")
    return ".".join(f"`{part.replace('`', '``')}`" for part in found)


def text(value: str) -> str:
    """A text literal. Two quotes side by side would be two literals joined, so quotes are escaped by a
    backslash; and `${` would be replaced by a variable of the session, so it is broken up."""
    literal = "'" + "".join(_ESCAPES.get(letter, letter) for letter in value) + "'"
    return literal.replace("${", "$' || '{")


def value(cell: Cell, column: Column) -> str:
    """A value of that column's type."""
    if cell is None:
        return "NULL"
    if column.family == "text":
        return text(cell)
    if column.family == "boolean":
        return cell.upper()
    if column.family == "whole" and _BARE.match(cell):
        return cell
    return f"CAST({text(cell)} AS {column.type.upper()})"


def rows(cells: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> str:
    """`(1, 'a'), (2, 'b')`"""
    return ", ".join(
        f"({', '.join(value(cell, column) for cell, column in zip(row, columns, strict=True))})" for row in cells
    )


def pieces(cells: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> Iterator[str]:
    """As `rows`, in pieces of at most some hundred thousand characters: a statement has a greatest length."""
    held: list[str] = []
    size = 0
    for row in cells:
        text = rows([row], columns)
        if held and size + len(text) > MOST_CHARACTERS:
            yield ", ".join(held)
            held, size = [], 0
        held.append(text)
        size += len(text)
    if held:
        yield ", ".join(held)


def column(name: str) -> str:
    """The name of a column, in back-ticks."""
    return f"`{name.replace('`', '``')}`"


def pairs(properties: dict[str, str]) -> str:
    return ", ".join(f"{text(key)} = {text(held)}" for key, held in properties.items())
