"""headings: what a file calls its columns → names that a Delta table can have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .troubles import Troubles

_ODD = re.compile(r"[\s,;{}()=`.\x00-\x1f\x7f/]+")
"""Delta refuses blanks and , ; { } ( ) = in names; dots, slashes and back-ticks make every query a trap."""
LONGEST = 255


def names(headings: Sequence[str], part: str, troubles: Troubles) -> list[str]:
    """One name for each heading; what had to be changed is told, old → new."""
    taken: set[str] = set()
    found = []
    for at, heading in enumerate(headings, start=1):
        name = _free(_plain(heading) or f"column_{at}", taken)
        taken.add(name.lower())
        found.append(name)
        if name != heading:
            troubles.add("renamed-heading", _told(heading, name, at), part=part, column=name)
    return found


def is_odd(name: str) -> bool:
    """Whether a table cannot have a column of that name."""
    return not name or _plain(name) != name


def _plain(heading: str) -> str:
    return _ODD.sub("_", heading.strip()).strip("_")[:LONGEST]


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _told(heading: str, name: str, at: int) -> str:
    if not heading.strip():
        return f"column {at} has no heading; it is called {name}"
    if _plain(heading) == heading:
        return f"the heading {heading!r} stands twice; the later one is called {name}"
    return f"the heading {heading!r} cannot name a column; {heading!r} → {name!r}"
