"""xlsx: Excel workbooks, by openpyxl, row by row.

openpyxl answers None for a formula that was never calculated, as it does for an empty cell; here its parser is asked
for the formula as well. An error in a cell (#N/A) is no text.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from .. import guard
from ..options import ReadOptions
from ..raw import Bad, RawTable
from ..troubles import FileError, Troubles, refusal
from . import grid

_opened: dict[str, tuple[guard.Stamp, Any]] = {}
"""Workbooks between `parts` and `read`: opening one takes a pass over every sheet that does not say its size."""


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    book = _workbook(file)
    _opened[str(file)] = (guard.Stamp.of(file), book)
    return grid.choose(file, [sheet.title for sheet in book.worksheets], options)


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    stamp, book = _opened.pop(str(file), (None, None))
    sheet = (book if book is not None and stamp == guard.Stamp.of(file) else _workbook(file))[part]
    return grid.table(file, part, _guarded(file, part, _rows(sheet, part, troubles)), options, troubles)


def _workbook(file: Path) -> Any:
    guard.check_archive(file)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():  # about styles and extensions, which do not matter to rows
            warnings.simplefilter("ignore")
            return load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parsing meets: KeyError, ParseError, ValueError
        raise _damaged(file, error) from None


def _damaged(file: Path, error: Exception, part: str = "") -> FileError:
    words = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return refusal(file, f"is damaged or no Excel workbook: {words}", part=part)


def _guarded(file: Path, part: str, rows: Iterator[grid.Numbered]) -> Iterator[grid.Numbered]:
    from xml.etree.ElementTree import ParseError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from rows
    except FileError:
        raise
    except (ParseError, BadZipFile, EOFError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise _damaged(file, error, part) from None


def _rows(sheet: Any, part: str, troubles: Troubles) -> Iterator[grid.Numbered]:
    book = sheet.parent
    with sheet._get_source() as source:
        parser = _parser_class()(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            row: list[Any] = [None] * (cells[-1]["column"] if cells else 0)
            for cell in cells:
                value = cell["value"]
                if cell["data_type"] == "e":
                    value = Bad("error-cell", f"the cell holds the error {value}")
                row[cell["column"] - 1] = value
            yield number, row
        merged = parser.merged_cells
    if merged is not None and merged.mergeCell:
        places = ", ".join(str(each.ref) for each in merged.mergeCell[:3])
        count = len(merged.mergeCell)
        where = f"{places}{', …' if count > 3 else ''}"
        message = f"{count} merged cell{'s' if count > 1 else ''} ({where}): only the first of each holds the value"
        troubles.add("merged-cells", message, part=part)


def _parser_class() -> Any:
    """openpyxl's parser of sheets, which also tells formulas without a value from empty cells.

    The class is private to openpyxl, and its two methods used here are as they were in 2.6 (2019).
    """
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if cell["value"] is None and len(element):
                formula = element.find(FORMULA_TAG)
                # A formula whose result is an empty text has a value element without content, and type "str".
                if formula is not None and element.get("t") != "str":
                    shown = f"={formula.text}" if formula.text else "a shared formula"
                    cell["value"] = Bad(
                        "formula-without-value", f"the formula has no stored value ({shown[:60]}): save it with Excel"
                    )
            return cell

    return Parser
