"""json_text: one JSON document with a list of objects somewhere in it, read piece by piece.

The list is the document itself, the one that `records` names (`data.items`), or the only list of objects among the
document's keys. A document that is a list is never in memory as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from ..options import ReadOptions
from ..raw import RawTable, Records, batched
from ..troubles import Troubles, refusal
from . import json_values

PIECE_CHARACTERS: Final = 1 << 20
MOST_WHOLE_BYTES: Final = 200_000_000
"""A document that is an object has to fit into memory."""


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return [""]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    records = Records()
    found = _objects(file, options, troubles)
    rows = ((number, _row(file, number, value, records)) for number, value in enumerate(found, start=1))
    return RawTable("", records.headings, batched(rows), inference="dates")


def _row(file: Path, number: int, value: Any, records: Records) -> Sequence[Any]:
    if not isinstance(value, dict):
        raise refusal(file, f"the list holds {json_values.word(value)}, not an object", row=number)
    return records.row(json_values.flat(value))


def _objects(file: Path, options: ReadOptions, troubles: Troubles) -> Iterator[Any]:
    decoder = json_values.decoder(troubles)
    encoding = options.encoding or "utf-8-sig"
    try:
        with file.open(encoding=encoding) as source:
            head = source.read(PIECE_CHARACTERS)
            if head.lstrip()[:1] == "[" and not options.records:
                yield from _Pieces(file, source, head, decoder).items()
            else:
                yield from _inner(file, source, head, decoder, options, troubles)
    except UnicodeDecodeError as error:
        raise refusal(file, f"not {encoding} ({error.reason}); give encoding") from None
    except RecursionError:
        raise refusal(file, "objects are nested too deep") from None


class _Pieces:
    """The items of a list, of which only a piece is in memory."""

    def __init__(self, file: Path, source: IO[str], head: str, decoder: json.JSONDecoder) -> None:
        self.file, self.source, self.decoder = file, source, decoder
        self.text, self.at, self.done = head, head.index("[") + 1, False

    def items(self) -> Iterator[Any]:
        if self._next_sign() == "]":
            self._end()
            return
        while True:
            yield self._item()
            sign = self._next_sign()
            self.at += 1
            if sign == "]":
                self.at -= 1
                self._end()
                return
            if sign != ",":
                raise self._fault("a comma is missing" if sign else "the list is cut short")

    def _end(self) -> None:
        self.at += 1
        if self._next_sign():
            raise self._fault("something stands after the list")

    def _next_sign(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def _item(self) -> Any:
        self._next_sign()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if not self._more():
                    raise self._fault(
                        f"not JSON: {error.msg}" if self.at < len(self.text) else "the list is cut short"
                    ) from None
                continue
            # A number at the very end of the piece may go on in the next one.
            if end == len(self.text) and self._more():
                continue
            self.at = end
            return value

    def _more(self) -> bool:
        """Reads on, as much as is held, so that a long item is not tried again and again."""
        piece = self.source.read(max(PIECE_CHARACTERS, len(self.text) - self.at))
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def _fault(self, message: str) -> Exception:
        near = self.text[self.at : self.at + 30].split("\n")[0]
        return refusal(self.file, f"{message}{f', near {near!r}' if near else ''}")


def _inner(
    file: Path, source: IO[str], head: str, decoder: json.JSONDecoder, options: ReadOptions, troubles: Troubles
) -> Iterator[Any]:
    if file.stat().st_size > MOST_WHOLE_BYTES:
        raise refusal(file, "is one large object; make it JSON lines (one object a line), or a list of objects")
    try:
        value = decoder.decode((head + source.read()).strip())
    except json.JSONDecodeError as error:
        raise refusal(file, f"not JSON: {error.msg}, column {error.colno}", row=error.lineno) from None
    if options.records:
        return iter(_named(file, value, options.records))
    return iter(_found(file, value, troubles))


def _named(file: Path, value: Any, records: str) -> list[Any]:
    for key in records.strip(".").split("."):
        if not isinstance(value, dict) or key not in value:
            raise refusal(file, f"records {records!r}: there is no {key!r}")
        value = value[key]
    if not isinstance(value, list):
        raise refusal(file, f"records {records!r} names {json_values.word(value)}, not a list")
    return value


def _found(file: Path, value: Any, troubles: Troubles) -> list[Any]:
    if not isinstance(value, dict):
        raise refusal(file, f"holds {json_values.word(value)}, not a list of objects")
    lists = [key for key, held in value.items() if isinstance(held, list) and held and isinstance(held[0], dict)]
    if len(lists) > 1:
        raise refusal(file, f"holds the lists {', '.join(lists)}; name one with records")
    if not lists:
        return [value]
    others = [key for key in value if key != lists[0]]
    troubles.add(
        "guessed", f"the records are those of {lists[0]!r}{'; left out: ' + ', '.join(others) if others else ''}"
    )
    held: list[Any] = value[lists[0]]
    return held
