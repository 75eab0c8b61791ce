"""renaming: names change where they are names, and nothing else changes."""

from __future__ import annotations

import pytest

from genie_provider.sql import BadRename, Renames, find_leaks

TABLES = (
    "dev_sales.raw.orders",
    "dev_sales.raw.customers",
    "dev_sales.raw.order_items",
    "dev_sales.mart.daily",
    "dev_sales.ref.region",
)

# What is to be renamed stands in « »; every other occurrence of the old name has to stay.
TEXTS = {
    "plain": "SELECT sum(amount) FROM «dev_sales».raw.orders WHERE status = 'paid'",
    "back-ticks": "SELECT o.`amount`\nFROM `«dev_sales»`.`raw`.`orders` AS o",
    "mixed back-ticks": "SELECT * FROM `«dev_sales»`.raw.`orders` JOIN «dev_sales».`raw`.region USING (id)",
    "a string with the name": (
        "SELECT 'dev_sales.raw.orders' AS source, \"dev_sales\", r'dev_sales\\' FROM «dev_sales».raw.orders"
    ),
    "a doubled quote": "SELECT 'it''s dev_sales', 'it\\'s dev_sales' FROM «dev_sales».raw.orders",
    "comments": (
        "-- dev_sales: monthly\nSELECT /* dev_sales.raw.orders */ *\n"
        "FROM «dev_sales».raw.orders -- was dev_sales.old\n/* dev_sales */;"
    ),
    "a comment inside the name": "SELECT * FROM «dev_sales» /* dev_sales */ . raw -- dev_sales\n . orders",
    "ctes": (
        "WITH paid AS (\n  SELECT * FROM «dev_sales».raw.orders WHERE paid\n),\n"
        "dev_sales AS (SELECT customer_id, sum(amount) AS amount FROM paid GROUP BY ALL)\n"
        "SELECT dev_sales.amount, c.name FROM dev_sales JOIN «dev_sales».raw.customers c\n"
        "  ON c.id = dev_sales.customer_id"
    ),
    "an alias of that name": "SELECT dev_sales.amount FROM «dev_sales».raw.orders dev_sales",
    "a column of that name": (
        "SELECT dev_sales, o.dev_sales AS dev_sales FROM «dev_sales».raw.orders o ORDER BY dev_sales"
    ),
    "a struct of that name": "SELECT dev_sales.total.net FROM «dev_sales».raw.orders",
    "a json path": "SELECT payload:dev_sales.raw.orders::int FROM «dev_sales».raw.orders",
    "columns in full": (
        "SELECT «dev_sales».raw.orders.a FROM «dev_sales».raw.orders WHERE `«dev_sales»`.raw.orders.id > 1"
    ),
    "sub-queries": (
        "SELECT name, (SELECT max(x) FROM «dev_sales».raw.orders o WHERE o.cid = c.id) AS m\n"
        "FROM (SELECT * FROM «dev_sales».raw.customers) AS c\n"
        "WHERE EXISTS (SELECT 1 FROM «dev_sales».ref.region r WHERE r.id = c.region_id)\n"
        "  AND c.id IN (SELECT customer_id FROM «dev_sales».mart.daily)"
    ),
    "parameters": ("SELECT * FROM «dev_sales».raw.orders\nWHERE day BETWEEN :from AND :to AND x = :dev_sales LIMIT :n"),
    "functions": ("SELECT «dev_sales».lib.margin(x, `«dev_sales»`.lib.rate(y)) FROM «dev_sales».lib.top(10) t"),
    "windows": (
        "SELECT *, row_number() OVER (PARTITION BY orders.cid ORDER BY orders.day DESC) AS n\n"
        "FROM «dev_sales».raw.orders QUALIFY n = 1"
    ),
    "time travel": "SELECT * FROM «dev_sales».raw.x VERSION AS OF 3 MINUS TABLE «dev_sales».raw.x@v2",
    "pivot": (
        "SELECT * EXCEPT (tags) FROM «dev_sales».raw.orders\n"
        "PIVOT (sum(dev_sales) FOR tag IN ('dev_sales' AS dev_sales, 'b'))"
    ),
    "a lateral view": "SELECT dev_sales.x FROM «dev_sales».raw.t LATERAL VIEW explode(tags) dev_sales AS x",
    "a hint": "SELECT /*+ BROADCAST(dev_sales) */ * FROM «dev_sales».raw.orders dev_sales",
    "several statements": (
        "USE CATALOG «dev_sales»;\nSELECT * FROM raw.orders;\n\n SELECT * FROM «DEV_sales».raw.orders;\n"
    ),
    "odd layout": "\t select*from\r\n«Dev_Sales».raw.orders\r\n\twhere(x=1)and y<>2  ",
    "model functions": (
        "SELECT ai_query('dev_sales', orders.text), MEASURE(dev_sales) FROM «dev_sales».raw.orders GROUP BY 1"
    ),
    "placeholders": "SELECT '${dev_sales}' FROM «dev_sales».${schema}.orders_${n} WHERE x > ${dev_sales}",
}


