"""types: columns, and the narrowest SQL type that keeps every one of their cells.

Cells come as Python values. A column has one type or becomes text; when it becomes text because a few cells differ,
that is told with the place of the first.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final, Literal

from ..errors import GenieError
from . import texts
from .raw import Inference

Family = Literal["text", "whole", "decimal", "float", "boolean", "date", "timestamp", "binary"]

Kind = type
"""A class of Python."""

FAMILIES: Final[dict[str, Family]] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint"), "whole"),
    **dict.fromkeys(("double", "float"), "float"),
    "string": "text",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "decimal": "decimal",
    "binary": "binary",
}
WHOLE_BITS: Final = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
EXACT_DOUBLE: Final = 2**53
"""Whole numbers up to here are doubles without loss."""
_WIDE: Final = Context(prec=60)
_TYPE = re.compile(r"(\w+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\Z")


@dataclass(frozen=True)
class Column:
    """A column of a table: its name there, its SQL type, and what the file calls it."""

    name: str
    type: str = "string"
    heading: str = ""

    @property
    def family(self) -> Family:
        return FAMILIES[self.type.partition("(")[0]]

    def __str__(self) -> str:
        return f"{self.name} {self.type}"


def type_of(given: str) -> str:
    """A SQL type as the catalog writes it.

    Raises:
        GenieError: not a type that files are read into.
    """
    match = _TYPE.match(given.strip().lower())
    if not match or match[1] not in FAMILIES or (match[2] and match[1] != "decimal"):
        raise GenieError(f"{given!r} is no type of columns; there are {', '.join(sorted(FAMILIES))}")
    if match[1] == "decimal":
        precision, scale = int(match[2] or 10), int(match[3] or 0)
        if not 1 <= precision <= 38 or scale > precision:
            raise GenieError(f"{given!r}: a decimal has 1 to 38 digits, and no more of them after the point")
        return f"decimal({precision},{scale})"
    return "int" if match[1] == "integer" else match[1]


def scale_of(type: str) -> tuple[int, int]:
    """Precision and scale of `decimal(10,2)`."""
    precision, _, scale = type.partition("(")[2].rstrip(")").partition(",")
    return int(precision), int(scale)


# ── finding a type ──────────────────────────────────────────────────────────────────────────


@dataclass
class Observed:
    """What has been seen of one column so far."""

    inference: Inference
    kinds: dict[Kind, int] = field(default_factory=dict)
    """Python type → the row of the first cell of it."""
    counts: dict[Kind, int] = field(default_factory=dict)
    lowest: int = 0
    highest: int = 0
    before_point: int = 0
    after_point: int = 0
    exact_as_double: bool = True
    only_dates: bool = True
    text: texts.Candidates = field(init=False)

    def __post_init__(self) -> None:
        self.text = texts.Candidates(self.inference)

    def add(self, cells: Sequence[Any], numbers: Sequence[int]) -> None:
        """Takes notice of a batch of cells, `numbers` being their rows."""
        kinds = set(map(type, cells))
        kinds.discard(type(None))
        for kind in kinds:
            held = cells if len(kinds) == 1 and None not in cells else [c for c in cells if type(c) is kind]
            if kind not in self.kinds:
                self.kinds[kind] = next(n for c, n in zip(cells, numbers, strict=True) if type(c) is kind)
            self.counts[kind] = self.counts.get(kind, 0) + len(held)
            self._measure(kind, held, cells, numbers)

    def _measure(self, kind: Kind, held: Sequence[Any], cells: Sequence[Any], numbers: Sequence[int]) -> None:
        if kind is str:
            self.text.add(held, cells, numbers)
        elif kind is int:
            self.lowest, self.highest = min(self.lowest, min(held)), max(self.highest, max(held))
        elif kind is Decimal:
            for cell in set(held):
                self._measure_decimal(cell)
        elif kind is dt.datetime and self.only_dates:
            self.only_dates = all(cell.time() == dt.time.min for cell in held)

    def _measure_decimal(self, cell: Decimal) -> None:
        before, after, digits = digits_of(cell)
        self.before_point, self.after_point = max(self.before_point, before), max(self.after_point, after)
        self.exact_as_double = self.exact_as_double and digits <= texts.DOUBLE_DIGITS

    @property
    def type(self) -> str:
        kinds = set(self.kinds)
        if kinds == {str}:
            return self.text.type
        if kinds == {bool}:
            return "boolean"
        if kinds and kinds <= {int, float, Decimal}:
            return self._number(kinds)
        if kinds == {dt.date}:
            return "date"
        if kinds and kinds <= {dt.datetime, dt.date}:
            return "date" if self.only_dates else "timestamp"
        return "binary" if kinds == {bytes} else "string"

    def _number(self, kinds: set[Kind]) -> str:
        largest = max(-self.lowest, self.highest)
        if kinds == {int} and largest < 2**63:
            return "bigint"
        before, after = max(self.before_point, len(str(largest)) if largest else 0), self.after_point
        if float in kinds:
            return "double" if largest <= EXACT_DOUBLE and self.exact_as_double else "string"
        if Decimal in kinds and self.exact_as_double and largest <= EXACT_DOUBLE:
            return "double" if after else "bigint"
        return f"decimal({max(before + after, 1)},{after})" if before + after <= 38 else "string"

    def oddity(self) -> tuple[str, str, int] | None:
        """Why the column is text though most of it is not: kind of trouble, message, row; None if there is nothing."""
        kinds = {kind: count for kind, count in self.counts.items() if kind not in (list, dict)}
        if len(kinds) > 1 and self.type == "string":
            return self._mixture(kinds)
        return self.text.oddity() if set(self.kinds) == {str} and self.type == "string" else None

    def _mixture(self, kinds: Mapping[Kind, int]) -> tuple[str, str, int]:
        rarest = min(kinds, key=lambda kind: kinds[kind])
        parts = ", ".join(
            f"{count:,} {_WORDS[kind]}" for kind, count in sorted(kinds.items(), key=lambda item: -item[1])
        )
        dates = bool({dt.date, dt.datetime} & set(kinds)) and bool({int, float} & set(kinds))
        return (
            "date-as-number" if dates else "mixed-types",
            f"holds {parts}; the column is text{_LOOKS if dates else ''}",
            self.kinds[rarest],
        )


_LOOKS: Final = ": the numbers may be dates that lost their format"
_WORDS: Final[dict[Kind, str]] = {
    str: "texts",
    bool: "booleans",
    int: "whole numbers",
    float: "numbers",
    Decimal: "numbers",
    dt.date: "dates",
    dt.datetime: "moments",
    dt.time: "times of day",
    dt.timedelta: "durations",
    bytes: "binary values",
}


def digits_of(number: Decimal) -> tuple[int, int, int]:
    """Digits before the point, after it, and those that count, of a finite number."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, digits)).lstrip("0")
    before, after = max(len(written) + exponent, 0), max(-exponent, 0)
    return before, after, len(written.rstrip("0")) if written else 0


