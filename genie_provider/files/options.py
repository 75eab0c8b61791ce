"""options: how to read a file, where the file alone does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import GenieError

_RANGE = re.compile(r"(?:([A-Za-z]{1,3})(\d+)?)?(?::(?:([A-Za-z]{1,3})(\d+)?)?)?\Z")


@dataclass(frozen=True)
class Window:
    """A part of a sheet, in rows and columns from 1; None is open."""

    first_row: int = 1
    first_column: int = 1
    last_row: int | None = None
    last_column: int | None = None

    @classmethod
    def of(cls, text: str) -> Window:
        """`A3:F`, `B2:D40`, `A3`, `A:C` as a window.

        Raises:
            GenieError: it is none of these.
        """
        match = _RANGE.match(text.strip())
        if not text.strip() or not match:
            raise GenieError(f"range {text!r} is not like A3:F, B2:D40 or A:C")
        column, row, last_column, last_row = match.groups()
        return cls(
            int(row or 1),
            _column_number(column) if column else 1,
            int(last_row) if last_row else None,
            _column_number(last_column) if last_column else None,
        )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


@dataclass(frozen=True)
class ReadOptions:
    """What a person may say about a file.

    Args:
        sheet: the sheet's name, or its number from 1.
        range: the part of the sheet, as A3:F; its first row holds the headings.
        table: the table of an Access database, or of a PDF by its number from 1.
        records: where the records lie: `/catalog/item` in XML, `data.items` in JSON.
        pages: pages of a PDF, as 2-5.
        delimiter: one character, or `tab`.
        encoding: as Python calls it: cp1252, utf-16.
        quote: the character around cells; empty for none.
        header: whether the first row holds the headings.
        decimal: the sign before decimals in text: `.` or `,`.
        types: column → SQL type.
        allow: kinds of troubles that shall not stop.
    """

    sheet: str = ""
    range: str = ""
    table: str = ""
    records: str = ""
    pages: str = ""
    delimiter: str = ""
    encoding: str = ""
    quote: str | None = None
    header: bool = True
    decimal: str = "."
    types: Mapping[str, str] = field(default_factory=dict)
    allow: tuple[str, ...] = ()

    @property
    def window(self) -> Window:
        return Window.of(self.range) if self.range else Window()

    def as_inputs(self) -> dict[str, Any]:
        """What differs from the defaults, as plain values."""
        default = ReadOptions()
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        plain = {key: value for key, value in held.items() if value != getattr(default, key)}
        if "allow" in plain:
            plain["allow"] = list(self.allow)
        if "types" in plain:
            plain["types"] = dict(self.types)
        return plain

    @classmethod
    def from_inputs(cls, given: Mapping[str, Any]) -> ReadOptions:
        """The options that `as_inputs` wrote down."""
        held = dict(given)
        return cls(**{**held, "allow": tuple(held.get("allow", ()))})
