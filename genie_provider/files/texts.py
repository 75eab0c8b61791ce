"""texts: what a column of texts may turn out to be, without changing a single value.

`007` is a text, not 7. `1.10` may become a double, since its 15 digits come back; longer numbers become decimals.
Only ISO dates are dates: `03/04/2024` is one of two days.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from .raw import Inference

DOUBLE_DIGITS: Final = 15
"""So many digits of a decimal number survive as a double."""
_SAMPLE: Final = 20_000
_MOST: Final = 0.8
"""From this share on, a text column was probably meant to be something else."""

_WHOLE = re.compile(r"(0|-?[1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(?:\.([0-9]+))?\Z")
_MINUS_ZERO = re.compile(r"-0(\.0+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_GIVEN_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_GIVEN_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_COMMA = re.compile(r"-?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?\Z")


def date(text: str) -> dt.date:
    if not _DATE.match(text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def timestamp(text: str) -> dt.datetime:
    """An ISO moment; before 3.11, Python wants three or six digits after the seconds and no Z."""
    match = _TIMESTAMP.match(text)
    if not match:
        raise ValueError(text)
    day, minute, second, fraction, zone = match.groups()
    zone = "+00:00" if zone == "Z" else zone or ""
    zone = f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return dt.datetime.fromisoformat(f"{day}T{minute}{second or ':00'}{(fraction or '.').ljust(7, '0')}{zone}")


def plain_whole(text: str) -> str:
    if not _GIVEN_WHOLE.match(text):
        raise ValueError(text)
    return text


def plain_number(text: str) -> str:
    if not _GIVEN_NUMBER.match(text):
        raise ValueError(text)
    return text


def with_point(text: str) -> str:
    """`1.234,50` as `1234.50`; anything else as it is."""
    return text.replace(".", "").replace(",", ".") if _COMMA.match(text) else text


def _is(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return fits


def _double(text: str) -> bool:
    """A number whose value survives: few digits, and not beyond what a double can say."""
    if not _NUMBER.match(text) or _MINUS_ZERO.match(text):
        return False
    if len(text) <= DOUBLE_DIGITS:
        return abs(float(text)) < 1e308
    mantissa = re.split("[eE]", text)[0].replace(".", "").lstrip("-0")
    return len(mantissa.rstrip("0")) <= DOUBLE_DIGITS and abs(float(text)) < 1e308


_FITS: Final[dict[str, Callable[[str], object]]] = {
    "boolean": lambda text: text in ("true", "false", "TRUE", "FALSE", "True", "False"),
    "bigint": _WHOLE.match,
    "double": _double,
    "decimal": lambda text: _PLAIN.match(text) and not _MINUS_ZERO.match(text),
    "timestamp": _is(timestamp),
    "date": _is(date),
}
_TRIED: Final[dict[Inference, tuple[str, ...]]] = {
    "texts": tuple(_FITS),
    "dates": ("timestamp", "date"),
    "none": (),
}


@dataclass
class Candidates:
    """The types that all texts of a column so far can have, narrowest first."""

    inference: Inference
    alive: list[str] = field(init=False)
    before_point: int = 1
    after_point: int = 0
    sampled: int = 0
    numbers: int = 0
    dates: int = 0
    odd_number: tuple[int, str] | None = None
    odd_date: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        self.alive = list(_TRIED[self.inference])

    def add(self, held: Sequence[str], cells: Sequence[object], numbers: Sequence[int]) -> None:
        distinct = set(held)
        self.alive = [kind for kind in self.alive if all(map(_FITS[kind], distinct))]
        if "bigint" in self.alive:
            self.before_point = max(self.before_point, max(map(len, distinct)))
        elif "decimal" in self.alive:
            self._measure(distinct)
        if self.inference == "texts" and self.sampled < _SAMPLE:
            self._sample(cells, numbers)

    def _measure(self, distinct: Iterable[str]) -> None:
        for text in distinct:
            match = _PLAIN.match(text)
            assert match
            self.before_point = max(self.before_point, len(match[1]))
            self.after_point = max(self.after_point, len(match[2] or ""))

    def _sample(self, cells: Sequence[object], numbers: Sequence[int]) -> None:
        """Counts, in the first rows, what looks like a number or a date, for `oddity`."""
        for cell, row in zip(cells, numbers, strict=True):
            if isinstance(cell, str):
                self.sampled += 1
                if _NUMBER.match(cell):
                    self.numbers += 1
                elif self.odd_number is None:
                    self.odd_number = row, cell
                if _DATE.match(cell[:10]):
                    self.dates += 1
                elif self.odd_date is None:
                    self.odd_date = row, cell

    @property
    def type(self) -> str:
        if not self.alive:
            return "string"
        if self.alive[0] != "decimal":
            return self.alive[0]
        digits = self.before_point + self.after_point
        return f"decimal({digits},{self.after_point})" if digits <= 38 else "string"

    def oddity(self) -> tuple[str, str, int] | None:
        """The first text that is no number (date) in a column where nearly all are."""
        for count, odd, what in ((self.numbers, self.odd_number, "numbers"), (self.dates, self.odd_date, "dates")):
            if odd and count >= _MOST * self.sampled and self.sampled > 1:
                shown = odd[1] if len(odd[1]) <= 40 else f"{odd[1][:39]}…"
                return "mixed-types", f"the column is text because of {shown!r}; nearly all others are {what}", odd[0]
        return None
