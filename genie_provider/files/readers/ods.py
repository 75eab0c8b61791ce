"""ods: OpenDocument sheets, read piece by piece from their XML."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from .. import guard
from ..options import ReadOptions
from ..raw import Bad, RawTable
from ..texts import timestamp
from ..troubles import Troubles, refusal
from . import grid

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR = re.compile(r"(#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+)\Z")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S\Z")
MOST_COLUMNS: Final = 16_384


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    names = [
        str(each.get(f"{_TABLE}name"))
        for event, each in _events(file)
        if event == "start" and each.tag == f"{_TABLE}table"
    ]
    return grid.choose(file, names, options)


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    return grid.table(file, part, _rows(file, part), options, troubles)


def _events(file: Path) -> Iterator[tuple[str, Element]]:
    guard.check_archive(file)
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with zipfile.ZipFile(file) as archive:
            _check_encryption(file, archive)
            with archive.open("content.xml") as source:
                yield from iterparse(source, events=("start", "end"))
    except (KeyError, zipfile.BadZipFile, ParseError, DefusedXmlException, EOFError) as error:
        raise refusal(file, f"is damaged or no OpenDocument sheet: {str(error)[:120]}") from None


def _check_encryption(file: Path, archive: zipfile.ZipFile) -> None:
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise refusal(file, "is protected by a password; save it without one")


def _rows(file: Path, part: str) -> Iterator[grid.Numbered]:
    inside, number = False, 0
    for event, element in _events(file):
        if element.tag == f"{_TABLE}table":
            inside = event == "start" and element.get(f"{_TABLE}name") == part
            if event == "end":
                element.clear()
        elif inside and event == "end" and element.tag == f"{_TABLE}table-row":
            row = _cells(element)
            repeat = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            for _ in range(repeat if row else 1):
                number += 1
                yield number, row
            number += 0 if row else repeat - 1
            element.clear()


def _cells(row: Element) -> list[Any]:
    """The cells of a row without the empty ones at its end, which are said to repeat to the edge of the sheet."""
    cells: list[Any] = []
    empty = 0
    for each in row:
        if each.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeat = min(int(each.get(f"{_TABLE}number-columns-repeated", "1")), MOST_COLUMNS)
        value = _value(each)
        if value is None:
            empty += repeat
            continue
        cells += [None] * empty + [value] * repeat
        empty = 0
    return cells


def _value(cell: Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    text = "\n".join("".join(each.itertext()) for each in cell.findall(f"{_TEXT}p"))
    if cell.get(f"{_CALC}value-type") == "error" or (cell.get(f"{_TABLE}formula") and _ERROR.match(text)):
        return Bad("error-cell", f"the cell holds the error {text or '#N/A'}")
    if kind is None:
        if cell.get(f"{_TABLE}formula"):
            return Bad("formula-without-value", "the formula has no stored value: save it with LibreOffice or Excel")
        return None
    if kind in ("float", "percentage", "currency"):
        return _number(str(cell.get(f"{_OFFICE}value")))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return _moment(str(cell.get(f"{_OFFICE}date-value")))
    if kind == "time":
        return _time(str(cell.get(f"{_OFFICE}time-value")))
    return cell.get(f"{_OFFICE}string-value") or text or None


def _number(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return Bad("error-cell", f"{text!r} is no number")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _moment(text: str) -> Any:
    try:
        return timestamp(text) if "T" in text else dt.datetime.combine(dt.date.fromisoformat(text), dt.time.min)
    except ValueError:
        return Bad("error-cell", f"{text!r} is no date")


def _time(text: str) -> Any:
    match = _DURATION.match(text)
    if match and int(match[1]) < 24:
        hour, minute, second = map(int, match.groups())
        return dt.time(hour, minute, second)
    return text
