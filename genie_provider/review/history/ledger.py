"""ledger: the chain of records in a store: appended to, read, and checked link by link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .records import HistoryError, Record, canonical, content_of, digest
from .stores import Store

RECORDS: Final = "records"
_OBJECTS: Final = "spaces"
_FILE: Final = re.compile(r"(\d{6,})\.json\Z")
_AT_ONCE: Final = 16
_ATTEMPTS: Final = 20
_LOOKED_BACK: Final = 10
"""Links that are checked before a record is added; `history` checks all."""


@dataclass
class Chain:
    """The records in their order, and what is wrong with the chain, a sentence each; `end` is the last one's digest."""

    records: list[Record] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    end: str = ""

    @property
    def last(self) -> Record | None:
        return self.records[-1] if self.records else None


class Ledger:
    """The history of one stack.

    Args:
        store: of this stack alone.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def where(self) -> str:
        return self.store.where

    def read(self, *, last: int | None = None) -> Chain:
        """The chain.

        Args:
            last: read so many of the latest records only.

        Raises:
            HistoryError: the store cannot be read.
        """
        numbers = self._numbers()
        chosen = numbers[-last:] if last else numbers
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            texts = list(pool.map(lambda number: self.store.read(_name(number)), chosen))
        chain, previous = Chain(), ""
        for number, text in zip(chosen, texts, strict=True):
            record = _parsed(number, text, chain)
            is_first_read = number == chosen[0]
            _check_link(chain, number, record, previous, known=not is_first_read or number == 1)
            chain.end = previous = digest(text or b"")
            if record is not None:
                chain.records.append(record)
        self._check_gaps(chain, chosen, from_start=len(chosen) == len(numbers))
        return chain

    def append(self, build: Callable[[Record | None], tuple[Record, Mapping[str, Mapping[str, Any]]]]) -> Record:
        """Adds one record; a writer who comes in between is let go first, and the record built anew on theirs.

        Args:
            build: the last record → the next one (its number and predecessor are filled in here), and the contents of
                spaces by their digest.

        Raises:
            HistoryError: the chain is broken, or the store cannot be written; nothing was added.
        """
        for _ in range(_ATTEMPTS):
            chain = self.read(last=_LOOKED_BACK)
            if chain.breaks:
                raise HistoryError("\n".join([*chain.breaks, _NOT_ADDED.format(self.where)]))
            record, contents = build(chain.last)
            for name, content in contents.items():
                self.store.create(_object(name), canonical(content))
            number = chain.last.number + 1 if chain.last else 1
            record = replace(record, number=number, previous=chain.end)
            if self.store.create(_name(number), record.to_bytes()):
                return record
        raise HistoryError(
            f"{_ATTEMPTS} times somebody else wrote to {self.where} at the same moment; nothing was added"
        )

    def content(self, name: str) -> dict[str, Any]:
        """A space's content by its digest.

        Raises:
            HistoryError: it is not there, or it is not what the digest says.
        """
        data = self.store.read(_object(name))
        if data is None:
            raise HistoryError(f"{self.where}: the content {name[:19]}… is not there any more; that version is lost")
        if digest(data) != name:
            raise HistoryError(f"{self.where}: {_object(name)} was changed; it is not what the record names")
        return dict(json.loads(data))

    def _numbers(self) -> list[int]:
        matches = (_FILE.match(name) for name in self.store.names(RECORDS))
        return sorted(int(match[1]) for match in matches if match)

    def _check_gaps(self, chain: Chain, numbers: list[int], *, from_start: bool) -> None:
        first = 1 if from_start and numbers else (numbers[0] if numbers else 1)
        missing = sorted(set(range(first, numbers[-1] + 1)) - set(numbers)) if numbers else []
        for number in missing:
            chain.breaks.append(f"{self.where}: record {number} is missing")


_NOT_ADDED: Final = (
    "nothing was added to the history. Put back what was changed (the bucket's or disk's own versions), or move {0} "
    "away: then a new history begins"
)


def contents_by_digest(spaces: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What a record names, by the digests it names it by."""
    contents = [content_of(inputs) for inputs in spaces]
    return {digest(canonical(content)): content for content in contents}


def digest_of(inputs: Mapping[str, Any]) -> str:
    return digest(canonical(content_of(inputs)))


def _name(number: int) -> str:
    return f"{RECORDS}/{number:06}.json"


def _object(name: str) -> str:
    hexadecimal = name.removeprefix("sha256:")
    return f"{_OBJECTS}/{hexadecimal[:2]}/{hexadecimal}.json"


def _parsed(number: int, text: bytes | None, chain: Chain) -> Record | None:
    if text is None:
        return None
    try:
        record = Record.from_bytes(text, f"record {number}")
    except HistoryError as error:
        chain.breaks.append(str(error))
        return None
    if record.number != number:
        chain.breaks.append(f"record {number} says that it is record {record.number}")
    return record


def _check_link(chain: Chain, number: int, record: Record | None, previous: str, *, known: bool) -> None:
    if record is not None and known and record.previous != previous:
        what = (
            f"record {number - 1} is not what record {number} was written after"
            if number > 1
            else "record 1 has a predecessor"
        )
        chain.breaks.append(f"{what}: it was changed, replaced or taken out")
