"""One space in the hands of several people: the same entries, other layouts."""

from __future__ import annotations

import json

TIDY = """\
# The sales team's space.
title: Sales   # shown in the list
description: >-
  Orders and customers of the shop, as the sales team
  looks at them every morning
  before the first coffee.

  Ask Ann about returns.
warehouse: Starter Warehouse  # keep it small

# ── data ──
data_sources:
  tables:
    # every order
    - identifier: ${catalog}.sales.orders   # the fact table
      description: |
        One row per order.
        Cancelled ones are in it.   # not a comment

        Three lines of text.
      column_configs:
        - column_name: day
          description: 'The day it''s placed'   # local time
          synonyms: [date, "order day"]  # people say both
        - column_name: region
          enable_entity_matching: true
        - id
    - ${catalog}.sales.customers
    # last of all
    - identifier: ${catalog}.sales.returns
      description: "Returned \\"goods\\""

instructions:
  text_instructions:
    - |
      Week starts on Monday.
      Amounts are EUR.
    - "Be brief."
    - content: Never show names.   # privacy
  example_question_sqls:
    # the classic
    - question: How many orders last week?
      sql: |
        -- since Monday
        SELECT count(*)
        FROM ${catalog}.sales.orders
        WHERE day > current_date - 7
      parameters:
        - name: region   # text
          description: The region's code
          default_value: EMEA
    - question: Orders by region
      sql: SELECT region, count(*) FROM ${catalog}.sales.orders GROUP BY region   # short
      usage_guidance: When somebody asks
        for more than one
        region at a time
  sql_functions:
    - ${catalog}.sales.fiscal_week
  join_specs:
    - left: ${catalog}.sales.orders
      right: ${catalog}.sales.customers
      sql: orders.customer_id = customers.id   # the key
      relationship: MANY_TO_ONE
  sql_snippets:
    filters:
      - display_name: large
        sql: orders.amount > 1000
        synonyms:
          - big
          - huge   # really
    measures:
      - display_name: revenue
        alias: revenue
        sql: sum(orders.amount)
        instruction: net of tax

sample_questions:
  - What was our best day?
  - question: Who buys most?   # careful

benchmarks:
  - question: Total revenue?
    expected_sql: SELECT sum(amount) FROM ${catalog}.sales.orders
  # hard one
  - question: Orders in May?
    expected_sql: |-
      SELECT count(*)
      FROM ${catalog}.sales.orders
# the end
"""

AT_THE_KEY = """\
title: 'Sales'
description: "Orders and customers"
data_sources:
    tables:
    -   identifier: main.sales.orders
        description:
        - One row per order.
        - Cancelled ones are in it.
        column_configs:
        -   column_name: day
            synonyms:
            - date
            -   "order day"
            # no more
        -   column_name: region
            enable_format_assistance: true

            # after a blank
    -   identifier: main.sales.customers
instructions:
    text_instructions:
    - Week starts on Monday.
    example_question_sqls:
    -   question:
        - How many orders
        - last week?
        sql:
        - SELECT count(*)
        - FROM main.sales.orders
    -   sql: 'SELECT 2'   # sql first
        question: Second?
    join_specs:
    -   left: {identifier: main.sales.orders, alias: o}
        right: {identifier: main.sales.customers, alias: c}
        sql: |
          o.customer_id = c.id
          --rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--
    sql_snippets:
        expressions:
        -   {display_name: year, sql: "year(o.day)", synonyms: [y]}
        measures:
        -   display_name: revenue
            sql: sum(o.amount)
config:
    sample_questions: [What was our best day?, "Who, then?"]
benchmarks:
    questions:
    -   question: Total revenue?
        answer: [{format: SQL, content: ["SELECT sum(amount)\\n", "FROM main.sales.orders"]}]
"""

ANCHORS = """\
title: Sales
data_sources:
  tables:
    - identifier: main.sales.orders
      description: &text Shared words   # for both
      column_configs: &columns
        - column_name: day
          synonyms: &names [date, order day]
        - region
    - identifier: main.sales.customers
      description: *text
      column_configs: *columns
    - identifier: main.sales.returns
      column_configs:
        - column_name: day
          synonyms: *names   # the same
instructions:
  sql_snippets:
    measures:
      - &revenue
        display_name: revenue
        sql: sum(orders.amount)
    expressions:
      - *revenue
"""

IN_BRACKETS = """\
{title: Sales, description: "Orders",
 data_sources: {tables: [{identifier: main.sales.orders, column_configs: [day, {column_name: region}]},
                         main.sales.customers]},  # two
 instructions: {
   text_instructions: ["One.", "Two."],
   example_question_sqls: [
     {question: "How many?", sql: "SELECT 1"},   # one
     {question: "How few?", sql: "SELECT 2"},
   ],
 },
 benchmarks: [{question: Total?, expected_sql: SELECT 3}]
}
"""

BODY = """\
title: Sales
# the raw body
serialized_space:
  version: 2
  config:
    sample_questions:
      - id: 01f00000000000000000000000000001
        question: [What was our best day?]
  data_sources:
    tables:
      - identifier: main.sales.orders
        description: ["One row per order.\\n", "Cancelled too."]
        column_configs:
          - column_name: day
            synonyms: [date]   # one
          - column_name: region
            exclude: false
      - identifier: main.sales.customers
  instructions:
    text_instructions:
      - id: 01f00000000000000000000000000002
        content:
          - "Week starts on Monday.\\n"
          - "Amounts are EUR.\\n"   # money
    example_question_sqls:
      - id: 01f00000000000000000000000000003
        question: [How many?]
        sql:
          - "SELECT count(*)\\n"   # count
          - "FROM main.sales.orders\\n"
          - "WHERE true"
    join_specs:
      - id: 01f00000000000000000000000000004
        left: {identifier: main.sales.orders, alias: orders}
        right: {identifier: main.sales.customers, alias: customers}
        sql: ["`orders`.`customer_id` = `customers`.`id`", "--rt=FROM_RELATIONSHIP_TYPE_MANY_TO_ONE--"]
    sql_snippets:
      measures:
        - id: 01f00000000000000000000000000005
          display_name: revenue
          sql: ["sum(orders.amount)"]
"""


def _as_json() -> str:
    space = {
        "title": "Sales",
        "description": "Orders & customers 😀",
        "data_sources": {
            "tables": [
                {
                    "identifier": "main.sales.orders",
                    "column_configs": [{"column_name": "day", "synonyms": ["date", "order day"]}],
                },
                "main.sales.customers",
            ]
        },
        "instructions": {
            "text_instructions": ["Week starts on Monday."],
            "example_question_sqls": [{"question": "How many?", "sql": "SELECT count(*)\nFROM t"}],
            "sql_snippets": {"measures": [{"display_name": "revenue", "sql": "sum(amount)"}]},
        },
        "benchmarks": [{"question": "Total?", "expected_sql": "SELECT 3"}],
    }
    return json.dumps(space, indent=4, ensure_ascii=False) + "\n"


STYLES = {
    "tidy": TIDY,
    "at_the_key": AT_THE_KEY,
    "anchors": ANCHORS,
    "in_brackets": IN_BRACKETS,
    "json": _as_json(),
    "body": BODY,
}
