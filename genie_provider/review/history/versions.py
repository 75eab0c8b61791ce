"""versions: the versions of one space, and who changed which entry when, out of the records of its stack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .records import HistoryError, Record, SpaceRecord

_REFERENCE: Final = re.compile(r"(?:(?P<stack>[^@:]+):)?(?P<name>[^@:]+)(?:@(?P<first>\d+)(?:\.\.(?P<second>\d+))?)?\Z")


@dataclass(frozen=True)
class Reference:
    """`NAME`, `NAME@3`, `STACK:NAME@3`; without a number the live space is meant."""

    name: str
    version: int | None = None
    stack: str = ""

    def __str__(self) -> str:
        return f"{self.stack + ':' if self.stack else ''}{self.name}{f'@{self.version}' if self.version else ''}"


@dataclass(frozen=True)
class Version:
    """One version of a space, and the record of the run that made it or met it."""

    name: str
    number: int
    space: SpaceRecord
    record: Record

    @property
    def at(self) -> str:
        return self.record.ended or self.record.began


def references(text: str) -> list[Reference]:
    """`NAME@n`, `NAME@n..m`, `dev:NAME..prod:NAME`, `dev:NAME@2..prod:NAME@5` → one or two.

    Raises:
        HistoryError: it is none of these.
    """
    match = _REFERENCE.match(text)
    if match:
        name, stack = match["name"], match["stack"] or ""
        numbers = [int(match[group]) for group in ("first", "second") if match[group]]
        return [Reference(name, number, stack) for number in numbers] or [Reference(name, None, stack)]
    first, found, second = text.partition("..")
    if found and (one := _REFERENCE.match(first)) and (other := _REFERENCE.match(second)):
        return [
            Reference(each["name"], int(each["first"]) if each["first"] else None, each["stack"] or "")
            for each in (one, other)
        ]
    raise HistoryError(f"'{text}' is no version; write NAME@3, NAME@3..5 or dev:NAME..prod:NAME")


def is_reference(text: str) -> bool:
    """Whether somebody means a version or another stack and not a name."""
    return "@" in text or ".." in text or ":" in text


def versions_of(records: Iterable[Record], name: str) -> list[Version]:
    """The versions of a space, oldest first; a version without content is its going."""
    found: dict[int, Version] = {}
    for record in records:
        for space in _of(record, name):
            found.setdefault(space.version, Version(name, space.version, space, record))
    return [found[number] for number in sorted(found)]


def version(records: Iterable[Record], name: str, number: int) -> Version:
    """One version.

    Raises:
        HistoryError: there is none of that number, or the space was trashed with it.
    """
    found = versions_of(records, name)
    for each in found:
        if each.number == number and each.space.is_gone:
            raise HistoryError(f"{name}@{number} is its going to the trash; {name}@{number - 1} is what it was before")
        if each.number == number:
            return each
    known = f"it has {name}@1 to {name}@{found[-1].number}" if found else "the history has no such space"
    raise HistoryError(f"there is no {name}@{number}; {known}")


def _of(record: Record, name: str) -> Iterator[SpaceRecord]:
    for held in (record.seen, record.spaces):
        if name in held:
            yield held[name]