def marked(text: str) -> tuple[str, str]:
    """The text before and after, from one with marks."""
    before = text.replace("«", "").replace("»", "")
    pieces = [piece.split("»") for piece in text.split("«")]
    return before, pieces[0][0] + "".join("sales" + rest for _, rest in pieces[1:])


@pytest.mark.parametrize("name", TEXTS)
def test_a_catalog_is_renamed_where_it_is_one_and_nowhere_else(name: str) -> None:
    before, after = marked(TEXTS[name])
    renamed = Renames.parse(["dev_sales=sales"]).sql(before, tables=TABLES)
    assert (renamed.text, renamed.problems) == (after, ())
    assert len(renamed.changes) == TEXTS[name].count("«")


@pytest.mark.parametrize("name", TEXTS)
def test_renaming_back_gives_the_first_text(name: str) -> None:
    before, _ = marked(TEXTS[name].replace("«DEV_sales»", "«dev_sales»").replace("«Dev_Sales»", "«dev_sales»"))
    there = Renames.parse(["dev_sales=zz_new"])
    back = Renames.parse(["zz_new=dev_sales"])
    tables = [there.identifier(table) for table in TABLES]
    assert back.sql(there.sql(before, tables=TABLES).text, tables=tables).text == before


@pytest.mark.parametrize("name", TEXTS)
def test_a_name_renamed_to_itself_changes_no_byte(name: str) -> None:
    before, _ = marked(TEXTS[name])
    for rule in ("dev_sales=dev_sales", "dev_sales.raw=dev_sales.raw", "DEV_SALES=DEV_SALES"):
        assert Renames.parse([rule]).sql(before, tables=TABLES).text == before


def test_the_moved_texts_leak_in_strings_and_comments_only() -> None:
    before, after = marked(TEXTS["comments"])
    places = [(leak.line, leak.column) for leak in find_leaks(before, ["dev_sales.raw.orders"], "sql")]
    assert places == [(2, 11), (3, 6)]
    assert [leak.line for leak in find_leaks(after, ["dev_sales.raw.orders"], "sql")] == [2]
    moved = marked(TEXTS["sub-queries"])
    assert len(find_leaks(moved[0], ["dev_sales"], "sql")) == 4
    assert find_leaks(moved[1], ["dev_sales"], "sql") == []


