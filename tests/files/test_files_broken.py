"""Broken files: each is an error with its place, and nothing is made of it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import files_making as making
import files_truth as truth
import pytest

from genie_provider.files import convert, guard, table
from genie_provider.files.options import ReadOptions
from genie_provider.files.table import open_table
from genie_provider.files.troubles import FileError

Maker = Callable[[Path], Path]


def written(name: str, content: str | bytes) -> Maker:
    def make(folder: Path) -> Path:
        file = folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return make


def error_cell(folder: Path) -> Path:
    file = making.an_xlsx(folder / "errors.xlsx")
    return patched(
        file, "xl/worksheets/sheet1.xml", '<c r="C3" t="n"><v>-0.25</v></c>', '<c r="C3" t="e"><v>#DIV/0!</v></c>'
    )


def formula(folder: Path) -> Path:
    file = making.an_xlsx(folder / "formula.xlsx")
    return patched(file, "xl/worksheets/sheet1.xml", '<c r="D4" t="n"><v>-7</v></c>', '<c r="D4"><f>B4*2</f></c>')


def patched(file: Path, inner: str, old: str, new: str) -> Path:
    """The archive with a text in one of its files replaced."""
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in held[inner], held[inner][:1500]
    held[inner] = held[inner].replace(old.encode(), new.encode())
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return file


def cut(maker: Maker, share: float = 0.5) -> Maker:
    def make(folder: Path) -> Path:
        file = maker(folder)
        content = file.read_bytes()
        file.write_bytes(content[: int(len(content) * share)])
        return file

    return make


def dbf_cut(folder: Path) -> Path:
    file = making.a_dbf(folder / "short.dbf", truth.ROWS * 100)
    file.write_bytes(file.read_bytes()[:3000])
    return file


def dbf_without_memo(folder: Path) -> Path:
    file = making.a_dbf(folder / "memo.dbf")
    file.with_suffix(".dbt").unlink()
    return file


def dbf_overflow(folder: Path) -> Path:
    file = making.a_dbf(folder / "stars.dbf")
    file.write_bytes(file.read_bytes().replace(b"       12.50", b"************"))
    return file


def bomb(folder: Path) -> Path:
    file = folder / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(guard.SMALL_BYTES + 1))
    return file


def locked(folder: Path) -> Path:
    """As Excel writes a workbook with a password: an old-style container with an encrypted package."""
    file = folder / "locked.xlsx"
    file.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    )
    return file


def scanned(folder: Path) -> Path:
    from PIL import Image
    from reportlab.pdfgen.canvas import Canvas

    Image.new("RGB", (40, 40), "white").save(folder / "scan.png")
    canvas = Canvas(str(folder / "scan.pdf"))
    canvas.drawImage(str(folder / "scan.png"), 50, 50)
    canvas.save()
    return folder / "scan.pdf"


def pdf_with_password(folder: Path) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(folder / "locked.pdf"), encrypt="secret")
    canvas.drawString(50, 50, "text")
    canvas.save()
    return folder / "locked.pdf"


def xls_error(folder: Path) -> Path:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    sheet.write(0, 0, "a")
    sheet.row(1).set_cell_error(0, 0x2A)
    book.save(str(folder / "errors.xls"))
    return folder / "errors.xls"


def ods_error(folder: Path) -> Path:
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    kind = "calcext:value-type='error' office:value-type='string'"
    bad = f"<table:table-cell table:formula='of:=1/0' {kind}><text:p>#DIV/0!</text:p></table:table-cell>"
    rows = f"<table:table-row>{cell.format('a')}</table:table-row><table:table-row>{bad}</table:table-row>"
    return making.ods_of(folder / "errors.ods", f'<table:table table:name="s">{rows}</table:table>')


def a_folder(folder: Path) -> Path:
    (folder / "data.csv").mkdir()
    return folder / "data.csv"


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "data.csv")
    return folder / "data.csv"


ENTITIES = '<!DOCTYPE l [<!ENTITY a "xxxx"><!ENTITY b "&a;&a;&a;">]><l><r>&b;</r><r>y</r></l>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l><r>&a;</r><r>y</r></l>'
LINES = "id,name\n1,a\n"

BROKEN: dict[str, tuple[Maker, str]] = {
    "error cell": (error_cell, "sheet: 2026, row 3, column price: the cell holds the error #DIV/0!"),
    "formula": (formula, "2026, row 4, column qty: the formula has no stored value (=B4*2)"),
    "xls error": (xls_error, "s, row 2, column a: the cell holds the error #N/A"),
    "xlsb error": (
        lambda folder: making.an_xlsb(folder / "errors.xlsb", [("a", "b"), (1, b"\x2a"), (2, 3)]),
        "2026, row 2, column b: the cell holds the error #N/A",
    ),
    "ods error": (ods_error, "s, row 2, column a: the cell holds the error #DIV/0!"),
    "short row": (written("short.csv", LINES + "2\n"), "short.csv: row 3: 1 cells under 2 columns"),
    "long row": (written("long.csv", LINES + "2,b,c\n"), "long.csv: row 3: 3 cells under 2 columns"),
    "open quote": (
        written("quote.csv", LINES + '2,"b\n'),
        "quote.csv: row 3: not CSV: a quote is opened and never closed",
    ),
    "bytes": (
        written("bytes.csv", (LINES + "2,b\n" * 70_000).encode() + b"3,\xff\n"),
        "bytes.csv: row 70003, column name: '\ufffd' holds bytes that are no text",
    ),
    "empty": (written("empty.csv", ""), "empty.csv: empty; the first line names the columns"),
    "json cut": (written("cut.json", '[{"a": 1}, {"a": 2'), "cut.json: not JSON"),
    "json scalar": (written("scalar.json", "[1, 2]"), "scalar.json: row 1: the list holds a number, not an object"),
    "json twice": (written("twice.json", '[{"a": 1, "a": 2}]'), "row 1, column a: the key 'a' stands twice"),
    "json nan": (written("nan.jsonl", '{"a": 1}\n{"a": NaN}\n'), "row 2, column a: NaN is no number in JSON"),
    "json line": (written("line.jsonl", '{"a": 1}\n{"a": \n'), "line.jsonl: row 2: not JSON: Expecting value"),
    "xml cut": (written("cut.xml", "<l><r>1</r><r>2</r>\n<r>"), "cut.xml: row 2: not XML: no element found"),
    "xml entities": (written("bomb.xml", ENTITIES), "bomb.xml: defines entities or refers to other files"),
    "xml outside": (written("outside.xml", OUTSIDE), "outside.xml: defines entities or refers to other files"),
    "dbf short": (dbf_cut, "short.dbf: row 27: the header says 500 rows, the file holds 26"),
    "dbf memo": (dbf_without_memo, "memo.dbf: column NOTE: the file of its long texts, memo.dbt, is not beside it"),
    "dbf overflow": (dbf_overflow, "row 1, column PRICE: the number was too large for its field"),
    "dbf no": (written("no.dbf", "hello" * 20), "no.dbf: is damaged or no dBASE table"),
    "zip bomb": (bomb, "bomb.xlsx: unpacks to 100 MB from 0.1 MB, as only bombs do"),
    "password": (locked, "locked.xlsx: is protected by a password"),
    "xlsx cut": (cut(lambda folder: making.an_xlsx(folder / "cut.xlsx")), "cut.xlsx: is cut short or damaged"),
    "xlsx html": (written("page.xlsx", "<html></html>"), "page.xlsx: is named .xlsx but holds HTML or XML"),
    "pdf scanned": (scanned, "page 1: is a picture without text; a warehouse can read it by ai_parse_document"),
    "pdf password": (pdf_with_password, "locked.pdf: is protected by a password"),
    "pdf no": (written("no.pdf", "hello"), "no.pdf: is damaged or no PDF"),
    "parquet cut": (cut(lambda folder: making.a_parquet(folder / "cut.parquet")), "is damaged or no Parquet file"),
    "suffix": (written("data.doc", "x"), "data.doc: .doc: readable are .csv"),
    "folder": (a_folder, "data.csv: is a folder; name a file in it"),
    "pipe": (a_pipe, "data.csv: is no regular file"),
    "missing": (lambda folder: folder / "no.csv", "no.csv: there is no such file"),
}
if shutil.which("mdb-export"):
    BROKEN["access cut"] = (cut(lambda folder: making.an_mdb(folder / "cut.mdb"), 0.02), "cut.mdb: ")
    BROKEN["access no"] = (written("no.mdb", "hello" * 2000), "no.mdb: is damaged, protected by a password")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_an_error_with_its_place(tmp_path: Path, name: str) -> None:
    make, said = BROKEN[name]
    file, target = make(tmp_path), tmp_path / "out" / "out.csv"

    with pytest.raises(FileError) as caught:
        with open_table(file) as found:
            convert.write(found, target)

    assert said.removeprefix("sheet: ") in str(caught.value)
    assert str(file) in str(caught.value)
    assert not target.parent.exists() or not list(target.parent.iterdir())


def test_what_is_allowed_by_name_becomes_null_and_is_told(tmp_path: Path) -> None:
    with open_table(error_cell(tmp_path), ReadOptions(allow=("error-cell",))) as found:
        convert.write(found, tmp_path / "out.csv")
        prices = [row[2] for row in found.rows_of_values()]

    assert prices == [12.5, None, 0.1, 99999.99, None]
    assert [each.kind for each in found.troubles.listed()] == ["error-cell"]


def test_of_a_short_dbf_only_whole_rows_are_kept(tmp_path: Path) -> None:
    with open_table(dbf_cut(tmp_path), ReadOptions(allow=("short-file",))) as found:
        assert [truth.values(row)[0] for row in found.rows_of_values()] == [1, 2, 3, 4, 5] * 5 + [1]


def test_given_types_that_do_not_fit_name_the_cell(tmp_path: Path) -> None:
    file = written("t.csv", "id,price\n1,1.25\n2,1.255\n3,x\n")(tmp_path)

    with pytest.raises(FileError) as caught:
        with open_table(file, ReadOptions(types={"price": "decimal(4,2)"})) as found:
            convert.write(found, tmp_path / "out.csv")

    assert "row 3, column price: '1.255' is no decimal(4,2)" in str(caught.value)
    assert "row 4, column price: 'x' is no decimal(4,2)" in str(caught.value)
    assert "to go on all the same: allow wrong-type" in str(caught.value)
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_changes_while_it_is_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = making.a_csv(tmp_path / "t.csv")
    read = table._read

    def reading(*arguments: object) -> table.Table:
        file.write_text("id\n1\n")
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(table, "_read", reading)
    with pytest.raises(FileError, match="was changed while it was read"):
        with open_table(file):
            pass


@pytest.mark.parametrize("named", ["/etc/passwd", "../secret.csv", "data/../../secret.csv", "C:/x.csv", "..\\x.csv"])
def test_a_spec_names_no_file_outside_of_its_folder(tmp_path: Path, named: str) -> None:
    with pytest.raises(FileError):
        guard.inside(tmp_path, named)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    making.a_csv(tmp_path / "secret.csv")
    (tmp_path / "project" / "data.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(FileError, match="is a link that leads out"):
        guard.inside(tmp_path / "project", "data.csv")


def test_a_missing_library_is_named_with_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    file = making.an_xlsx(tmp_path / "t.xlsx")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(FileError, match=r"reading Excel needs openpyxl: pip install 'genie-spaces\[excel\]'"):
        with open_table(file):
            pass


# ── told, not stopped ───────────────────────────────────────────────────────────────────────


def told(file: Path, options: ReadOptions | None = None) -> list[str]:
    with open_table(file, options) as found:
        list(found.batches())
        return [str(each).removeprefix(f"{file}: ") for each in found.troubles.listed()]


def test_headings_that_cannot_name_columns_are_renamed_and_told(tmp_path: Path) -> None:
    file = written("t.csv", "a b,A_b,,x.y\n1,2,3,4\n")(tmp_path)

    assert told(file) == [
        "column a_b: notice: the heading 'a b' cannot name a column; 'a b' → 'a_b'",
        "column A_b_2: notice: the heading 'A_b' stands twice; the later one is called A_b_2",
        "column column_3: notice: column 3 has no heading; it is called column_3",
        "column x_y: notice: the heading 'x.y' cannot name a column; 'x.y' → 'x_y'",
    ]


def test_mixed_types_are_text_and_told_with_the_first_cell_that_differs(tmp_path: Path) -> None:
    file = written("t.csv", "n\n1\n2\n3\n4\n5\nn/a\n")(tmp_path)

    assert told(file) == ["row 7, column n: notice: the column is text because of 'n/a'; nearly all others are numbers"]


def test_numbers_among_dates_are_told(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["day"], [dt.date(2024, 1, 1)], [dt.date(2024, 1, 2)], [45000]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")

    (message,) = told(tmp_path / "t.xlsx")
    assert "row 4, column day: notice: holds 2 moments, 1 whole numbers; the column is text" in message


def test_merged_cells_and_empty_rows_are_told(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["a", "b"], [1, 2], [None, None], [3, 4]):
        book.active.append(row)
    book.active.merge_cells("A4:B4")
    book.save(tmp_path / "t.xlsx")

    assert [line.split(": notice: ")[1] for line in told(tmp_path / "t.xlsx")] == [
        "1 empty row left out",
        "1 merged cell (A4:B4): only the first of each holds the value",
    ]


def test_deleted_rows_of_a_dbf_are_counted(tmp_path: Path) -> None:
    file = making.a_dbf(tmp_path / "t.dbf")
    content = bytearray(file.read_bytes())
    header, length = struct.unpack_from("<HH", content, 8)
    content[header + length] = ord("*")
    file.write_bytes(content)

    assert told(file) == ["notice: 1 row marked as deleted left out"]


@pytest.mark.parametrize(
    ("cells", "type"),
    [
        (["007", "1"], "string"),
        (["1", "2"], "bigint"),
        (["123456789012345678901"], "decimal(21,0)"),
        (["0.12345678901234567"], "decimal(18,17)"),
        (["1.10", "2"], "double"),
        (["1e3"], "double"),
        (["-0"], "string"),
        (["+1"], "string"),
        (["1" * 39], "string"),
        (["nan", "inf"], "string"),
        (["NA", "NULL"], "string"),
        (["٣"], "string"),
        (["2024-02-30"], "string"),
        (["2024-02-29"], "date"),
        (["2024-02-29T12:00:00.5Z"], "timestamp"),
        (["2024-02-29 12:00:00.1234567"], "string"),
        (["03/04/2024"], "string"),
        (["TRUE", "false"], "boolean"),
        (["yes", "no"], "string"),
    ],
)
def test_a_type_is_found_only_where_every_value_survives(tmp_path: Path, cells: list[str], type: str) -> None:
    file = written("t.csv", "\n".join(["n", *cells]) + "\n")(tmp_path)

    with open_table(file) as found:
        assert found.columns[0].type == type
        if type == "string":
            assert [row[0] for row in found.rows_of_values()] == cells
