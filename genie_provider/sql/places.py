"""places: where in a text, and what to say when the text there cannot be read."""

from __future__ import annotations

from ..errors import GenieError


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
