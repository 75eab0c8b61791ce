"""references: which names of a text are names of tables, functions, catalogs, and where they stand."""

from __future__ import annotations

import subprocess
import sys

import pytest

from genie_provider.sql import UnreadableSql, find_references, tables_used

TABLES = ("dev.raw.orders", "dev.raw.customers", "dev.mart.daily", "dev.ref.daily", "dev.ref.region")


def found(sql: str, **options: object) -> list[tuple[str, str, str | None]]:
    """Kind, text and meaning of each reference, in reading order."""
    options = {"tables": TABLES, **options}
    return [
        (ref.kind, sql[ref.spans[0][0] : ref.spans[-1][1]], ".".join(ref.resolved) if ref.resolved else None)
        for ref in find_references(sql, **options)  # type: ignore[arg-type]
    ]


def test_importing_the_package_and_searching_leaks_leaves_sqlglot_alone() -> None:
    code = (
        "import sys; from genie_provider.sql import Renames, find_leaks;"
        "find_leaks('select dev', ['dev']); Renames.parse(['a=b']).sql('select 1');"
        "sys.exit('sqlglot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_reference_knows_the_place_of_every_part() -> None:
    sql = "SELECT 1\nFROM  `dev` . raw /* here */ . orders"
    (ref,) = find_references(sql)
    assert [sql[start:end] for start, end in ref.spans] == ["`dev`", "raw", "orders"]
    assert (ref.parts, ref.resolved, ref.line, ref.column) == (
        ("dev", "raw", "orders"),
        ("dev", "raw", "orders"),
        2,
        7,
    )


@pytest.mark.parametrize(
    "sql",
    [
        "select * from dev.raw.orders",
        "select * from `dev`.`raw`.`orders`;",
        "from dev.raw.orders select x",
        "TABLE dev.raw.orders",
        "select 1 union all table dev.raw.orders",
        "select * from x_fn(TABLE dev.raw.orders, 3)",
        "select * from x_fn(input => TABLE(dev.raw.orders))",
        "select * from stream(dev.raw.orders)",
        "select * from dev.raw.orders VERSION AS OF 12",
        "select * from dev.raw.orders TIMESTAMP AS OF '2026-01-01' o",
        "select * from dev.raw.orders@v12 o",
        "select * from dev.raw.orders TABLESAMPLE (10 PERCENT)",
        "select * from dev.raw.orders PIVOT (sum(amount) FOR quarter IN (1, 2))",
        "insert into dev.raw.orders values (1)",
        "insert into dev.raw.orders (dev, raw) select 1, 2",
        "create or replace view dev.raw.orders as select 1",
        "select (select max(x) from dev.raw.orders) as dev",
        "select 1 where exists (select 1 from dev.raw.orders)",
        "select current_date from dev.raw.orders where d between :from and :end limit :limit",
        "select x:dev.raw.orders, y:a[0].dev.raw, xs[1].dev from dev.raw.orders",
        "select vector.x from vector_search(index => 'dev.raw.index', query => :q) vector, dev.raw.orders",
    ],
)
def test_a_table_is_found_wherever_a_relation_may_stand(sql: str) -> None:
    assert ("table", "dev.raw.orders", "dev.raw.orders") in [
        (kind, text.replace("`", ""), meant) for kind, text, meant in found(sql, tables=())
    ]
    assert tables_used(sql) == {"dev.raw.orders"}


def test_a_short_name_stands_for_the_one_table_it_can_be() -> None:
    assert found("select * from raw.orders, region") == [
        ("table", "raw.orders", "dev.raw.orders"),
        ("table", "region", "dev.ref.region"),
    ]


def test_a_short_name_of_two_tables_names_both_as_candidates() -> None:
    (ref,) = find_references("select * from daily", tables=TABLES)
    assert (ref.resolved, ref.candidates) == (None, (("dev", "mart", "daily"), ("dev", "ref", "daily")))


def test_a_column_qualifier_is_the_table_its_from_shows() -> None:
    assert found("select orders.a, raw.orders.b, dev.raw.orders.c, d, orders.* from dev.raw.orders") == [
        ("column", "orders", "dev.raw.orders"),
        ("column", "raw.orders", "dev.raw.orders"),
        ("column", "dev.raw.orders", "dev.raw.orders"),
        ("column", "orders", "dev.raw.orders"),
        ("table", "dev.raw.orders", "dev.raw.orders"),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "select orders.x from (select 1 as x) orders",
        "select orders.x from (values (1)) as orders(x)",
        "select orders.x from range(3) orders",
        "with orders as (select 1 as x) select orders.x from orders",
        "with orders as (select 1 as x), b as (select * from orders) select orders.x from b, orders",
        "with recursive orders(n) as (select 1 union all select n + 1 from orders) select * from orders",
        "with t as (select 1 as x) insert into other.s.t select t.x from t as orders where orders.x = 1",
        "select transform(xs, orders -> orders.x + 1)",
        "select orders, raw, 'dev.raw.orders' as dev, \"dev.raw.orders\" -- dev.raw.orders",
        "select 1 /* from dev.raw.orders */",
        "select * from parquet.`/dev/raw/orders`",
        "select dev.raw.orders from (select 1) dev",
    ],
)
def test_aliases_ctes_lambdas_strings_and_comments_are_no_references(sql: str) -> None:
    assert [ref for ref in found(sql) if ref[2] and ref[2].startswith("dev.")] == []


def test_a_cte_of_the_same_name_hides_the_table_only_where_it_is_in_reach() -> None:
    sql = "with orders as (select orders.x from orders) select * from orders, raw.orders"
    assert found(sql) == [
        ("column", "orders", "dev.raw.orders"),
        ("table", "orders", "dev.raw.orders"),
        ("table", "raw.orders", "dev.raw.orders"),
    ]


