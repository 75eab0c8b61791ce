"""Previews as the engine writes them, for the tests of reviews."""

from __future__ import annotations

from typing import Any

from genie_provider.compare import diff

TYPE = "pulumi-python:dynamic/genie:GenieSpace"
HOSTILE = (
    "@channel <img src=x onerror=alert(1)> | #123 !45 `tick` ```` $x$ :tada: [a](javascript:b) \u202e~~x~~ www.x.org"
)
TABLE = "main.sales.orders"


def inputs(title: str = "Sales", **more: Any) -> dict[str, Any]:
    """A space with an entry in every section."""
    return {
        "title": title,
        "description": "What was sold",
        "warehouse": "Starter",
        "instructions": {"content": "Amounts are in dollars.\nWeeks start on Monday.\n"},
        "tables": {TABLE: {"description": "One row an order", "columns": {"id": {"synonyms": ["key"]}}}},
        "metric_views": {"main.sales.kpis": {"description": "KPIs"}},
        "sample_questions": {"How many orders?": {}},
        "examples": {"How fast are we?": {"sql": "SELECT 1\nFROM t\nWHERE a > 0\n"}},
        "functions": {"main.sales.f": {}},
        "joins": {"a = b": {"left": {"identifier": "a"}, "right": {"identifier": "b"}, "sql": "a.id = b.id"}},
        "filters": {"recent": {"sql": "day > 1"}},
        "expressions": {"net": {"sql": "a - b"}},
        "measures": {"revenue": {"sql": "sum(a)"}},
        "benchmarks": {"How many?": {"sql": "SELECT count(*)"}},
        "tags": {"team": "sales"},
        "permissions": {"group:analysts": "CAN_RUN"},
        **more,
    }


def step(op: str, name: str, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **more: Any) -> Any:
    """A step of `pulumi preview --json`. `marks`: the inputs of the last up, where they are not `old`."""
    marks = more.get("marks", old)
    outputs = {"url": f"https://adb-1.azuredatabricks.net/genie/rooms/{name}?o=1", "__seen": "2026-11-21T10:00:00.000Z"}
    found: dict[str, Any] = {"op": op, "urn": f"urn:pulumi:dev::genie::{TYPE}::{name}"}
    if old is not None:
        held = {**old, "__marks": diff.marks(marks or old), "__file": f"spaces/{name}.yaml", "__provider": "x"}
        found["oldState"] = {"type": TYPE, "id": "01f0", "inputs": held, "outputs": outputs}
    if new is not None:
        found["newState"] = {"type": TYPE, "inputs": {**new, "__file": f"spaces/{name}.yaml"}}
    return found


def document(*steps: Any, **more: Any) -> dict[str, Any]:
    config = {"genie:host": "https://adb-1.azuredatabricks.net"}
    return {"config": config, "steps": list(steps), "diagnostics": [], **more}
