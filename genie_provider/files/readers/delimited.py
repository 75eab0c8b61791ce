"""delimited: CSV and its cousins. Encoding and delimiter are found from the first part of the file, and told.

An empty cell is NULL, quoted or not. Cells keep their blanks.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ..options import ReadOptions
from ..raw import Bad, RawTable, batched
from ..troubles import Troubles, refusal

SAMPLE_BYTES: Final = 262_144
DELIMITERS: Final = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}
LONGEST_CELL: Final = 16_000_000
_ESCAPED = re.compile(r"[\udc80-\udcff]")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return [""]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    csv.field_size_limit(LONGEST_CELL)
    form = dialect(file, options, troubles)
    rows = _rows(file, form)
    first = next(rows, None)
    if first is None:
        raise refusal(file, "empty; the first line names the columns")
    if options.header:
        names, start = list(first[1]), rows
    else:
        names, start = [f"column_{at}" for at in range(1, len(first[1]) + 1)], _again(first, rows)
    return RawTable("", names, batched(_checked(start, names, troubles)), inference="texts")


def _again(first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _checked(
    rows: Iterator[tuple[int, list[str]]], names: list[str], troubles: Troubles
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows with NULL for empty cells; too few or too many cells are told."""
    width = len(names)
    for number, row in rows:
        if len(row) < width:
            troubles.add("short-row", f"{len(row)} cells under {width} columns", row=number)
        elif len(row) > width:
            troubles.add("long-row", f"{len(row)} cells under {width} columns", row=number)
            names += [""] * (len(row) - len(names))
        yield number, _cells(row)


def _cells(row: list[str]) -> list[Any]:
    cells: list[Any] = [cell or None for cell in row]
    if _ESCAPED.search("".join(row)):
        return [_undecodable(cell) if cell and _ESCAPED.search(cell) else cell for cell in cells]
    return cells


def _undecodable(cell: str) -> Bad:
    shown = _ESCAPED.sub("\ufffd", cell)[:40]
    return Bad("undecodable", f"{shown!r} holds bytes that are no text in this encoding; give encoding")


def _rows(file: Path, form: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Line numbers, where each row begins, and rows; empty lines are no rows."""
    try:
        with file.open(encoding=form.encoding, errors=form.errors, newline="") as source:
            reader = csv.reader(source, **form.arguments)
            before = 0
            for row in reader:
                if row:
                    yield before + 1, row
                before = reader.line_num
    except UnicodeError as error:
        raise refusal(file, f"is not {form.encoding}: {error.__class__.__name__}; give encoding") from None
    except csv.Error as error:
        raise refusal(file, f"not CSV: {_plain(error)}", row=reader.line_num) from None


def _plain(error: csv.Error) -> str:
    text = str(error)
    return "a quote is opened and never closed" if "unexpected end" in text else text


# ── what the file does not say itself ───────────────────────────────────────────────────────


class Dialect:
    """How a file is written: encoding, delimiter, quotes."""

    def __init__(self, encoding: str, delimiter: str, quote: str | None) -> None:
        self.encoding, self.delimiter, self.quote = encoding, delimiter, quote
        self.errors = "strict" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        self.arguments: dict[str, Any] = {"delimiter": delimiter, "strict": True}
        if quote:
            self.arguments["quotechar"] = quote
        else:
            self.arguments["quoting"] = csv.QUOTE_NONE


def dialect(file: Path, options: ReadOptions, troubles: Troubles) -> Dialect:
    """How the file is written, as given or found out; other than UTF-8 with commas is told."""
    with file.open("rb") as source:
        sample = source.read(SAMPLE_BYTES)
    encoding = _known(options.encoding, file) if options.encoding else _encoding(sample, troubles)
    quote = '"' if options.quote is None else options.quote
    text = sample.decode(encoding, "ignore")
    if len(sample) == SAMPLE_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    given = "\t" if options.delimiter == "tab" else options.delimiter
    return Dialect(encoding, given or _delimiter(file, text, quote, troubles), quote)


def _known(encoding: str, file: Path) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise refusal(file, f"there is no encoding {encoding!r}; Python's names: utf-8, cp1252, utf-16") from None
    return encoding


def _encoding(sample: bytes, troubles: Troubles) -> str:
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError as error:
        found = _guessed(sample)
        line = sample.count(b"\n", 0, error.start) + 1
        troubles.add("guessed", f"not UTF-8 (byte {error.start}); read as {found}: give encoding to be sure", row=line)
        return found
    return "utf-8"


def _guessed(sample: bytes) -> str:
    """cp1252 where nothing speaks against it, since most such files are from Windows in the West."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    name = best.encoding if best else "cp1252"
    if name in ("cp1250", "latin_1", "iso8859_15", "cp1252", "cp1254", "cp1257", "cp1258"):
        try:
            sample.decode("cp1252")
        except UnicodeDecodeError:
            return "latin_1"
        return "cp1252"
    return name.replace("_", "-")


def _delimiter(file: Path, text: str, quote: str, troubles: Troubles) -> str:
    if file.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    widths = {sign: _widths(text, sign, quote) for sign in DELIMITERS}
    even = {sign: found[0] for sign, found in widths.items() if found and found[0] > 1 and len(set(found)) == 1}
    if not even:
        even = {sign: width for sign, found in widths.items() if (width := _usual(found)) > 1}
    if not even:
        return ","
    best = max(even, key=lambda sign: (even[sign], sign == ","))
    rivals = [DELIMITERS[sign] for sign in even if sign != best]
    if rivals:
        message = f"cells are separated by {DELIMITERS[best]}; {' and '.join(rivals)} would fit as well: give delimiter"
        troubles.add("guessed", message)
    elif best != ",":
        troubles.add("guessed", f"cells are separated by {DELIMITERS[best]}")
    return best


def _widths(text: str, sign: str, quote: str) -> list[int]:
    found: list[int] = []
    arguments = Dialect("utf-8", sign, quote).arguments | {"strict": False}
    try:
        for row in csv.reader(text.splitlines(keepends=True), **arguments):
            if row:
                found.append(len(row))
            if len(found) == 200:
                break
    except csv.Error:
        return []
    return found


def _usual(widths: list[int]) -> int:
    """How many cells most rows have; 0 where there is no such number."""
    if not widths:
        return 0
    width, count = Counter(widths).most_common(1)[0]
    return width if count >= 0.8 * len(widths) or widths[0] == width else 0