RULES = ["dev=prod", "dev.raw=prod.core", "dev.raw.orders=sales.eu.orders_eu", "dev.lib.f=prod.fn.g"]
KNOWN = ("dev.raw.orders", "dev.raw.customers", "dev.mart.daily")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("select * from dev.mart.daily", "select * from prod.mart.daily"),
        ("select * from dev.raw.customers", "select * from prod.core.customers"),
        ("select * from dev.raw.orders", "select * from sales.eu.orders_eu"),
        ("select * from raw.orders, raw.customers", "select * from eu.orders_eu, core.customers"),
        ("select orders.x from orders", "select orders_eu.x from orders_eu"),
        ("select raw.orders.x from Raw.Orders", "select eu.orders_eu.x from eu.orders_eu"),
        ("select orders.x from raw.customers orders", "select orders.x from core.customers orders"),
        (
            "with orders as (select * from orders) select orders.x from orders",
            "with orders as (select * from orders_eu) select orders.x from orders",
        ),
        (
            "select * from orders where exists (select 1 from customers c where c.id = orders.id)",
            "select * from orders_eu where exists (select 1 from customers c where c.id = orders_eu.id)",
        ),
        (
            "select dev.lib.f(1), lib.f(2), f(3), dev.lib.h(4)",
            "select prod.fn.g(1), fn.g(2), g(3), prod.lib.h(4)",
        ),
        ("select daily.x from mart.daily", "select daily.x from mart.daily"),
    ],
)
def test_the_most_specific_rule_wins_and_short_names_follow_their_table(before: str, after: str) -> None:
    renamed = Renames.parse(RULES).sql(before, tables=KNOWN, functions=["dev.lib.f"])
    assert (renamed.text, renamed.problems) == (after, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("orders.amount > 1000", "orders_eu.amount > 1000"),
        ("sum(Orders.amount)", "sum(orders_eu.amount)"),
        ("`orders`.`customer_id` = `customers`.`id`", "`orders_eu`.`customer_id` = `customers`.`id`"),
        ("dev.raw.orders.amount", "sales.eu.orders_eu.amount"),
        ("orders = 'orders.x' -- orders.x", "orders = 'orders.x' -- orders.x"),
        (
            "orders.id in (select orders.id from customers orders)",
            "orders_eu.id in (select orders.id from customers orders)",
        ),
    ],
)
def test_expressions_follow_the_tables_of_the_space(before: str, after: str) -> None:
    assert Renames.parse(RULES).sql(before, tables=KNOWN, expression=True).text == after


def test_an_alias_in_an_expression_stays() -> None:
    sql = "`orders`.`customer_id` = `c`.`id`"
    assert Renames.parse(RULES).sql(sql, tables=KNOWN, expression=True, aliases=["orders", "c"]).text == sql


def test_each_name_is_renamed_once_so_names_can_be_swapped() -> None:
    swap = Renames.parse(["a=b", "b=a"])
    assert swap.sql("select * from a.s.t join b.s.t u").text == "select * from b.s.t join a.s.t u"
    assert (swap.identifier("a.s.t"), swap.identifier("b.s.t")) == ("b.s.t", "a.s.t")


@pytest.mark.parametrize(
    ("rule", "after"),
    [
        ("dev=prod-eu", "select * from `prod-eu`.raw.t, `prod-eu`.raw.u"),
        ("dev=`2026`", "select * from `2026`.raw.t, `2026`.raw.u"),
        ("dev=order", "select * from `order`.raw.t, `order`.raw.u"),
        ("dev=pröd", "select * from `pröd`.raw.t, `pröd`.raw.u"),
        ("dev=`a``b`", "select * from `a``b`.raw.t, `a``b`.raw.u"),
        ("dev=default", "select * from default.raw.t, `default`.raw.u"),
    ],
)
def test_a_new_name_gets_back_ticks_where_it_needs_them(rule: str, after: str) -> None:
    assert Renames.parse([rule]).sql("select * from dev.raw.t, `dev`.raw.u").text == after


def test_an_identifier_outside_of_sql_keeps_its_style() -> None:
    renames = Renames.parse(["dev=prod-eu", "dev.raw=prod-eu.core"])
    assert renames.identifier("DEV.mart.x") == "prod-eu.mart.x"
    assert renames.identifier("`dev`.raw.`x y`") == "`prod-eu`.core.`x y`"
    assert renames.identifier("dev.raw") == "prod-eu.core"
    assert [renames.identifier(name) for name in ("other.dev.x", "not a name.", "", "a.b.c.d")] == [
        "other.dev.x",
        "not a name.",
        "",
        "a.b.c.d",
    ]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select * from dev.raw.orders where", "Where (at 'where')"),
        ("select * from raw.unheard_of", "raw.unheard_of is no table of the space"),
        ("select * from identifier('dev.raw.orders')", "IDENTIFIER('dev.raw.orders') is a string"),
        ("select * from identifier(:table)", "only known when the query runs"),
        ("EXPLAIN select * from dev.raw.orders", "EXPLAIN"),
        ("with orders_eu as (select 1) select * from orders, orders_eu", "a CTE or alias has a new name"),
    ],
)
def test_what_cannot_be_told_is_reported_with_its_place_and_stays(sql: str, words: str) -> None:
    renamed = Renames.parse(RULES).sql(sql, tables=KNOWN)
    assert (renamed.text, renamed.changes) == (sql, ())
    assert words in renamed.problems[0].message
    assert renamed.problems[0].line == 1
    assert renamed.problems[0].column >= 1


