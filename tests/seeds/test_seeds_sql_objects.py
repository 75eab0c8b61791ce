"""Views, metric views and functions from files: made, compared by their text, changed in place, dropped when ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from emulator.state.warehouses import STARTER_ID
from genie_provider.client import Access, Workspace
from genie_provider.errors import WorkspaceError
from genie_provider.lifecycle import Call, Properties
from genie_provider.seeds.sql_objects import SqlObjectLifecycle

VIEW = {"kind": "view", "name": "main.default.days", "text": "SELECT day FROM main.default.orders"}
METRICS = {
    "kind": "metric_view",
    "name": "main.default.sums",
    "text": "version: 1.1\nsource: main.default.orders\nmeasures:\n  - name: total\n    expr: sum(amount)\n",
}
FUNCTION = {
    "kind": "function",
    "name": "main.default.twice",
    "text": "(number INT COMMENT 'RETURN (')\nRETURNS INT\nRETURN number * 2",
}


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        handle.control.add_table("main.default.orders", "day date, amount double")
        yield handle


def client(workspace: Handle) -> Workspace:
    return Workspace(Access.find(workspace.url, None, "person", env={}))


def lifecycle(workspace: Handle) -> SqlObjectLifecycle:
    return SqlObjectLifecycle({"genie:host": workspace.url, "genie:token": "x"})


def inputs(given: Properties, **more: Any) -> Properties:
    return {**given, "warehouse": "Serverless Starter Warehouse", "__owner": "shop/dev/it", **more}


def drift(workspace: Handle, wanted: Properties, outputs: Properties) -> list[str]:
    run = lifecycle(workspace)
    found = run.read(Call(), str(wanted["name"]), wanted, outputs)
    assert found is not None
    return [str(change.path[0]) for change in run.diff(Call(), found.id, found.inputs, outputs, wanted)]


@pytest.mark.parametrize("given", [VIEW, METRICS, FUNCTION], ids=["view", "metric view", "function"])
def test_each_kind_is_made_stays_as_it_is_and_goes(workspace: Handle, given: Properties) -> None:
    wanted = inputs(given, comment="What it is for")
    made = lifecycle(workspace).create(Call(), wanted)

    assert drift(workspace, wanted, made.outputs) == []
    lifecycle(workspace).delete(Call(), made.id, made.outputs)
    asked = client(workspace)
    assert asked.table(str(given["name"])) is None
    assert asked.function(str(given["name"])) is None


def test_another_text_is_made_in_place_and_keeps_grants(workspace: Handle) -> None:
    wanted = inputs(VIEW)
    made = lifecycle(workspace).create(Call(), wanted)
    workspace.control.change_privileges("table", VIEW["name"], "analysts", add=["SELECT"])
    changed = inputs(VIEW, text="SELECT day, amount FROM main.default.orders")

    made = lifecycle(workspace).update(Call(), made.id, wanted, made.outputs, changed)

    view = client(workspace).table(VIEW["name"])
    assert view and list(view.columns) == ["day", "amount"]
    assert client(workspace).granted("table", VIEW["name"]).privileges["analysts"] >= {"SELECT"}
    assert drift(workspace, changed, made.outputs) == []


def test_a_view_altered_by_hand_is_drift_in_its_text(workspace: Handle) -> None:
    wanted = inputs(VIEW)
    made = lifecycle(workspace).create(Call(), wanted)
    client(workspace).statement(
        "ALTER VIEW main.default.days AS SELECT amount AS day FROM main.default.orders", STARTER_ID
    )

    assert drift(workspace, wanted, made.outputs) == ["text"]


def test_somebody_elses_view_is_neither_replaced_nor_dropped(workspace: Handle) -> None:
    asked = client(workspace)
    asked.statement("CREATE VIEW main.default.days AS SELECT 1 AS one", STARTER_ID)

    with pytest.raises(WorkspaceError) as refused:
        lifecycle(workspace).create(Call(), inputs(VIEW))
    lifecycle(workspace).delete(Call(), VIEW["name"], {"name": VIEW["name"], "owner": "shop/dev/it"})

    assert refused.value.kind == "taken"
    assert asked.table("main.default.days") is not None
