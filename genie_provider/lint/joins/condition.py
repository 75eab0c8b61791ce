"""condition: a join's condition, read as far as rules need it: two qualified columns and what is between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

QUOTED: Final = re.compile(r"`(?:[^`]|``)*`|'[^']*'")
_NAME: Final = r"(?:`(?:[^`]|``)*`|\w+)"
_COLUMN: Final = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_PAIR: Final = re.compile(rf"\s*(?P<left>{_COLUMN})\s*=\s*(?P<right>{_COLUMN})\s*")
EQUALITY: Final = re.compile(r"(?<![<>!=])={1,2}(?![=>])")


@dataclass(frozen=True, slots=True)
class Sides:
    """The words before the columns' names, back-ticks taken off; "" where a column has none."""

    left: str
    right: str


def sides(sql: str) -> Sides | None:
    """The two sides of `a.x = b.y`; None for anything else, a call for example."""
    match = _PAIR.fullmatch(sql)
    return Sides(_qualifier(match["left"]), _qualifier(match["right"])) if match else None


def _qualifier(column: str) -> str:
    from ...model.identifiers import parts

    names = parts(re.sub(r"\s*\.\s*", ".", column))
    return ".".join(names[:-1])
