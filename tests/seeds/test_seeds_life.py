"""Seeds against a local workspace: made, checked, changed in place, dropped only when ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from emulator.state.warehouses import STARTER_ID
from genie_provider.client import Access, Workspace
from genie_provider.errors import WorkspaceError
from genie_provider.lifecycle import Call, Change, Properties
from genie_provider.seeds.content import from_rows, keyed
from genie_provider.seeds.functions import SeedFunctionLifecycle
from genie_provider.seeds.owned import MarkedLifecycle
from genie_provider.seeds.schemas import SeedSchemaLifecycle
from genie_provider.seeds.tables import SeedTableLifecycle

ROWS = [{"id": 1, "name": "Ada's ${x}", "day": "2024-01-01"}, {"id": 2, "name": None, "day": "2024-01-02"}]


@pytest.fixture
def workspace() -> Iterator[Handle]:
    with running() as handle:
        yield handle


@dataclass
class Seed:
    """One seed of one stack, each step in a run of its own, led as the engine does."""

    workspace: Handle
    kind: type[MarkedLifecycle]
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    owner: str = "genie/dev/seed"
    warehouse: str = "Serverless Starter Warehouse"

    def up(self, **inputs: Any) -> Properties:
        news = {**inputs, "__owner": self.owner}
        if self.id and self.read():
            if self.run().diff(self.call(), self.id, self.inputs, self.outputs, news):
                made = self.run().update(self.call(), self.id, self.inputs, self.outputs, news)
                self.inputs, self.outputs = news, made.outputs
            return self.outputs
        made = self.run().create(self.call(), news)
        self.id, self.inputs, self.outputs = made.id, news, made.outputs
        return self.outputs

    def preview(self, **inputs: Any) -> list[Change]:
        self.read()
        return self.run().diff(self.call(), self.id, self.inputs, self.outputs, {**inputs, "__owner": self.owner})

    def read(self) -> bool:
        found = self.run().read(self.call(), self.id, self.inputs, self.outputs)
        if found:
            self.inputs, self.outputs = found.inputs, found.outputs
        return found is not None

    def drop(self) -> None:
        self.run().delete(self.call(), self.id, self.outputs)

    def run(self) -> MarkedLifecycle:
        return self.kind({"genie:host": self.workspace.url, "genie:token": "x", "genie:warehouse": self.warehouse})

    def call(self) -> Call:
        return Call("seed", "genie", "dev", "urn", notify=lambda level, text: self.said.append(f"{level}: {text}"))


def client(workspace: Handle) -> Workspace:
    return Workspace(Access.find(workspace.url, None, "person", env={}))


def sql(workspace: Handle, text: str) -> list[list[str | None]]:
    return client(workspace).statement(text, STARTER_ID).rows


def table(rows: list[Mapping[str, Any]] = ROWS, types: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:  # type: ignore[assignment]
    held = from_rows(rows, types)
    return {
        "name": "main.default.people",
        "columns": ", ".join(map(str, held.columns)),
        "rows": keyed(held.rows),
        **more,
    }


@pytest.fixture
def seed(workspace: Handle) -> Seed:
    return Seed(workspace, SeedTableLifecycle)


def test_a_table_with_every_type_is_made_and_then_unchanged(seed: Seed, workspace: Handle) -> None:
    types = {
        "a": "int",
        "b": "bigint",
        "c": "double",
        "d": "decimal(12,2)",
        "e": "boolean",
        "f": "timestamp",
        "g": "date",
    }
    rows = [
        {
            "a": 1,
            "b": 2**60,
            "c": 1.5,
            "d": "3.10",
            "e": True,
            "f": "2024-01-01 10:00:00",
            "g": "2024-01-01",
            "h": "'\\\n${x}",
        },
        {"a": None, "b": -1, "c": -0.25, "d": 0, "e": False, "f": None, "g": None, "h": ""},
    ]

    seed.up(**table(rows, types, comment="It's a 'seed'"))

    assert seed.preview(**table(rows, types, comment="It's a 'seed'")) == []
    found = client(workspace).table("main.default.people")
    assert found is not None
    assert found.comment == "It's a 'seed'"
    assert found.raw["properties"]["genie_seed"] == "genie/dev/seed"


def test_a_row_changed_by_hand_is_drift_and_is_put_back(seed: Seed, workspace: Handle) -> None:
    seed.up(**table())
    sql(workspace, "UPDATE main.default.people SET name = 'Eve' WHERE id = 2")
    sql(workspace, "INSERT INTO main.default.people VALUES (3, 'Mallory', NULL)")

    changes = seed.preview(**table())
    seed.up(**table())

    assert [(change.path, change.kind) for change in changes] == [(("rows", "2"), "update"), (("rows", "3"), "delete")]
    assert seed.preview(**table()) == []
    assert sql(workspace, "SELECT name FROM main.default.people ORDER BY id") == [["Ada's ${x}"], [None]]


def test_changed_rows_are_replaced_in_place(seed: Seed, workspace: Handle) -> None:
    seed.up(**table())
    before = client(workspace).table("main.default.people")
    seed.up(**table([*ROWS, {"id": 3, "name": "Bo", "day": "2024-02-01"}], comment="new"))

    after = client(workspace).table("main.default.people")
    assert before is not None
    assert after is not None
    assert after.raw["table_id"] == before.raw["table_id"]
    assert after.comment == "new"
    assert sql(workspace, "SELECT count(*) FROM main.default.people") == [["3"]]


def test_other_columns_make_it_anew_under_the_same_mark(seed: Seed, workspace: Handle) -> None:
    seed.up(**table())
    seed.up(**table([{"id": 1, "city": "Ulm"}]))

    assert sql(workspace, "SELECT * FROM main.default.people") == [["1", "Ulm"]]
    assert seed.preview(**table([{"id": 1, "city": "Ulm"}])) == []


def test_another_name_moves_the_table(seed: Seed, workspace: Handle) -> None:
    seed.up(**table())
    seed.up(**{**table(), "name": "main.default.persons"})

    assert sql(workspace, "SHOW TABLES IN main.default") == [["default", "persons", "false"]]
    seed.drop()
    assert sql(workspace, "SHOW TABLES IN main.default") == []


def test_a_table_of_somebody_else_is_never_touched(seed: Seed, workspace: Handle) -> None:
    sql(workspace, "CREATE TABLE main.default.people (id bigint)")
    with pytest.raises(WorkspaceError) as caught:
        seed.up(**table())
    other = Seed(workspace, SeedTableLifecycle, id="main.default.people", outputs={"owner": "genie/dev/seed"})
    other.drop()

    assert "is there already, and this stack did not make it; nothing was changed" in str(caught.value)
    assert "info: the table main.default.people stays: this stack did not make it" in other.said
    assert sql(workspace, "SELECT count(*) FROM main.default.people") == [["0"]]


def test_one_that_lost_its_mark_is_left_alone(seed: Seed, workspace: Handle) -> None:
    seed.up(**table())
    sql(workspace, "CREATE OR REPLACE TABLE main.default.people (id bigint)")

    seed.preview(**table())
    with pytest.raises(WorkspaceError):
        seed.up(**table([{"id": 9}]))
    seed.drop()

    assert any("does not carry this stack's mark any more" in text for text in seed.said)
    assert sql(workspace, "SHOW TABLES IN main.default") != []


def test_an_interrupted_run_is_taken_up(seed: Seed, workspace: Handle) -> None:
    workspace.control.add_fault("status", method="POST", path_regex="/sql/statements", nth=2, status=400)
    with pytest.raises(WorkspaceError):
        seed.up(**table())

    seed.up(**table())

    assert seed.preview(**table()) == []


def test_a_dropped_table_is_made_again(seed: Seed, workspace: Handle) -> None:
    seed.up(**table())
    sql(workspace, "DROP TABLE main.default.people")

    assert not seed.read()
    seed.up(**table())
    assert sql(workspace, "SELECT count(*) FROM main.default.people") == [["2"]]


def test_reading_never_starts_a_stopped_warehouse(workspace: Handle) -> None:
    seed = Seed(workspace, SeedTableLifecycle, warehouse="Analytics Pro")
    seed.up(**table())
    workspace.control.change_warehouse("fedcba9876543210", state="STOPPED")
    sql(workspace, "UPDATE main.default.people SET name = 'Eve'")

    assert seed.preview(**table()) == []
    assert any("rows not compared: the warehouse is stopped" in text for text in seed.said)
    assert [house.state for house in client(workspace).warehouses() if house.name == "Analytics Pro"] == ["STOPPED"]


def test_a_schema_of_ours_goes_and_one_that_was_there_stays(workspace: Handle) -> None:
    ours, theirs = Seed(workspace, SeedSchemaLifecycle), Seed(workspace, SeedSchemaLifecycle)
    ours.up(name="main.demo", comment="Demo")
    theirs.up(name="main.default", comment="Not applied")

    assert ours.preview(name="main.demo", comment="Demo") == []
    assert theirs.preview(name="main.default", comment="Not applied") == []
    ours.drop()
    theirs.drop()
    assert [name for (name,) in sql(workspace, "SHOW SCHEMAS IN main")] == ["default"]


def test_a_schema_in_which_others_put_something_stays(workspace: Handle) -> None:
    ours = Seed(workspace, SeedSchemaLifecycle)
    ours.up(name="main.demo")
    sql(workspace, "CREATE TABLE main.demo.theirs (id bigint)")

    ours.drop()

    assert "warning: the schema main.demo stays: somebody else has put something into it" in ours.said


def test_a_function_is_made_changed_and_dropped(workspace: Handle) -> None:
    seed = Seed(workspace, SeedFunctionLifecycle)
    given = {"name": "main.default.twice", "parameters": "x bigint", "returns": "bigint", "comment": "Two times x"}
    seed.up(**given, body="x * 2")
    assert seed.preview(**given, body="x * 2") == []

    sql(
        workspace,
        "CREATE OR REPLACE FUNCTION main.default.twice(x bigint) RETURNS bigint "
        "COMMENT 'Two times x [genie seed genie/dev/seed]' RETURN x * 3",
    )
    assert [change.path for change in seed.preview(**given, body="x * 2")] == [("body",)]
    seed.up(**given, body="x * 2")
    assert seed.preview(**given, body="x * 2") == []

    seed.drop()
    assert sql(workspace, "SHOW FUNCTIONS IN main.default") == []


def test_a_function_of_somebody_else_is_never_replaced(workspace: Handle) -> None:
    workspace.control.add_function("main.default.twice")
    seed = Seed(workspace, SeedFunctionLifecycle)

    with pytest.raises(WorkspaceError, match="this stack did not make it"):
        seed.up(name="main.default.twice", returns="bigint", body="1")


def test_another_workspace_is_noticed(seed: Seed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    seed.up(**table())
    seed.outputs["workspace_id"] = "1"

    with pytest.raises(WorkspaceError, match="workspace 1"):
        seed.up(**table([{"id": 5}]))
