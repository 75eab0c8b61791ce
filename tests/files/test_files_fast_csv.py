"""The fast way from CSV to Parquet gives what the slow way gives, or leaves the file to it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie_provider.files import arrow_csv, convert
from genie_provider.files.options import ReadOptions
from genie_provider.files.table import open_table
from genie_provider.files.troubles import FileError, Troubles

CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "-7", "007", "1.5", "-0", "1e5", "nan", "NA", "true", "FALSE", "2024-02-29", "2024-02-30"]
    ),
    st.sampled_from(["2024-02-29 12:00", "2024-02-29T12:00:00.25", "2024-02-29T12:00:00Z", "0.12345678901234567"]),
    st.sampled_from(['"', 'a"b', '"a"', "a,b", "a\nb", " a ", "ü", "12345678901234567890", "0x1", "+1", "1_000"]),
)


def ways(file: Path, folder: Path) -> tuple[Any, Any]:
    """What the fast and the slow way make of a file: columns and rows, None where the fast way steps back."""
    fast = arrow_csv.to_parquet(file, folder / "fast.parquet", ReadOptions(), Troubles(str(file)))
    try:
        with open_table(file) as table:
            convert.write(table, folder / "slow.parquet")
            slow = ([str(column) for column in table.columns], list(table.rows_of_values()))
    except FileError as error:
        slow = ([], [str(error)])
    if fast is None:
        return None, slow
    with open_table(folder / "fast.parquet") as again:
        return ([str(column) for column in fast[0]], list(again.rows_of_values())), slow


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8))
def test_both_ways_give_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("csv")
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b"], *rows])
    (folder / "t.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    fast, slow = ways(folder / "t.csv", folder)

    assert fast is None or fast == slow


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='a1,"\n; ', max_size=24))
def test_both_ways_give_the_same_of_any_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("csv")
    (folder / "t.csv").write_text(f"a,b\n1,2\n{text}", encoding="utf-8", newline="")

    fast, slow = ways(folder / "t.csv", folder)

    assert fast is None or fast == slow


def test_the_usual_file_goes_the_fast_way(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('id,day,price,name\n1,2024-01-01,1.5,"x, y"\n2,,,\n', encoding="utf-8")

    fast, slow = ways(tmp_path / "t.csv", tmp_path)

    assert fast == slow
    assert fast[0] == ["id bigint", "day date", "price double", "name string"]


def test_a_line_break_in_a_cell_far_down_is_read_as_such(tmp_path: Path) -> None:
    """The first part of the file has no quotes, so it is read as if no cell held a line break."""
    lines = "".join(f"{at},some text\n" for at in range(30_000))
    (tmp_path / "t.csv").write_text(f'id,name\n{lines}30000,"two\nlines"\n', encoding="utf-8")

    fast, slow = ways(tmp_path / "t.csv", tmp_path)

    assert fast is None
    assert slow[1][-1] == (30_000, "two\nlines")


def test_long_cells_are_not_kept_until_there_are_many_rows(tmp_path: Path) -> None:
    """A row group is held in memory: with 5 kB a row, a hundred thousand of them would be half a gigabyte."""
    from pyarrow import parquet

    file = tmp_path / "long.csv"
    file.write_text("id,note\n" + "".join(f"{at},{'x' * 5_000}\n" for at in range(15_000)))

    convert.convert_files([file], tmp_path / "long.parquet")

    found = parquet.ParquetFile(tmp_path / "long.parquet").metadata
    groups = [found.row_group(at).num_rows for at in range(found.num_row_groups)]
    assert sum(groups) == 15_000 and max(groups) < 8_000
