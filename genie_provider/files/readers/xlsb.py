"""xlsb: Excel's binary workbooks, by calamine; and a look of our own at the error cells, which it leaves out.

calamine reads an error as an empty text, without a word. So the records of the sheet are gone through for errors
first: each record is a type, a length (both in seven bits a byte) and its bytes; a row is record 0, an error record 3,
a formula with an error record 11, and both begin with the column's number.
"""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from .. import guard
from ..options import ReadOptions
from ..raw import Bad, RawTable
from ..troubles import Troubles, refusal
from . import grid

_ROW, _ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return grid.choose(file, list(_workbook(file).sheet_names), options)


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    sheet = _workbook(file).get_sheet_by_name(part)
    errors = _errors(file, part)
    first_row, first_column = sheet.start or (0, 0)

    def rows() -> Iterator[grid.Numbered]:
        for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first_row + 1):
            row: list[Any] = [None] * first_column + [_value(cell) for cell in cells]
            for column, word in errors.pop(number, {}).items():
                row += [None] * (column + 1 - len(row))
                row[column] = Bad("error-cell", f"the cell holds the error {word}")
            yield number, row

    return grid.table(file, part, rows(), options, troubles)


def _workbook(file: Path) -> Any:
    guard.check_archive(file)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(file))
    except CalamineError as error:
        raise refusal(file, f"is damaged or no Excel workbook: {str(error)[:120]}") from None


def _value(cell: Any) -> Any:
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
        return dt.datetime.combine(cell, dt.time.min)
    return cell


def _errors(file: Path, part: str) -> dict[int, dict[int, str]]:
    """Row from 1 → column from 0 → the error in that cell."""
    found: dict[int, dict[int, str]] = {}
    row = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for kind, body in _records(archive.read(_path(archive, part))):
                if kind == _ROW:
                    row = struct.unpack_from("<I", body)[0] + 1
                elif kind in (_ERROR, _FORMULA_ERROR):
                    column = struct.unpack_from("<I", body)[0]
                    found.setdefault(row, {})[column] = _ERRORS.get(body[8], "#UNKNOWN!")
    except (KeyError, struct.error, IndexError, zipfile.BadZipFile, ParseError) as error:
        raise refusal(
            file, f"is damaged: {type(error).__name__} while looking for errors in cells", part=part
        ) from None
    return found


def _path(archive: zipfile.ZipFile, part: str) -> str:
    """Where the sheet of that name lies in the archive."""
    from defusedxml.ElementTree import fromstring

    rels = fromstring(archive.read("xl/_rels/workbook.bin.rels"))
    targets = {each.get("Id"): str(each.get("Target")) for each in rels}
    for kind, body in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET:
            rel, at = _text(body, 8)
            name, _ = _text(body, at)
            if name == part:
                return re.sub(r"^/?(xl/)?", "xl/", targets[rel])
    raise KeyError(part)


def _text(body: bytes, at: int) -> tuple[str, int]:
    length = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        length, at = _number(data, at, 4)
        yield kind, data[at : at + length]
        at += length


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for step in range(most):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            break
    return value, at
