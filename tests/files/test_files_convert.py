"""Many files, sheets combined or apart, partitions; a target is whole or not there."""

from __future__ import annotations

from pathlib import Path

import files_making as making
import files_truth as truth
import pytest

from genie_provider.errors import GenieError
from genie_provider.files.convert import convert_files
from genie_provider.files.options import ReadOptions
from genie_provider.files.table import open_table
from genie_provider.files.troubles import FileError


def rows(file: Path) -> int:
    with open_table(file) as table:
        return len([truth.values(row) for row in table.rows_of_values()])


def test_files_of_several_formats_become_one(tmp_path: Path) -> None:
    files = [making.make(tmp_path, suffix) for suffix in (".csv", ".xlsx", ".jsonl", ".parquet")]

    (written,) = convert_files(files, tmp_path / "all.parquet")

    assert written.rows == rows(written.file) == 4 * len(truth.ROWS)


def test_sheets_are_combined_or_apart(tmp_path: Path) -> None:
    book = making.an_xlsx(tmp_path / "b.xlsx", sheets=("2025", "last year"))

    (one,) = convert_files([book], tmp_path / "one.csv")
    apart = convert_files([book], tmp_path / "out.csv", apart=True)

    assert one.rows == 10
    assert [(each.file.name, each.rows) for each in apart] == [("out-2025.csv", 5), ("out-last_year.csv", 5)]


def test_columns_that_do_not_go_together_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    (tmp_path / "b.csv").write_text("id\nx\n")

    with pytest.raises(GenieError, match=r"column id is bigint in .*a.csv and string in .*b.csv; give its type"):
        convert_files([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out.parquet")
    given = ReadOptions(types={"id": "string"})
    assert convert_files([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out.parquet", given)[0].rows == 2


def test_partitions_are_folders_that_spark_reads(tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")

    convert_files([making.make(tmp_path, ".csv")], tmp_path / "out.parquet", partition="open")

    assert sorted(each.parent.name for each in (tmp_path / "out.parquet").rglob("*.parquet")) == [
        "open=__HIVE_DEFAULT_PARTITION__",
        "open=false",
        "open=true",
    ]
    assert dataset.dataset(tmp_path / "out.parquet", partitioning="hive").count_rows() == 5


def test_the_troubles_of_all_files_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,n\n1\n")
    (tmp_path / "b.csv").write_text("id,n\n1,2,3\n")
    (tmp_path / "out").mkdir()

    with pytest.raises(FileError) as caught:
        convert_files([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out" / "out.parquet")

    assert "a.csv: row 2: 1 cells" in str(caught.value) and "b.csv: row 2: 3 cells" in str(caught.value)
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "none"])
def test_compressions(tmp_path: Path, compression: str) -> None:
    (written,) = convert_files([making.make(tmp_path, ".csv")], tmp_path / "o.parquet", compression=compression)

    assert rows(written.file) == 5
