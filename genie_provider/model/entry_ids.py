"""entry_ids: the 32 hex digits every entry of a space carries, derived so that they never surprise.

An id is six digits of rank and 26 of identity. The identity is a hash of the space's owner
(project/stack/name), the entry's kind and its key: the same in every run and on every
machine, and proof of who made a space, readable from the workspace itself. The rank keeps
the authored order, because the workspace sorts entries by id. Ids that came from the UI
("foreign") are kept as they are. Time-ordered UI ids start with 01f0 or later, so entries
that somebody adds in the UI sort behind ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

RANK_DIGITS: Final = 6
STEP: Final = 100
_WELL_FORMED = re.compile(r"[0-9a-f]{32}\Z")


def is_well_formed(id_text: str) -> bool:
    return bool(_WELL_FORMED.match(id_text))


def identity(owner: str, kind: str, key: str) -> str:
    """The 26 digits that say whose entry this is and which."""
    return hashlib.sha256(f"{owner}\0{kind}\0{key}".encode()).hexdigest()[: 32 - RANK_DIGITS]


def is_derived(id_text: str, owner: str, kind: str, key: str) -> bool:
    """Whether `id_text` is what this owner's entry would get, at whatever rank."""
    return id_text[RANK_DIGITS:] == identity(owner, kind, key)


def assign(order: Sequence[str], known: Mapping[str, str], owner: str, kind: str) -> dict[str, str]:
    """An id for every key of `order`, sorted as `order` as far as the known ids allow.

    Args:
        order: the entries' keys in authored order.
        known: ids that must or should stay: given by the person, or held by the workspace.

    Known ids never change, so one new entry changes no other; new ones are ranked between
    their neighbours, or right behind the one before where there is no room.
    """
    ranks = _ranks(order, known)
    return {
        key: known.get(key) or f"{rank:0{RANK_DIGITS}x}{identity(owner, kind, key)}"
        for key, rank in zip(order, ranks, strict=True)
    }


def _ranks(order: Sequence[str], known: Mapping[str, str]) -> list[int]:
    ranks: list[int] = []
    previous, index = 0, 0
    while index < len(order):
        if order[index] in known:
            previous = _rank_of(known[order[index]])
            ranks.append(previous)
            index += 1
            continue
        run = index
        while run < len(order) and order[run] not in known:
            run += 1
        ceiling = _rank_of(known[order[run]]) if run < len(order) else None
        step = _step(previous, ceiling, run - index)
        for _ in range(index, run):
            previous = min(previous + step, 16**RANK_DIGITS - 1)
            ranks.append(previous)
        index = run
    return ranks


def _step(previous: int, ceiling: int | None, count: int) -> int:
    if ceiling is None or ceiling <= previous:
        return STEP
    return min(STEP, max((ceiling - previous) // (count + 1), 0))


def _rank_of(id_text: str) -> int:
    return int(id_text[:RANK_DIGITS], 16) if is_well_formed(id_text) else 0
