"""Rows from files and programs: typed, canonical, and as SQL that means exactly them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie_provider.errors import GenieError
from genie_provider.seeds import content, sql_literals
from genie_provider.seeds.content import Column


def csv(folder: Path, text: str) -> Path:
    file = folder / "seed.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_types_are_told_by_the_values(tmp_path: Path) -> None:
    lines = (
        "id,code,price,open,day,at,note",
        "1,007,1.5,true,2024-02-29,2024-02-29 12:00:00,",
        "2,abc,2,false,2024-03-01,2024-03-01T01:02:03.5Z,x",
    )
    text = "\n".join(lines)

    found = content.from_file(csv(tmp_path, text))

    assert ", ".join(map(str, found.columns)) == (
        "id bigint, code string, price double, open boolean, day date, at timestamp, note string"
    )
    assert found.rows == (
        ("1", "007", "1.5", "true", "2024-02-29", "2024-02-29T12:00:00.000Z", None),
        ("2", "abc", "2.0", "false", "2024-03-01", "2024-03-01T01:02:03.500Z", "x"),
    )


def test_given_types_win(tmp_path: Path) -> None:
    found = content.from_file(csv(tmp_path, "id,price\n1,2\n"), {"id": "INT", "price": "decimal(10, 2)"})

    assert ", ".join(map(str, found.columns)) == "id int, price decimal(10,2)"
    assert found.rows == (("1", "2.00"),)


@pytest.mark.parametrize(
    ("text", "types", "said"),
    [
        ("", {}, "empty; the first line names the columns"),
        ("a,b\n1\n", {}, "row 2: 1 cells under 2 columns"),
        ("a\nx\n", {"a": "int"}, "row 2, column a: 'x' is no int"),
        ("a\n1.234\n", {"a": "decimal(4,2)"}, "row 2, column a: '1.234' is no decimal(4,2)"),
        ("a\n1\n", {"b": "int"}, "no column b"),
        ("a\n1\n", {"a": "array<int>"}, "'array<int>' is no type of columns"),
        ("a\n2024-01-01 10:00:00.123456\n", {}, "is finer than the milliseconds that a warehouse shows"),
        ("a\n" + "1\n" * 5001, {}, "5,001 rows; a seed has at most 5,000"),
    ],
)
def test_what_cannot_become_a_table_is_said_with_its_line(
    tmp_path: Path, text: str, types: dict[str, str], said: str
) -> None:
    with pytest.raises(GenieError) as caught:
        content.from_file(csv(tmp_path, text), types)

    assert said in str(caught.value)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = tmp_path / "seed.parquet"
    file.write_bytes(b"PAR1")

    with pytest.raises(GenieError, match=r"Parquet needs pyarrow: pip install .genie-spaces\[parquet\]"):
        content.from_file(file)


def test_parquet_with_pyarrow(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    pyarrow = pytest.importorskip("pyarrow")
    parquet.write_table(pyarrow.table({"id": [1, 2], "name": ["a", None]}), tmp_path / "seed.parquet")

    found = content.from_file(tmp_path / "seed.parquet")

    assert found.rows == (("1", "a"), ("2", None))


def test_headings_that_cannot_name_columns_are_renamed_and_told(tmp_path: Path) -> None:
    found = content.from_file(csv(tmp_path, "a b,a b\n1,2\n"))

    assert [column.name for column in found.columns] == ["a_b", "a_b_2"]
    assert len(found.notices) == 2 and "'a b' → 'a_b'" in found.notices[0]


def test_inline_rows_may_lack_columns() -> None:
    found = content.from_rows([{"id": 1, "ok": True}, {"id": 2, "name": "x"}])

    assert found.rows == (("1", "true", None), ("2", None, "x"))


cells = st.one_of(st.none(), st.text(max_size=5))


@given(st.lists(st.tuples(cells, cells), max_size=6), st.randoms())
def test_the_order_of_rows_is_no_part_of_the_content(rows: list[Any], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert content.keyed(rows) == content.keyed(shuffled)
    assert sorted(map(repr, content.unkeyed(content.keyed(rows)))) == sorted(repr(list(row)) for row in rows)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    """By the parser of the local workspace, as a warehouse would read it."""
    import sqlglot

    read = sqlglot.parse_one(f"SELECT {sql_literals.text(text)}", read="databricks").selects[0]

    assert "".join(literal.this for literal in read.find_all(sqlglot.exp.Literal, bfs=False)) == text
    assert "${" not in sql_literals.text(text)


def test_names_are_quoted_and_counted() -> None:
    assert sql_literals.name("main.`odd``name`.x", 3) == "`main`.`odd``name`.`x`"
    with pytest.raises(GenieError, match=r"'a\.b' is not catalog.schema.name"):
        sql_literals.name("a.b", 3)


def test_values_are_of_their_columns_type() -> None:
    columns = [
        Column("a", "int"),
        Column("b"),
        Column("c", "date"),
        Column("d", "boolean"),
        Column("e", "decimal(4,2)"),
    ]

    assert sql_literals.rows([["1", "it's", "2024-01-01", "true", "1.50"], [None] * 5], columns) == (
        "(1, 'it\\'s', CAST('2024-01-01' AS DATE), TRUE, CAST('1.50' AS DECIMAL(4,2))), (NULL, NULL, NULL, NULL, NULL)"
    )