def test_an_ambiguous_name_is_reported_unless_every_meaning_is_written_alike() -> None:
    both = ("dev.a.t", "dev.b.t")
    (problem,) = Renames.parse(["dev.a.t=prod.c.u"]).sql("select 1 from t", tables=both).problems
    assert problem.message == "t could be dev.a.t or dev.b.t; write it in full"
    assert Renames.parse(["dev=prod"]).sql("select dev.x.y.z from t", tables=both).problems == ()


def test_the_names_beside_a_doubtful_one_are_renamed_all_the_same() -> None:
    renamed = Renames.parse(RULES).sql("select * from dev.raw.orders, identifier(:t)")
    assert renamed.text == "select * from sales.eu.orders_eu, identifier(:t)"
    assert len(renamed.problems) == 1


def test_a_text_without_any_of_the_names_is_not_even_read() -> None:
    assert Renames.parse(["dev=prod"]).sql("no sql, just 'words").problems == ()


def test_a_change_tells_its_words_and_place() -> None:
    (change,) = Renames.parse(RULES).sql("select 1\n from `dev`.raw.orders").changes
    assert (change.old, change.new, change.line, change.column) == (
        "dev.raw.orders",
        "sales.eu.orders_eu",
        2,
        7,
    )


def test_values_become_placeholders_in_sql_and_names() -> None:
    there = Renames.parameterizing({"catalog": "main", "schema": "sales", "ref": "main.reference"})
    sql = "select t.x, 'main.sales' from main.sales.t, `main`.`reference`.r, main.x.y, other.sales.z -- main"
    assert there.sql(sql).text == (
        "select t.x, 'main.sales' from ${catalog}.${schema}.t, `${catalog}`.`${ref}`.r, "
        "${catalog}.x.y, other.sales.z -- main"
    )
    assert there.identifier("main.sales.orders") == "${catalog}.${schema}.orders"


def test_a_schema_alone_becomes_a_placeholder_in_every_catalog() -> None:
    there = Renames.parameterizing({"schema": "sales"})
    sql = "select sales.t.x from sales.t, a.sales.u, sales"
    assert there.sql(sql).text == "select ${schema}.t.x from ${schema}.t, a.${schema}.u, sales"


@pytest.mark.parametrize(
    ("rules", "faults"),
    [
        (["dev"], ["--rename dev: write OLD=NEW"]),
        (["=x", "a="], ["--rename =x: write OLD=NEW", "--rename a=: write OLD=NEW"]),
        (
            ["a=b.c"],
            ["--rename a=b.c: both sides need the same number of parts (a catalog = catalog.schema)"],
        ),
        (["a.b.c.d=e.f.g.h"], ["--rename a.b.c.d=e.f.g.h: both sides"]),
        (["dev=a", "DEV=b"], ["--rename DEV=b: DEV already has a new name"]),
    ],
)
def test_rules_that_cannot_be_followed_are_all_named(rules: list[str], faults: list[str]) -> None:
    with pytest.raises(BadRename) as error:
        Renames.parse(rules)
    assert len(error.value.faults) == len(faults)
    assert all(said.startswith(fault) for said, fault in zip(error.value.faults, faults, strict=True))


@pytest.mark.parametrize(
    "values", [{"catalog": ""}, {"x": "a.b.c.d"}, {"a": "main", "b": "MAIN"}, {"bad name": "main"}]
)
def test_variables_that_cannot_stand_for_a_name_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(BadRename):
        Renames.parameterizing(values)
