"""graph: what an entry refers to; references to nothing, and entries that wait for each other in a circle."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence

from ..errors import Place, Problem
from .entries import Raw
from .models import PLURALS

_FIELDS = {"catalog": "catalogs", "schema": "schemas", "warehouse": "warehouses"}
_OF_KIND = {
    "schemas": ("catalog",),
    "volumes": ("schema",),
    "functions": ("schema", "warehouse"),
    "views": ("schema", "warehouse"),
    "metric_views": ("schema", "warehouse"),
    "jobs": ("warehouse",),
}


def references(raw: Raw) -> Iterator[tuple[str, Place]]:
    """The entries that this one needs: (schemas.sales, where it says so)."""
    for field in _OF_KIND.get(raw.plural, ()):
        if raw.text(field):
            yield f"{_FIELDS[field]}.{raw.text(field)}", raw.place(field)
    for at, word in enumerate(_list(raw.value.get("depends_on"))):
        if isinstance(word, str):
            yield word, raw.place("depends_on", at)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def problems_of(raws: Sequence[Raw]) -> list[Problem]:
    """References to nothing, and circles, each told once."""
    known = {raw.reference for raw in raws}
    found = [
        Problem(f"{raw.reference}: {unknown(word, known)}", place)
        for raw in raws
        for word, place in references(raw)
        if word not in known
    ]
    return [*found, *_circles(raws)]


def unknown(word: str, known: Collection[str]) -> str:
    """That there is no such entry, with the nearest one there is."""
    plural, _, key = word.partition(".")
    if plural not in PLURALS or not key:
        near = difflib.get_close_matches(word, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"'{word}' is no entry; write it as schemas.sales or jobs.fill{hint}"
    same = [name.partition(".")[2] for name in known if name.startswith(f"{plural}.")]
    near = difflib.get_close_matches(key, same, n=1)
    there = ", ".join(sorted(same)) or "none"
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {there}"
    return f"{plural} has no '{key}'; {hint}"


def _circles(raws: Sequence[Raw]) -> list[Problem]:
    needs = {raw.reference: list(references(raw)) for raw in raws}
    done: set[str] = set()
    found: list[Problem] = []
    for reference in needs:
        _walk(reference, [], needs, done, found)
    return found


def _walk(
    at: str, way: list[str], needs: Mapping[str, list[tuple[str, Place]]], done: set[str], found: list[Problem]
) -> None:
    if at in done or at not in needs:
        return
    for word, place in needs[at]:
        if word in [*way, at]:
            circle = [*way, at][[*way, at].index(word) :]
            found.append(Problem(f"{at} waits for itself: {' → '.join([*circle, word])}", place))
        else:
            _walk(word, [*way, at], needs, done, found)
    done.add(at)


def ordered(raws: Sequence[Raw]) -> list[Raw]:
    """The entries so that each comes after those it needs; those of a circle in some order."""
    by_reference = {raw.reference: raw for raw in raws}
    placed: dict[str, Raw] = {}
    begun: set[str] = set()

    def put(raw: Raw) -> None:
        if raw.reference in begun:
            return
        begun.add(raw.reference)
        for word, _ in references(raw):
            if word in by_reference:
                put(by_reference[word])
        placed[raw.reference] = raw

    for raw in raws:
        put(raw)
    return list(placed.values())