def test_an_inner_alias_hides_an_outer_table_and_an_outer_table_is_seen_from_inside() -> None:
    sql = (
        "select * from raw.orders where exists "
        "(select 1 from raw.customers orders where orders.id = 1) and exists "
        "(select 1 from raw.customers c where c.id = orders.customer_id)"
    )
    columns = [(ref.parts, ref.column) for ref in find_references(sql, tables=TABLES) if ref.kind == "column"]
    assert columns == [(("orders",), sql.rindex("orders.customer_id") + 1)]


def test_a_derived_table_does_not_see_its_neighbours_but_a_lateral_one_does() -> None:
    plain = "select * from raw.orders, (select orders.x from raw.customers) q"
    lateral = "select * from raw.orders, lateral (select orders.x from raw.customers) q"
    assert ("column", "orders", "dev.raw.orders") not in found(plain)
    assert ("column", "orders", "dev.raw.orders") in found(lateral)


def test_the_columns_of_updates_deletes_and_merges_are_followed() -> None:
    for sql in (
        "update raw.orders set x = 1 where orders.y = 2",
        "delete from raw.orders where orders.y = 2",
        "merge into raw.orders using raw.customers c on orders.y = c.y when matched then delete",
    ):
        assert ("column", "orders", "dev.raw.orders") in found(sql)


def test_use_completes_the_names_after_it() -> None:
    sql = "USE CATALOG prod; USE SCHEMA core; select * from orders; USE `dev`.raw; select * from x, a.b"
    assert found(sql) == [
        ("catalog", "prod", "prod"),
        ("schema", "core", "prod.core"),
        ("table", "orders", "prod.core.orders"),
        ("schema", "`dev`.raw", "dev.raw"),
        ("table", "x", "dev.raw.x"),
        ("table", "a.b", "dev.a.b"),
    ]


def test_functions_are_found_in_expressions_relations_and_lateral_views() -> None:
    sql = (
        "select dev.f.one(a, dev.f.`two`(b)).field, f.three(1), three(2), sum(x), "
        "ai_query('m', dev.f.five(y)) from dev.f.six(1) t lateral view dev.f.seven(z) v as w"
    )
    assert found(sql, functions=["dev.f.three"]) == [
        ("function", "dev.f.one", "dev.f.one"),
        ("function", "dev.f.`two`", "dev.f.two"),
        ("function", "f.three", "dev.f.three"),
        ("function", "three", "dev.f.three"),
        ("function", "dev.f.five", "dev.f.five"),
        ("function", "dev.f.six", "dev.f.six"),
        ("function", "dev.f.seven", "dev.f.seven"),
    ]


def test_a_builtin_function_is_never_taken_for_a_function_of_the_space() -> None:
    assert found("select sum(1)", functions=["dev.f.sum"]) == []


def test_a_name_given_to_identifier_is_reported_as_dynamic() -> None:
    refs = find_references("select * from IDENTIFIER(:t), identifier('dev.raw.orders')")
    assert [(ref.kind, ref.parts) for ref in refs] == [("dynamic", ()), ("dynamic", ("dev.raw.orders",))]


def test_an_expression_is_qualified_by_the_tables_of_the_space() -> None:
    sql = "sum(orders.amount) / count(distinct `customers`.id) > raw.customers.x and amount > 1"
    assert found(sql, expression=True) == [
        ("column", "orders", "dev.raw.orders"),
        ("column", "`customers`", "dev.raw.customers"),
        ("column", "raw.customers", "dev.raw.customers"),
    ]


def test_an_alias_of_an_expression_is_no_table() -> None:
    sql = "orders.id = c.id"
    assert found(sql, expression=True, aliases={"orders": "dev.x.y", "c": "dev.raw.customers"}) == []


@pytest.mark.parametrize("sql", ["date > '2026'", "`end` > 1", "orders.from is null", "set.x = 1"])
def test_an_expression_may_start_like_a_statement(sql: str) -> None:
    find_references(sql, expression=True)


def test_placeholders_are_parts_like_any_other() -> None:
    sql = "select `${catalog}`.raw.f(orders.x) from ${catalog}.${schema:-raw}.orders_${n} where y = '${z}'"
    assert found(sql) == [
        ("function", "`${catalog}`.raw.f", "${catalog}.raw.f"),
        ("table", "${catalog}.${schema:-raw}.orders_${n}", "${catalog}.${schema:-raw}.orders_${n}"),
    ]


@pytest.mark.parametrize(
    ("sql", "place", "words"),
    [
        ("select *\nfrom where x", (2, 6), "Expected table name"),
        ("select 'abc", (1, 8), "this ' is never closed"),
        ("select 1\n  /* abc", (2, 3), "this /* is never closed"),
        ("select 1;\nSHOW TABLES IN dev.raw", (2, 1), "starts with SHOW"),
        ("select * from dev.raw.orders\n|> where x", (2, 1), "pipes"),
        ("select " + "(" * 3000 + "1" + ")" * 3000, (1, 1), "nested too deeply"),
    ],
    ids=["syntax", "quote", "comment", "statement", "pipe", "depth"],
)
def test_a_text_that_cannot_be_read_says_where_and_why(sql: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(UnreadableSql) as error:
        find_references(sql)
    assert (error.value.line, error.value.column) == place
    assert words in error.value.message


def test_a_condition_of_thousands_of_terms_is_read() -> None:
    sql = "select * from dev.raw.orders where " + " and ".join(f"orders.x <> {i}" for i in range(1500))
    assert len(find_references(sql)) == 1501
