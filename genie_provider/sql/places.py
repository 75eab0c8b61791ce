"""places: what a text names and where, and what to say when it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import GenieError

Parts = tuple[str, ...]


class UnreadableSql(GenieError):
    """A text that is not SQL this tool understands; line and column count from 1 within the text."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(message, line, column)

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def unreadable_at(text: str, offset: int, message: str) -> UnreadableSql:
    return UnreadableSql(message, *place_of(text, offset))


ReferenceKind = Literal["table", "function", "column", "catalog", "schema", "dynamic"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reference:
    """One name as written.

    Attributes:
        kind: "column" is a column's qualifier (the column itself is not part of it), "dynamic" an
            IDENTIFIER(...), "catalog" and "schema" come from USE.
        parts: the parts as written, back-ticks taken off. For "dynamic" the argument's text, if it
            is a plain string, else ().
        resolved: the full name meant (three parts; a schema's two, a catalog's one), or None if that
            cannot be told.
        candidates: the names it could mean, when there are several.
        spans: start and end offset of each part, back-ticks included.
        line, column: of the first part, from 1.
    """

    kind: ReferenceKind
    parts: Parts
    resolved: Parts | None
    spans: tuple[Span, ...]
    line: int
    column: int
    candidates: tuple[Parts, ...] = ()