# ── cells of a type ─────────────────────────────────────────────────────────────────────────


def converter(type: str) -> Callable[[Any], Any]:
    """A function that makes a cell a value of the SQL type; it raises ValueError where that would change it."""
    base = type.partition("(")[0]
    if base == "decimal":
        scale = Decimal(1).scaleb(-scale_of(type)[1])
        room = scale_of(type)[0] - scale_of(type)[1]
        return lambda cell: None if cell is None else _decimal(cell, scale, room)
    if base in WHOLE_BITS:
        most = 2 ** (WHOLE_BITS[base] - 1)
        return lambda cell: None if cell is None else _whole(cell, most)
    plain: dict[str, Callable[[Any], Any]] = {
        "string": as_text,
        "double": _double,
        "float": _double,
        "boolean": _boolean,
        "date": _date,
        "timestamp": _timestamp,
        "binary": _binary,
    }
    make = plain[base]
    return lambda cell: None if cell is None else make(cell)


NATIVE: Final[dict[str, Kind]] = {"string": str, "bigint": int, "double": float, "boolean": bool, "binary": bytes}
"""Types whose cells need no converting when all of them are of that Python type."""


SURE: Final[dict[str, Callable[[Any], Any]]] = {
    "bigint": int,
    "double": float,
    "date": dt.date.fromisoformat,
    "timestamp": lambda cell: _timestamp(cell),
    "boolean": lambda cell: cell.lower() == "true",
}
"""For texts that were all found to be of that type."""


def as_text(cell: Any) -> str:
    """The cell as text that loses nothing."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, bytes):
        return cell.hex()
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=_json_scalar)
    if isinstance(cell, (dt.datetime, dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)


def _json_scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    return as_text(value)


def _whole(cell: Any, most: int) -> int:
    if isinstance(cell, bool):
        raise ValueError(cell)
    number = int(cell) if not isinstance(cell, str) else int(texts.plain_whole(cell))
    if number != (cell if not isinstance(cell, str) else number) or not -most <= number < most:
        raise ValueError(cell)
    return number


def _decimal(cell: Any, scale: Decimal, room: int) -> Decimal:
    try:
        number = Decimal(str(cell)) if not isinstance(cell, bool) else Decimal("NaN")
        fitted = number.quantize(scale, context=_WIDE)
    except InvalidOperation:
        raise ValueError(cell) from None
    if fitted != number or digits_of(fitted)[0] > room:
        raise ValueError(cell)
    return fitted


def _double(cell: Any) -> float:
    if isinstance(cell, bool):
        raise ValueError(cell)
    number = float(texts.plain_number(cell)) if isinstance(cell, str) else float(cell)
    if isinstance(cell, int) and int(number) != cell:
        raise ValueError(cell)
    return number


def _boolean(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    raise ValueError(cell)


def _date(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time.min:
            raise ValueError(cell)
        return cell.date()
    return cell if isinstance(cell, dt.date) else texts.date(_text(cell))


def _timestamp(cell: Any) -> dt.datetime:
    """Without a zone it is taken as UTC."""
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        cell = dt.datetime.combine(cell, dt.time.min)
    moment = cell if isinstance(cell, dt.datetime) else texts.timestamp(_text(cell))
    return moment.astimezone(dt.timezone.utc) if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)


def _binary(cell: Any) -> bytes:
    return cell if isinstance(cell, bytes) else _text(cell).encode()


def _text(cell: Any) -> str:
    if not isinstance(cell, str):
        raise ValueError(cell)
    return cell
