"""specs: the two spaces of a case: one with everything, one all of whose ids are foreign.

Before and after an edit that touches text, entries, a title, rights and tags.
"""

from __future__ import annotations

from pathlib import Path

_ORDERS = """\
title: {title}
description: {description}
parent_path: /Shared/chaos
tags: {{domain: {domain}}}
permissions:
  group:analysts: {level}
sample_questions:
  - How many orders last week?
data_sources:
  tables:
    - identifier: samples.tpch.orders
      description: {table}
      column_configs:
        - {{column_name: o_orderdate, description: When it was ordered, synonyms: [order day]}}
    - samples.tpch.customer
instructions:
  text_instructions: ["{text}"]
  example_question_sqls:
    - question: How many orders?
      sql: SELECT count(*) FROM samples.tpch.orders
{more}
"""

_MORE = """\
    - question: How many customers?
      sql: SELECT count(*) FROM samples.tpch.customer
"""

# No entry of this one gets an id from us: tables have none, and the question has its own.
_TRIPS = """\
title: Trips
description: {description}
parent_path: /Shared/chaos
sample_questions:
  - {{id: 01f0aaaaaaaaaaaaaaaaaaaaaaaaaaaa, question: "{question}"}}
data_sources:
  tables:
    - identifier: samples.nyctaxi.trips
      description: {description}
"""

NAMES = ("orders", "trips")


def write(folder: Path, *, edited: bool = False) -> None:
    """The specs as they are deployed, or as somebody edited them since; other files go."""
    for file in folder.glob("*.yaml"):
        file.unlink()
    orders = _ORDERS.format(
        title="Orders and customers" if edited else "Orders",
        description="Every order, and who ordered" if edited else "Every order",
        domain="sales" if edited else "trade",
        level="CAN_EDIT" if edited else "CAN_RUN",
        table="One row an order, open ones too" if edited else "One row an order",
        text="A week begins on Monday" if edited else "A week begins on Sunday",
        more=_MORE if edited else "",
    )
    trips = _TRIPS.format(
        description="Yellow cabs in 2016" if edited else "Yellow cabs",
        question="When is traffic slowest?",
    )
    (folder / "orders.yaml").write_text(orders, encoding="utf-8")
    (folder / "trips.yaml").write_text(trips, encoding="utf-8")


def write_many(folder: Path, count: int, *, edit: str = "") -> None:
    """`count` small spaces, every fourth without an id of ours."""
    for number in range(count):
        text = f"title: Space {number:03d}\ndata_sources:\n  tables:\n    - identifier: samples.tpch.orders\n"
        text += f"      description: Number {number}{edit}\n"
        if number % 4:
            text += f"sample_questions:\n  - How many orders of unit {number}?\n"
        (folder / f"space-{number:03d}.yaml").write_text(text, encoding="utf-8")
