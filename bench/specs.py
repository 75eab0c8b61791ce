"""specs: spaces of 7 kB for the benchmark, all different, on the `samples` catalog that every workspace has."""

from __future__ import annotations

from pathlib import Path

DOMAINS = ("Orders", "Shipping", "Returns", "Suppliers", "Prices", "Customers", "Parts", "Regions")


def write_specs(folder: Path, count: int, edited: frozenset[int] = frozenset()) -> int:
    """Writes `count` files and returns their size together; those in `edited` have one description changed."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(count):
        text = spec_text(number, "edited" if number in edited else "")
        size += len(text.encode())
        (folder / f"{name_of(number)}.yaml").write_text(text, encoding="utf-8")
    return size


def name_of(number: int) -> str:
    return f"space-{number:04d}"


def spec_text(number: int, edit: str = "") -> str:
    """One spec: 4 tables with columns, 5 examples, 2 joins, 4 snippets, 5 benchmarks, 4 sample questions."""
    domain = DOMAINS[number % len(DOMAINS)]
    lines = [
        f"title: {domain} {number:04d}",
        "description: |",
        f"  {domain} of business unit {number:04d}, from the order book and its suppliers. {edit}".rstrip(),
        "  Amounts are in the currency of the unit; days are those of the unit's own calendar.",
        "sample_questions:",
        f"  - How did {domain.lower()} of unit {number} develop over the last four quarters?",
        "  - Which ten customers brought in the most revenue this year?",
        "  - How many orders are still open, by priority?",
        "  - Which suppliers deliver late most often?",
        "data_sources:",
        "  tables:",
        *_tables(number),
        "instructions:",
        "  text_instructions:",
        "    - content: |",
        *(f"        {line}" for line in _instructions(number)),
        "  example_question_sqls:",
        *_examples(number),
        "  join_specs:",
        *_joins(),
        "  sql_snippets:",
        *_snippets(),
        "benchmarks:",
        *_benchmarks(number),
    ]
    return "\n".join(lines) + "\n"


_COLUMNS = {
    "orders": (
        ("o_orderdate", "When the customer ordered, in the unit's calendar.", "order day, ordered on"),
        ("o_orderstatus", "F is finished, O is open, P is partly shipped.", "state, status"),
        ("o_totalprice", "What the customer pays for the whole order, taxes included.", "revenue, amount, value"),
        ("o_orderpriority", "From 1-URGENT to 5-LOW, as the customer asked.", "priority, urgency"),
    ),
    "customer": (
        ("c_name", "The customer's name; group by c_custkey too, names repeat.", "client, buyer"),
        ("c_mktsegment", "One of five industries the customer belongs to.", "segment, industry"),
        ("c_acctbal", "Credit of the customer; negative means debt.", "balance, credit"),
    ),
    "lineitem": (
        ("l_quantity", "Pieces of one part in one order.", "pieces, units"),
        ("l_extendedprice", "Price of the line before its discount.", "line price"),
        ("l_discount", "A share between 0 and 1, not percent.", "rebate"),
        ("l_shipdate", "When the line left the warehouse.", "shipped on, delivery day"),
    ),
    "supplier": (
        ("s_name", "Name of the supplier as in its contract.", "vendor"),
        ("s_acctbal", "What we owe the supplier; negative means it owes us.", "payable"),
    ),
}


def _tables(number: int) -> list[str]:
    lines = []
    for table, columns in _COLUMNS.items():
        lines += [
            f"    - identifier: samples.tpch.{table}",
            f"      description: One row per {table} of unit {number:04d}; keys are those of the order book.",
            "      column_configs:",
        ]
        for name, description, synonyms in columns:
            lines += [f"        - column_name: {name}", f"          description: {description}"]
            lines += [f"          synonyms: [{synonyms}]"]
        lines += ["          enable_entity_matching: true"] if table == "customer" else []
    return lines


def _instructions(number: int) -> list[str]:
    return [
        f"Unit {number:04d} closes its books on the fifth working day; say so when a question is about this month.",
        "Revenue is l_extendedprice times one minus l_discount, never o_totalprice, unless taxes are asked for.",
        "An order counts on the day it was ordered. A line counts on the day it was shipped.",
        "Round amounts to whole units of the currency, shares to one digit after the point.",
    ]


_QUERIES = (
    ("What was the revenue of each quarter", "date_trunc('QUARTER', o_orderdate)", "o_orderdate >= '1995-01-01'"),
    ("Which priorities wait the longest", "o_orderpriority", "o_orderstatus = 'O'"),
    ("How large is an order on an ordinary day", "o_orderdate", "o_totalprice > 0"),
    ("How many orders came in by month", "date_trunc('MONTH', o_orderdate)", "o_orderstatus <> 'P'"),
    ("Which states do large orders have", "o_orderstatus", "o_totalprice > 250000"),
)


def _sql(by: str, where: str, indent: str) -> list[str]:
    return [
        f"{indent}SELECT {by} AS part, count(*) AS orders, sum(o_totalprice) AS value",
        f"{indent}FROM samples.tpch.orders",
        f"{indent}WHERE {where}",
        f"{indent}GROUP BY ALL",
    ]


def _examples(number: int) -> list[str]:
    lines = []
    for question, by, where in _QUERIES:
        lines += [f"    - question: {question} in unit {number}?", "      sql: |", *_sql(by, where, " " * 8)]
    return [*lines, "      usage_guidance: Only for orders of a quarter of a million and more."]


def _joins() -> list[str]:
    sides = (("orders", "customer", "o_custkey", "c_custkey"), ("lineitem", "orders", "l_orderkey", "o_orderkey"))
    lines = []
    for left, right, left_key, right_key in sides:
        lines += [
            f"    - left: samples.tpch.{left}",
            f"      right: samples.tpch.{right}",
            f"      sql: {left}.{left_key} = {right}.{right_key}",
            "      relationship: MANY_TO_ONE",
        ]
    return lines


def _snippets() -> list[str]:
    return [
        "    filters:",
        "      - display_name: open orders",
        "        sql: orders.o_orderstatus = 'O'",
        "        instruction: Only where the question says open, waiting or pending.",
        "      - display_name: urgent orders",
        "        sql: orders.o_orderpriority = '1-URGENT'",
        "    measures:",
        "      - display_name: revenue",
        "        alias: revenue",
        "        sql: sum(lineitem.l_extendedprice * (1 - lineitem.l_discount))",
        "    expressions:",
        "      - display_name: order quarter",
        "        alias: order_quarter",
        "        sql: date_trunc('QUARTER', orders.o_orderdate)",
    ]


def _benchmarks(number: int) -> list[str]:
    lines = ["  questions:"]
    for question, by, where in _QUERIES:
        lines += [f"    - question: '{question}, for the board of unit {number}?'", "      expected_sql: |"]
        lines += _sql(by, where, " " * 8)
    return lines
