"""leaks: names that must not be in a text, found as whole words."""

from __future__ import annotations

import pytest

from genie_provider.sql import Leak, find_leaks


@pytest.mark.parametrize(
    "text",
    [
        "select * from dev_sales.raw.orders",
        "select * from `DEV_SALES`.raw.orders",
        "select 1 -- copied from dev_sales",
        "select 'dev_sales'",
        "The tables of dev_sales, as of May.",
        "dev_sales-based",
    ],
)
def test_a_forbidden_catalog_is_found_anywhere(text: str) -> None:
    start = text.lower().index("dev_sales")
    assert find_leaks(text, ["dev_sales"], "sql") == [Leak("dev_sales", 1, start + 1)]


@pytest.mark.parametrize("text", ["my_dev_sales2", "dev_sales2.x", "xdev_sales", "dev__sales", ""])
def test_a_longer_word_is_no_leak(text: str) -> None:
    assert find_leaks(text, ["dev_sales"]) == []


@pytest.mark.parametrize("text", ["dev.raw", "`dev`.`raw`.x", "dev . raw", "Dev.`RAW`"])
def test_a_schema_is_found_however_it_is_written(text: str) -> None:
    assert [leak.name for leak in find_leaks(text, ["dev.raw"], "sql")] == ["dev.raw"]


def test_a_schema_of_another_catalog_is_no_leak() -> None:
    assert find_leaks("prod.raw.x, dev.core.x, dev.raw2.x", ["dev.raw"], "sql") == []


def test_a_hyphen_belongs_to_the_name_in_back_ticks_and_identifiers_only() -> None:
    assert find_leaks("select `dev-eu`.x", ["dev"], "sql") == []
    assert find_leaks("dev-eu.raw.x", ["dev"], "identifier") == []
    assert [leak.column for leak in find_leaks("select 1-dev.raw.t.x", ["dev"], "sql")] == [10]
    assert [leak.column for leak in find_leaks("select `dev-eu`.x", ["dev-eu"], "sql")] == [9]


def test_leaks_come_in_reading_order_with_line_and_column() -> None:
    text = "select a.b.c\nfrom old\n  join a"
    assert find_leaks(text, ["old", "a", "a.b"]) == [
        Leak("a", 1, 8),
        Leak("a.b", 1, 8),
        Leak("old", 2, 6),
        Leak("a", 3, 8),
    ]
