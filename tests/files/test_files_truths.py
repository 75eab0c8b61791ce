"""Every format is read into the same table: the table of truths."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import files_making as making
import files_truth as truth
import pytest

from genie_provider.files import convert
from genie_provider.files.info import info
from genie_provider.files.options import ReadOptions
from genie_provider.files.table import Table, open_table
from genie_provider.files.troubles import FileError

needs_mdbtools = pytest.mark.skipif(shutil.which("mdb-export") is None, reason="Access files are read by mdbtools")
SUFFIXES = [
    pytest.param(suffix, marks=needs_mdbtools if suffix in (".mdb", ".accdb") else ()) for suffix in making.MAKERS
]


def rows_of(table: Table) -> list[tuple[Any, ...]]:
    return [truth.values(row) for row in table.rows_of_values()]


def expected(suffix: str) -> list[tuple[Any, ...]]:
    """The truths, less what the format itself cannot say."""
    rows = [list(row) for row in truth.ROWS]
    for row in rows:
        if suffix in (".mdb", ".accdb"):
            row[4] = row[4] and dt.datetime.combine(row[4], dt.time.min)  # Access has moments alone
            row[6] = row[6] or False  # and a yes/no is never NULL
        if suffix == ".dbf" and row[5]:
            row[5] = row[5].isoformat()  # dBASE III has days alone
    return [truth.values(tuple(row)) for row in rows]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_cell_is_the_truth(tmp_path: Path, suffix: str) -> None:
    with open_table(making.make(tmp_path, suffix)) as table:
        found = rows_of(table)
        names = [column.name.lower() for column in table.columns]

    assert names[:8] == list(truth.COLUMNS)
    assert [row[:8] for row in found] == expected(suffix)


@pytest.mark.parametrize("suffix", [each for each in making.MAKERS if each not in (".dbf", ".mdb", ".accdb")])
def test_types_are_the_truths(tmp_path: Path, suffix: str) -> None:
    with open_table(making.make(tmp_path, suffix)) as table:
        types = {column.name: column.type for column in table.columns}

    assert types == truth.TYPES


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("target", [".parquet", ".csv", ".jsonl"])
def test_converted_and_read_again_it_is_the_same(tmp_path: Path, suffix: str, target: str) -> None:
    with open_table(making.make(tmp_path, suffix)) as table:
        before = rows_of(table)
        written = convert.write(table, tmp_path / f"out{target}")
    types = {column.name: column.type for column in table.columns}

    with open_table(written.file, ReadOptions(types=types)) as again:
        assert rows_of(again) == before
        assert written.rows == len(before)


@needs_mdbtools
def test_a_guid_of_access_is_whole(tmp_path: Path) -> None:
    with open_table(making.make(tmp_path, ".mdb")) as table:
        assert next(row[8] for row in table.rows_of_values()) == "{00000001-1111-2222-3333-444455556661}"


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("cp1252", ";"), ("utf-16", "\t"), ("utf-8-sig", "|"), ("utf-8", ",")]
)
def test_encodings_and_delimiters_are_found_and_told(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = making.a_csv(tmp_path / "t.csv", encoding=encoding, delimiter=delimiter)

    with open_table(file) as table:
        assert rows_of(table) == expected(".csv")
        told = " ".join(map(str, table.troubles.listed()))

    assert ("read as cp1252" in told) == (encoding == "cp1252")
    assert ("cells are separated by" in told) == (delimiter != ",")


def test_a_sheet_and_a_range_are_chosen(tmp_path: Path) -> None:
    file = making.an_xlsx(tmp_path / "t.xlsx", sheets=("2025", "2026"))

    with open_table(file, ReadOptions(sheet="2026", range="A1:C3")) as table:
        assert [str(column) for column in table.columns] == ["id bigint", "name string", "price double"]
        assert table.rows == 2
    with pytest.raises(FileError, match="holds 2 sheets: 2025, 2026; name one with sheet"):
        with open_table(file):
            pass


def test_a_table_of_a_pdf_goes_on_over_pages(tmp_path: Path) -> None:
    file = making.a_pdf(tmp_path / "t.pdf", repeat=30)

    with open_table(file) as table:
        assert table.rows == 150
        assert rows_of(table) == expected(".pdf") * 30
        assert any(each.kind == "repeated-head" for each in table.troubles.listed())


def test_info_tells_sheets_columns_and_rows(tmp_path: Path) -> None:
    found = info(making.an_xlsx(tmp_path / "t.xlsx", sheets=("a", "b")))

    assert [(part.part, part.rows, len(part.columns)) for part in found.parts] == [("a", 5, 8), ("b", 5, 8)]
    assert not found.stops
    assert found.as_json()["parts"][0]["columns"][2] == {"name": "price", "type": "double", "heading": "price"}
