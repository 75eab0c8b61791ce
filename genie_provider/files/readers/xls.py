"""xls: Excel 97 workbooks, by xlrd, which tells errors and dates from texts and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..options import ReadOptions
from ..raw import Bad, RawTable
from ..troubles import Troubles, refusal
from . import grid


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return grid.choose(file, list(_workbook(file).sheet_names()), options)


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    book = _workbook(file)
    return grid.table(file, part, _rows(book, book.sheet_by_name(part)), options, troubles)


def _workbook(file: Path) -> Any:
    import io

    import xlrd

    try:
        return xlrd.open_workbook(str(file), on_demand=True, logfile=io.StringIO())
    except Exception as error:  # xlrd raises AssertionError, struct.error and its own XLRDError on damaged files
        words = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        if "encrypted" in words.lower():
            raise refusal(file, "is protected by a password; save it without one") from None
        raise refusal(file, f"is damaged or no Excel 97 workbook: {words}") from None


def _rows(book: Any, sheet: Any) -> Iterator[grid.Numbered]:
    for at in range(sheet.nrows):
        kinds, values = sheet.row_types(at), sheet.row_values(at)
        yield at + 1, [_value(book, kind, value) for kind, value in zip(kinds, values, strict=True)]


def _value(book: Any, kind: int, value: Any) -> Any:
    import xlrd

    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or value == "":
        return None
    if kind == xlrd.XL_CELL_ERROR:
        word = xlrd.error_text_from_code.get(value, "?")
        return Bad("error-cell", f"the cell holds the error {word}")
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        return _moment(value, book.datemode)
    if kind == xlrd.XL_CELL_NUMBER:
        return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
    return value


def _moment(value: float, datemode: int) -> Any:
    import xlrd

    if 0 <= value < 1:
        return dt.time(*xlrd.xldate_as_tuple(value, datemode)[3:])
    try:
        return xlrd.xldate_as_datetime(value, datemode)
    except (OverflowError, ValueError):
        return Bad("error-cell", f"the number {value} is no date")
