"""pdf: ruled tables of a PDF, by pdfplumber.

A table that goes on over pages is one table: the same number of columns at the same places, with or without the
headings again. Line breaks within a cell become blanks, since they come from the width of the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..options import ReadOptions
from ..raw import RawTable, batched
from ..troubles import Troubles, refusal

_SAME_PLACE_POINTS = 3.0


@dataclass
class _Found:
    """A table with the pages it stands on. Each row is its page, its number in the table, and its cells."""

    edges: tuple[float, ...]
    rows: list[list[str | None]]
    pages: list[int] = field(default_factory=list)
    repeated_on: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        first, last = self.pages[0], self.pages[-1]
        return f"page {first}" if first == last else f"pages {first}-{last}"


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    found = _tables(file, options, troubles)
    names = _names(found)
    if options.table:
        wanted = options.table
        if wanted in names:
            return [wanted]
        if wanted.isdigit() and 1 <= int(wanted) <= len(names):
            return [names[int(wanted) - 1]]
        raise refusal(file, f"there is no table {wanted!r}; there are {', '.join(names) or 'none with lines'}")
    if not names:
        troubles.check()
        raise refusal(file, "holds no table with lines around its cells")
    return names


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    found = _tables(file, options, Troubles(str(file)))
    table = found[_names(found).index(part)]
    if table.repeated_on:
        troubles.add("repeated-head", f"the headings stand again on page {_listed(table.repeated_on)}", part=part)
    first, rows = table.rows[0], table.rows[1:]
    headings = [cell or "" for cell in first]
    if not options.header:
        headings, rows = [f"column_{at}" for at in range(1, len(first) + 1)], table.rows
    numbered: Iterator[tuple[int, Sequence[Any]]] = enumerate(rows, start=2 if options.header else 1)
    return RawTable(part, headings, batched(numbered), inference="texts")


def _names(tables: list[_Found]) -> list[str]:
    names: list[str] = []
    for table in tables:
        again = sum(name == table.name or name.startswith(f"{table.name} (") for name in names)
        names.append(f"{table.name} ({again + 1})" if again else table.name)
    return names


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (", …" if len(numbers) > 5 else "")


def _tables(file: Path, options: ReadOptions, troubles: Troubles) -> list[_Found]:
    found: list[_Found] = []
    with _opened(file) as document:
        wanted = _pages(file, options.pages, len(document.pages))
        for number, page in enumerate(document.pages, start=1):
            if number in wanted:
                _take(page, number, found, troubles)
                page.close()
    return found


def _opened(file: Path) -> Any:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        document = pdfplumber.open(file)
        len(document.pages)
        return document
    except Exception as error:  # pdfplumber wraps pdfminer's errors, of which there are many
        if isinstance(error, PDFPasswordIncorrect) or any(
            isinstance(each, PDFPasswordIncorrect) for each in error.args
        ):
            raise refusal(file, "is protected by a password; save it without one") from None
        words = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise refusal(file, f"is damaged or no PDF: {words}") from None


def _pages(file: Path, text: str, count: int) -> set[int]:
    if not text:
        return set(range(1, count + 1))
    wanted: set[int] = set()
    for piece in text.split(","):
        match = re.match(r"\s*(\d+)\s*(?:-\s*(\d+))?\s*\Z", piece)
        if not match or not 1 <= int(match[1]) <= int(match[2] or match[1]) <= count:
            raise refusal(file, f"pages {text!r}: it has {count}; give them as 2-5 or 1,3")
        wanted |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return wanted


def _take(page: Any, number: int, found: list[_Found], troubles: Troubles) -> None:
    """The tables of a page; the first of them may go on from the last of the page before."""
    if not page.chars and page.images:
        message = "is a picture without text; a warehouse can read it by ai_parse_document"
        troubles.add("no-text", message, part=f"page {number}")
        return
    for at, table in enumerate(page.find_tables()):
        rows = [[_plain(cell) for cell in row] for row in table.extract()]
        rows = [row for row in rows if any(row)]
        edges = _edges(table)
        if not rows:
            continue
        last = found[-1] if found and at == 0 else None
        if last and last.pages[-1] == number - 1 and _same(last.edges, edges) and len(rows[0]) == len(last.rows[0]):
            if rows[0] == last.rows[0]:
                rows = rows[1:]
                last.repeated_on.append(number)
            last.rows += rows
            last.pages.append(number)
        else:
            found.append(_Found(edges, rows, [number]))


def _plain(cell: str | None) -> str | None:
    return re.sub(r"\s*\n\s*", " ", cell).strip() or None if cell else None


def _edges(table: Any) -> tuple[float, ...]:
    return tuple(sorted({round(cell[0], 1) for cell in table.cells} | {round(cell[2], 1) for cell in table.cells}))


def _same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= _SAME_PLACE_POINTS for a, b in zip(one, other, strict=True))
