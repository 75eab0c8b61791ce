"""Files of every format, made from the table of truths."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import struct
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import files_truth as truth

HERE = Path(__file__).parent


def text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, (dt.date, dt.datetime)) else str(cell)


def a_csv(file: Path, rows: Sequence[Sequence[Any]] = truth.ROWS, **form: Any) -> Path:
    encoding = form.pop("encoding", "utf-8")
    with file.open("w", encoding=encoding, newline="") as target:
        writer = csv.writer(target, **form)
        writer.writerow(truth.COLUMNS)
        writer.writerows([text(cell) for cell in row] for row in rows)
    return file


def _record(row: Sequence[Any]) -> dict[str, Any]:
    plain = [float(c) if isinstance(c, Decimal) else text(c) if isinstance(c, dt.date) else c for c in row]
    return dict(zip(truth.COLUMNS, plain, strict=True))


def a_json(file: Path) -> Path:
    file.write_text(json.dumps([_record(row) for row in truth.ROWS], indent=1), encoding="utf-8")
    return file


def json_lines(file: Path) -> Path:
    lines = [json.dumps(_record(row), ensure_ascii=False) + "\n" for row in truth.ROWS]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def an_xml(file: Path) -> Path:
    items = []
    for row in truth.ROWS:
        held = {name: text(cell) for name, cell in zip(truth.COLUMNS, row, strict=True) if cell is not None}
        number = held.pop("id")
        inner = "".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in held.items())
        items.append(f"<item id={quoteattr(number)}>{inner}</item>")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    file.write_text(f"{head}<catalog><made>today</made>{''.join(items)}</catalog>", encoding="utf-8")
    return file


def an_xlsx(file: Path, sheets: Sequence[str] = ("2026",)) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name in sheets:
        sheet = book.create_sheet(name)
        sheet.append(truth.COLUMNS)
        for row in truth.ROWS:
            sheet.append([float(cell) if isinstance(cell, Decimal) else cell for cell in row])
    book.save(file)
    return file


def an_xls(file: Path) -> Path:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("2026")
    day, moment = xlwt.easyxf(num_format_str="YYYY-MM-DD"), xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    for at, row in enumerate([truth.COLUMNS, *truth.ROWS]):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            style = (
                moment
                if isinstance(cell, dt.datetime)
                else day
                if isinstance(cell, dt.date)
                else xlwt.Style.default_style
            )
            sheet.write(at, column, float(cell) if isinstance(cell, Decimal) else cell, style)
    book.save(str(file))
    return file


def an_ods(file: Path) -> Path:
    rows = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in [truth.COLUMNS, *truth.ROWS]
    )
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    edge = f'<table:table-row table:number-rows-repeated="1048570">{empty}</table:table-row>'
    return ods_of(file, f'<table:table table:name="2026">{rows}{edge}</table:table>')


def ods_of(file: Path, tables: str) -> Path:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces} {calc}>{body}</office:document-content>"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return file


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    kinds: dict[type, str] = {
        bool: f'office:value-type="boolean" office:boolean-value="{text(cell)}"',
        int: f'office:value-type="float" office:value="{cell}"',
        Decimal: f'office:value-type="float" office:value="{cell}"',
        dt.date: f'office:value-type="date" office:date-value="{text(cell)}"',
        dt.datetime: f'office:value-type="date" office:date-value="{text(cell)}"',
        str: 'office:value-type="string"',
    }
    return f"<table:table-cell {kinds[type(cell)]}><text:p>{escape(text(cell))}</text:p></table:table-cell>"


# ── xlsb: a writer of the few records that a sheet needs ────────────────────────────────────


def an_xlsb(file: Path, rows: Sequence[Sequence[Any]] = (truth.COLUMNS, *truth.ROWS)) -> Path:
    wide = "http://schemas.openxmlformats.org"
    book = (
        _record_of(131)
        + _record_of(143)
        + _record_of(156, struct.pack("<II", 0, 1) + _wide_text("rId1") + _wide_text("2026"))
        + _record_of(144)
        + _record_of(132)
    )
    kinds = {
        "bin": "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
    }
    known = "".join(f'<Default Extension="{suffix}" ContentType="{kind}"/>' for suffix, kind in kinds.items())
    parts = {"worksheet": "worksheets/sheet1.bin", "styles": "styles.bin"}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{wide}/package/2006/content-types">{known}</Types>')
        archive.writestr("_rels/.rels", _rels(wide, {"officeDocument": "xl/workbook.bin"}))
        archive.writestr("xl/_rels/workbook.bin.rels", _rels(wide, parts))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/styles.bin", _styles())
        archive.writestr("xl/worksheets/sheet1.bin", _sheet(rows))
    return file


def _rels(wide: str, targets: dict[str, str]) -> str:
    kind = f"{wide}/officeDocument/2006/relationships"
    listed = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}/{name}" Target="{target}"/>'
        for at, (name, target) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{wide}/package/2006/relationships">{listed}</Relationships>'


def _styles() -> bytes:
    """Three forms of cells: plain, date (14), moment (22)."""
    forms = b"".join(_record_of(47, struct.pack("<HH", 0, form) + bytes(12)) for form in (0, 14, 22))
    return _record_of(278) + _record_of(617, struct.pack("<I", 3)) + forms + _record_of(618) + _record_of(279)


def _sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    width = max(map(len, rows))
    body = _record_of(129) + _record_of(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _record_of(145)
    for at, row in enumerate(rows):
        body += _record_of(0, struct.pack("<I", at) + bytes(13))
        body += b"".join(_xlsb_cell(column, cell) for column, cell in enumerate(row) if cell is not None)
    return body + _record_of(146) + _record_of(130)


def _xlsb_cell(column: int, cell: Any) -> bytes:
    form = 2 if isinstance(cell, dt.datetime) else 1 if isinstance(cell, dt.date) else 0
    head = struct.pack("<II", column, form)
    if isinstance(cell, bytes):  # the code of an error
        return _record_of(3, head + cell)
    if isinstance(cell, bool):
        return _record_of(4, head + bytes([cell]))
    if isinstance(cell, str):
        return _record_of(6, head + _wide_text(cell))
    if isinstance(cell, dt.date):
        moment = cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time.min)
        return _record_of(5, head + struct.pack("<d", (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)))
    return _record_of(5, head + struct.pack("<d", float(cell)))


def _wide_text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def _record_of(kind: int, body: bytes = b"") -> bytes:
    def number(value: int) -> bytes:
        found = bytearray()
        while True:
            value, low = value >> 7, value & 0x7F
            found.append(low | (0x80 if value else 0))
            if not value:
                return bytes(found)

    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + number(len(body)) + body


# ── dBASE, with memo ────────────────────────────────────────────────────────────────────────

_DBF_FIELDS = (
    ("ID", "N", 10, 0),
    ("NAME", "C", 30, 0),
    ("PRICE", "N", 12, 2),
    ("QTY", "N", 11, 0),
    ("DAY", "D", 8, 0),
    ("AT", "C", 20, 0),
    ("OPEN", "L", 1, 0),
    ("NOTE", "M", 10, 0),
)


def a_dbf(file: Path, rows: Sequence[Sequence[Any]] = truth.ROWS) -> Path:
    """dBASE III in cp1252, with its .dbt; it knows no moments, so those are texts."""
    memo = bytearray(512)
    records = b""
    for row in rows:
        cells = []
        for (_, kind, length, after), cell in zip(_DBF_FIELDS, row, strict=True):
            cells.append(_dbf_cell(kind, length, after, cell, memo))
        records += b" " + b"".join(cells)
    struct.pack_into("<I", memo, 0, len(memo) // 512)
    length = 1 + sum(field[2] for field in _DBF_FIELDS)
    head = struct.pack("<BBBBIHH", 0x83, 126, 1, 1, len(rows), 32 + 32 * len(_DBF_FIELDS) + 1, length)
    head += bytes(17) + b"\x03" + bytes(2)
    for name, kind, size, after in _DBF_FIELDS:
        head += name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([size, after]) + bytes(14)
    file.write_bytes(head + b"\r" + records + b"\x1a")
    file.with_suffix(".dbt").write_bytes(memo)
    return file


def _dbf_cell(kind: str, length: int, after: int, cell: Any, memo: bytearray) -> bytes:
    if kind == "M":
        if cell is None:
            return b" " * length
        block = len(memo) // 512
        held = str(cell).encode("cp1252") + b"\x1a\x1a"
        memo.extend(held.ljust(-(-len(held) // 512) * 512, b"\0"))
        return str(block).rjust(length).encode()
    if cell is None:
        return b" " * length
    if kind == "L":
        return b"T" if cell else b"F"
    if kind == "D":
        return cell.strftime("%Y%m%d").encode()
    if kind == "N":
        return (f"{cell:.{after}f}" if after else str(cell)).rjust(length).encode()
    return text(cell).encode("cp1252").ljust(length)


# ── PDF and Parquet ─────────────────────────────────────────────────────────────────────────


def a_pdf(file: Path, rows: Sequence[Sequence[Any]] = truth.ROWS, repeat: int = 1) -> Path:
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A3, landscape
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    style = getSampleStyleSheet()["Normal"]
    cells = [[Paragraph(escape(text(cell)), style) for cell in row] for row in [truth.COLUMNS, *list(rows) * repeat]]
    table = Table(cells, colWidths=[40, 130, 70, 90, 80, 140, 50, 300], repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    SimpleDocTemplate(str(file), pagesize=landscape(A3)).build([table])
    return file


def a_parquet(file: Path) -> Path:
    import pyarrow as pa
    from pyarrow import parquet

    moments = pa.timestamp("us", tz="UTC")
    types = (pa.int64(), pa.string(), pa.float64(), pa.int64(), pa.date32(), moments, pa.bool_(), pa.string())
    columns = list(zip(*truth.ROWS, strict=True))
    plain = [[float(c) if isinstance(c, Decimal) else c for c in column] for column in columns]
    table = pa.table([pa.array(c, t) for c, t in zip(plain, types, strict=True)], names=list(truth.COLUMNS))
    parquet.write_table(table, file)
    return file


def an_mdb(file: Path) -> Path:
    """A database that Jackcess wrote (access/Make.java says how), of the version that the suffix has."""
    packed = HERE / "access" / f"truth{file.suffix}.gz"
    file.write_bytes(gzip.decompress(packed.read_bytes()))
    return file


MAKERS: dict[str, Callable[[Path], Path]] = {
    ".csv": a_csv,
    ".json": a_json,
    ".jsonl": json_lines,
    ".xml": an_xml,
    ".xlsx": an_xlsx,
    ".xls": an_xls,
    ".xlsb": an_xlsb,
    ".ods": an_ods,
    ".dbf": a_dbf,
    ".pdf": a_pdf,
    ".parquet": a_parquet,
    ".mdb": an_mdb,
    ".accdb": an_mdb,
}


def make(folder: Path, suffix: str) -> Path:
    return MAKERS[suffix](folder / f"truth{suffix}")
