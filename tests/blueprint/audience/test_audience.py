"""Who may open a space, and whether they may read what it shows: yes, no, or not known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import yaml

from emulator.handle import Handle
from emulator.serving import running
from emulator.state.warehouses import STARTER_ID
from genie_provider.blueprint.audience import ahead, remedy
from genie_provider.blueprint.audience.access import Planned, Shown, Verdict, filters, verdicts
from genie_provider.blueprint.audience.readers import Audience
from genie_provider.cli import main, schemas
from genie_provider.client import Access, Workspace
from genie_provider.errors import Place
from genie_provider.yamlio.reader import Document

TABLE = "lake.sales.orders"
ANA, BO, PIPELINE = "user:ana@example.com", "user:bo@example.com", "group:outsiders"


@pytest.fixture
def workspace() -> Iterator[Handle]:
    """A catalog that nobody may use, and three readers of a table in it."""
    with running() as handle:
        control = handle.control
        control.ask("POST", "/catalogs", {"name": "lake", "readable": False})
        control.add_table(TABLE, "id bigint")
        for name, groups in (("sellers", []), ("night-shift", ["sellers"]), ("outsiders", [])):
            control.add_principal("group", name, groups=groups)
        control.add_principal("user", "ana@example.com", groups=["users"])
        control.add_principal("user", "bo@example.com", groups=["users", "night-shift"])
        grant(handle, "catalog", "lake", "ana@example.com", "USE CATALOG")
        grant(handle, "table", TABLE, "ana@example.com", "SELECT")
        grant(handle, "catalog", "lake", "sellers", "USE CATALOG", "USE SCHEMA", "SELECT")
        yield handle


def grant(workspace: Handle, kind: str, name: str, principal: str, *privileges: str) -> None:
    workspace.control.change_privileges(kind, name, principal, add=list(privileges))


def client(workspace: Handle, token: str = "deployer") -> Workspace:
    return Workspace(Access.find(workspace.url, None, token, env={}))


def answers(workspace: Workspace, principal: str, level: str = "CAN_RUN", **shown: Any) -> dict[str, str]:
    found = verdicts(workspace, principal, level, Shown((TABLE,), **shown))
    return {each.kind: each.answer for each in found}


def test_one_without_use_schema_one_through_a_group_in_a_group(workspace: Handle) -> None:
    asked = client(workspace)

    assert answers(asked, ANA) == {"catalog": "yes", "schema": "no", "table": "yes"}
    assert answers(asked, BO) == {"catalog": "yes", "schema": "yes", "table": "yes"}
    (table,) = [each for each in verdicts(asked, BO, "CAN_RUN", Shown((TABLE,))) if each.kind == "table"]
    assert table.reason == "group sellers, which holds group night-shift"


@pytest.mark.parametrize("hidden", ["omit", "refuse"])
def test_what_may_not_be_looked_at_is_not_known_and_never_fine(workspace: Handle, hidden: str) -> None:
    workspace.control.set_settings(hidden_grants=hidden)
    workspace.control.add_token("theirs", "someone@example.com")
    asked = client(workspace, "theirs")

    assert set(answers(asked, ANA).values()) == {"not known"}
    assert set(answers(asked, PIPELINE).values()) == {"not known"}


def test_a_principal_whose_groups_are_not_told_is_not_known(workspace: Handle) -> None:
    assert answers(client(workspace), "group:of-the-account")["table"] == "not known"


def test_the_owner_needs_no_grant_and_all_privileges_hold_all(workspace: Handle) -> None:
    grant(workspace, "catalog", "lake", "outsiders", "ALL PRIVILEGES")

    assert set(answers(client(workspace), PIPELINE).values()) == {"yes"}
    assert set(answers(client(workspace), "user:you@example.com").values()) == {"yes"}


def test_only_authors_need_the_warehouse(workspace: Handle) -> None:
    workspace.control.ask("POST", "/warehouses", {"name": "Quiet", "id": "abc"})
    rights = {"access_control_list": [{"user_name": "bo@example.com", "permission_level": "CAN_USE"}]}
    path = f"{workspace.url}/api/2.0/permissions/warehouses/abc"
    requests.put(path, json=rights, headers={"Authorization": "Bearer x"}, timeout=10).raise_for_status()
    house = {"warehouse_id": "abc", "warehouse": "Quiet"}

    assert "warehouse" not in answers(client(workspace), ANA, **house)
    assert answers(client(workspace), ANA, "CAN_EDIT", **house)["warehouse"] == "no"
    assert answers(client(workspace), BO, "CAN_EDIT", **house)["warehouse"] == "yes"
    assert answers(client(workspace), ANA, "CAN_EDIT", warehouse_id=STARTER_ID)["warehouse"] == "yes"


def test_what_a_program_is_about_to_grant_counts_as_granted(workspace: Handle) -> None:
    asked = client(workspace)
    everything = frozenset({"ALL_PRIVILEGES"})
    planned = [Planned("lake.`sales`", "outsiders", frozenset({"SELECT"})), Planned("lak", "outsiders", everything)]

    found = verdicts(asked, PIPELINE, "CAN_RUN", Shown((TABLE,)), planned)

    assert {each.kind: each.answer for each in found} == {"catalog": "no", "schema": "no", "table": "yes"}
    assert found[-1].reason == "by a grant of the program"


def test_a_program_is_told_of_its_readers_with_each_thing_asked_for_once(workspace: Handle) -> None:
    """Ten spaces over one table, with two readers each."""
    shown = Shown((TABLE,), ())
    spaces = [Audience(f"s{at}", Place("x"), {ANA: "CAN_RUN", BO: "CAN_RUN"}, shown) for at in range(10)]
    question = json.loads(
        json.dumps(ahead.question(spaces, [Planned("lake", "bo@example.com", frozenset({"SELECT"}))]))
    )
    workspace.control.clear_requests()

    told = ahead.answer(client(workspace), question)

    words = f"{ANA} may open the space and lacks USE SCHEMA on schema lake.sales"
    assert [(space, who) for space, who, _ in told["lacking"]] == [(f"s{at}", ANA) for at in range(10)]
    assert told["lacking"][0][2].startswith(words)
    assert told["hidden"] == []
    asked = [f"{each['path']}?{each['query']}" for each in workspace.control.requests()]
    assert sorted(asked) == sorted(set(asked))


def test_row_filters_and_masks_are_told(workspace: Handle) -> None:
    columns = [{"name": "id", "type": "bigint", "mask": {"function_name": "lake.sales.hide"}}]
    workspace.control.add_table(TABLE, columns, row_filter={"function_name": "lake.sales.mine"})

    assert filters(client(workspace), [TABLE]) == {TABLE: ["row filter lake.sales.mine", "mask lake.sales.hide on id"]}


def test_remedies_are_statements_and_lines_of_a_blueprint() -> None:
    missing = [
        Verdict("group:a`b", "schema", "lake.sales", "USE_SCHEMA", "no"),
        Verdict("group:a`b", "table", TABLE, "SELECT", "no"),
        Verdict("group:a`b", "catalog", "lake", "USE_CATALOG", "not known"),
    ]

    assert remedy.statements(missing) == [
        "GRANT USE SCHEMA ON SCHEMA `lake`.`sales` TO `a``b`;",
        "GRANT SELECT ON TABLE `lake`.`sales`.`orders` TO `a``b`;",
    ]
    lines = remedy.blueprint_lines(missing, {"lake.sales": "schemas.sales"})
    assert Document("\n".join(lines), "shown").value == {
        "grants": [
            {"on": "schemas.sales", "to": "group:a`b", "privileges": ["USE SCHEMA"]},
            {"on": TABLE, "to": "group:a`b", "privileges": ["SELECT"]},
        ]
    }


@pytest.fixture
def project(tmp_path: Path, workspace: Handle, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    config = {"genie:host": workspace.url, "genie:warehouse": "Serverless Starter Warehouse"}
    (tmp_path / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}))
    (tmp_path / "spaces").mkdir()
    spec = {"title": "Orders", "data_sources": {"tables": [TABLE]}, "permissions": {ANA: "CAN_RUN"}}
    (tmp_path / "spaces" / "orders.yaml").write_text(yaml.safe_dump(spec, sort_keys=False))
    for name in ("DATABRICKS_HOST", "DATABRICKS_CONFIG_PROFILE", "PULUMI_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_TOKEN", "deployer")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_printed_grants_mend_what_is_missing(
    project: Path, workspace: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audience"]) == 1
    said = capsys.readouterr()
    statement = next(line for line in said.err.splitlines() if line.startswith("GRANT"))
    assert statement == "GRANT USE SCHEMA ON SCHEMA `lake`.`sales` TO `ana@example.com`;"
    assert "orders  user:ana@example.com  yes      no      yes     -          -" in said.out

    client(workspace).statement(statement.rstrip(";"), STARTER_ID)

    assert main(["audience"]) == 0


def test_those_let_in_by_hand_are_asked_about_too(
    project: Path, workspace: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    grant(workspace, "schema", "lake.sales", "ana@example.com", "USE SCHEMA")
    space_id = workspace.control.make_space("Orders")
    client(workspace).add_permissions(space_id, {PIPELINE: "CAN_RUN"})

    assert main(["audience", "orders", "--output", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schemas.read(told["schema"]))
    rows = told["items"]
    lacking = {row["principal"]: [v["privilege"] for v in row["verdicts"] if v["answer"] == "no"] for row in rows}
    assert lacking[PIPELINE] == ["USE_CATALOG", "USE_SCHEMA", "SELECT"]
    assert lacking[ANA] == []


def test_validate_live_names_who_may_not_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--live", "--stack", "dev"]) == 1

    assert (
        "spaces/orders.yaml:6:25: user:ana@example.com may open the space and lacks USE SCHEMA on schema lake.sales; "
        "grant it: GRANT USE SCHEMA ON SCHEMA `lake`.`sales` TO `ana@example.com`;"
    ) in capsys.readouterr().out
