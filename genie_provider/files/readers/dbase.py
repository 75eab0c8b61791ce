"""dbase: dBASE, FoxPro and Clipper tables, by dbfread, with what it passes over said.

dbfread ends without a word at a file that is cut short, and reads an overflow (`****`) as NULL; numbers are read here
as decimals, as the fields declare them.
"""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

from ..options import ReadOptions
from ..raw import Bad, RawTable, batched
from ..troubles import Troubles, refusal


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    return [""]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    table = _opened(file, options, troubles)
    _check_memo(table, file, troubles)
    whole = _check_size(table, file, troubles)
    deleted = _deleted(file, table.header, whole)
    if deleted:
        message = f"{deleted:,} row{'s' if deleted > 1 else ''} marked as deleted left out"
        troubles.add("deleted-rows", message)
    headings = [str(field.name) for field in table.fields]
    declared = {str(field.name): type for field in table.fields if (type := _declared(field))}
    return RawTable("", headings, batched(islice(_rows(table, file, headings), whole - deleted)), declared=declared)


def _opened(file: Path, options: ReadOptions, troubles: Troubles) -> Any:
    from dbfread import DBF

    encoding = options.encoding or _encoding(file, troubles)
    try:
        return DBF(
            str(file),
            encoding=encoding,
            parserclass=_parser_class(),
            ignore_missing_memofile=True,
            char_decode_errors="strict",
        )
    except Exception as error:  # dbfread raises struct.error, ValueError, LookupError on what is no DBF
        raise refusal(file, f"is damaged or no dBASE table: {type(error).__name__}: {str(error)[:100]}") from None


def _encoding(file: Path, troubles: Troubles) -> str:
    """What the header says; a code page that it does not name is told."""
    from dbfread.codepages import guess_encoding

    head = file.open("rb").read(32)
    if len(head) < 32 or head[0] not in (0x02, 0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8E, 0xCB, 0xF5, 0xFB):
        raise refusal(file, "is empty" if not head else "is damaged or no dBASE table")
    try:
        return str(guess_encoding(head[29]))
    except LookupError:
        cpg = next((each for each in (file.with_suffix(".cpg"), file.with_suffix(".CPG")) if each.is_file()), None)
        if cpg is not None:
            return _from_cpg(cpg)
        troubles.add("guessed", "the header names no code page; read as cp1252: give encoding to be sure")
        return "cp1252"


def _from_cpg(file: Path) -> str:
    word = file.read_text(encoding="ascii", errors="replace").strip()
    try:
        return codecs.lookup(f"cp{word}" if word.isdigit() else word).name
    except LookupError:
        raise refusal(file, f"{word!r} names no encoding that is known; give encoding") from None


def _check_memo(table: Any, file: Path, troubles: Troubles) -> None:
    memos = [str(field.name) for field in table.fields if field.type in "MGPB" and table.header.dbversion != 0x30]
    memos += [str(field.name) for field in table.fields if field.type in "MGP" and table.header.dbversion == 0x30]
    if memos and table.memofilename is None:
        suffix = ".fpt" if table.header.dbversion in (0x30, 0x31, 0x32, 0xF5) else ".dbt"
        message = f"the file of its long texts, {file.stem}{suffix}, is not beside it"
        for name in dict.fromkeys(memos):
            troubles.add("missing-memo", message, column=name)


def _check_size(table: Any, file: Path, troubles: Troubles) -> int:
    """How many rows the file holds whole; tells if its header says more."""
    header, size = table.header, file.stat().st_size
    said, length = int(header.numrecords), int(header.recordlen)
    held = max(size - int(header.headerlen), 0) // length if length else 0
    if held < said:
        troubles.add("short-file", f"the header says {said:,} rows, the file holds {held:,}", row=held + 1)
    return min(held, said)


def _deleted(file: Path, header: Any, rows: int) -> int:
    """How many of the rows are marked as deleted, by the first byte of each."""
    count, at_once = 0, max(1_000_000 // int(header.recordlen), 1)
    with file.open("rb") as source:
        source.seek(int(header.headerlen))
        for first in range(0, rows, at_once):
            piece = source.read(min(at_once, rows - first) * int(header.recordlen))
            count += piece[:: int(header.recordlen)].count(b"*")
    return count


def _rows(table: Any, file: Path, headings: list[str]) -> Iterator[tuple[int, Sequence[Any]]]:
    number = 0
    try:
        for number, record in enumerate(table, start=1):
            yield number, [record[name] for name in headings]
    except UnicodeDecodeError as error:
        raise refusal(
            file, f"not {error.encoding} (byte {error.object[error.start]:#x}); give encoding", row=number + 1
        ) from None
    except Exception as error:  # damaged memo blocks and fields raise struct.error, OSError, ValueError
        raise refusal(file, f"is damaged: {type(error).__name__}: {str(error)[:100]}", row=number + 1) from None


def _declared(field: Any) -> str:
    """The SQL type of a field; empty where the values tell it."""
    digits, after = int(field.length), int(field.decimal_count)
    if field.type in "NF" and after:
        return f"decimal({min(digits, 38)},{after})"
    if field.type == "N":
        return "bigint" if digits <= 18 else f"decimal({min(digits, 38)},0)"
    plain = {"C": "string", "M": "string", "D": "date", "T": "timestamp", "@": "timestamp", "L": "boolean", "I": "int"}
    return {**plain, "Y": "decimal(19,4)", "O": "double", "B": "double", "+": "int"}.get(field.type, "")


def _parser_class() -> Any:
    from dbfread import FieldParser

    class Parser(FieldParser):  # type: ignore[misc]
        def parseN(self, field: Any, data: bytes) -> Any:
            text = data.strip(b" \0")
            if not text:
                return None
            if b"*" in text:
                return Bad("not-a-number", "the number was too large for its field (****)")
            try:
                number = Decimal(text.decode("ascii").replace(",", "."))
            except (InvalidOperation, UnicodeDecodeError):
                return Bad("not-a-number", f"{text!r} is no number")
            return number if field.decimal_count or number != number.to_integral_value() else int(number)

        parseF = parseN

        def parseC(self, field: Any, data: bytes) -> Any:
            return self.decode_text(data.rstrip(b"\0 ")) or None

        def parseD(self, field: Any, data: bytes) -> Any:
            text = data.strip(b" \0")
            if not text or text == b"00000000":
                return None
            try:
                return dt.datetime.strptime(text.decode("ascii"), "%Y%m%d").date()
            except (ValueError, UnicodeDecodeError):
                return Bad("error-cell", f"{text!r} is no date")

        def parseL(self, field: Any, data: bytes) -> Any:
            if data in b"TtYy":
                return True
            return (
                False if data in b"FfNn" else None if data in b"? \0" else Bad("error-cell", f"{data!r} is no boolean")
            )

        def parseY(self, field: Any, data: bytes) -> Any:
            return Decimal(int.from_bytes(data, "little", signed=True)).scaleb(-4)

    return Parser
