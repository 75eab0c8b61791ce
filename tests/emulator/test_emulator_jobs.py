"""Warehouses made by the API, files of the workspace, jobs and their runs."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from emulator_caller import Caller

from emulator.handle import Handle
from emulator.state.warehouses import STARTER_ID

JOBS = "/api/2.2/jobs"
WAREHOUSES = "/api/2.0/sql/warehouses"
FILE = "/Shared/fill.sql"


def put_file(api: Caller, text: str) -> None:
    content = base64.b64encode(text.encode()).decode()
    wanted = {"path": FILE, "content": content, "format": "RAW", "overwrite": True}
    assert api.ask("POST", "/api/2.0/workspace/import", wanted).status_code == 200


def make_job(api: Caller) -> int:
    task = {"task_key": "fill", "sql_task": {"warehouse_id": STARTER_ID, "file": {"path": FILE}}}
    return int(api.ask("POST", f"{JOBS}/create", {"name": "Fill", "tasks": [task]}).json()["job_id"])


def run(api: Caller, job_id: int, **more: Any) -> int:
    return int(api.ask("POST", f"{JOBS}/run-now", {"job_id": job_id, **more}).json()["run_id"])


def state(api: Caller, run_id: int) -> dict[str, Any]:
    return dict(api.get(f"{JOBS}/runs/get", run_id=run_id).json()["state"])


def test_a_job_carries_out_the_sql_of_its_file(api: Caller) -> None:
    put_file(
        api,
        "-- two; statements\nCREATE TABLE main.default.n (text string);\nINSERT INTO main.default.n VALUES ('a;b');",
    )
    run_id = run(api, make_job(api))

    states = [state(api, run_id) for _ in range(2)]

    assert [each["life_cycle_state"] for each in states] == ["RUNNING", "TERMINATED"]
    assert states[1]["result_state"] == "SUCCESS"
    assert api.sql("SELECT * FROM main.default.n")["result"]["data_array"] == [["a;b"]]


def test_a_failed_task_names_its_error(api: Caller) -> None:
    put_file(api, "INSERT INTO main.default.nowhere VALUES (1)")
    run_id = run(api, make_job(api))
    state(api, run_id)

    over = api.get(f"{JOBS}/runs/get", run_id=run_id).json()
    output = api.get(f"{JOBS}/runs/get-output", run_id=over["tasks"][0]["run_id"]).json()

    assert over["state"]["result_state"] == "FAILED"
    assert output["error"].startswith("[TABLE_OR_VIEW_NOT_FOUND]")


def test_the_same_token_gives_the_same_run(api: Caller) -> None:
    put_file(api, "SELECT 1")
    job_id = make_job(api)

    assert run(api, job_id, idempotency_token="a") == run(api, job_id, idempotency_token="a")
    assert run(api, job_id, idempotency_token="b") != run(api, job_id, idempotency_token="a")


@pytest.mark.parametrize("outcome", ["FAILED", "TIMEDOUT", "CANCELED"])
def test_jobs_end_as_they_are_told(api: Caller, workspace: Handle, outcome: str) -> None:
    workspace.control.set_settings(job_outcome=outcome)
    put_file(api, "SELECT 1")
    run_id = run(api, make_job(api))
    state(api, run_id)

    assert state(api, run_id)["result_state"] == outcome


def test_a_job_is_reset_listed_and_deleted(api: Caller) -> None:
    job_id = make_job(api)
    api.ask("POST", f"{JOBS}/reset", {"job_id": job_id, "new_settings": {"name": "Other", "tasks": []}})

    assert [each["settings"]["name"] for each in api.get(f"{JOBS}/list").json()["jobs"]] == ["Other"]
    api.ask("POST", f"{JOBS}/delete", {"job_id": job_id})
    assert api.get(f"{JOBS}/get", job_id=job_id).status_code == 400


def test_a_warehouse_is_made_for_its_maker_changed_and_deleted(api: Caller, someone: Caller) -> None:
    number = api.ask("POST", WAREHOUSES, {"name": "New", "enable_serverless_compute": True}).json()["id"]

    assert api.get(f"{WAREHOUSES}/{number}").json()["warehouse_type"] == "PRO"
    assert someone.get(f"{WAREHOUSES}/{number}").status_code == 403
    rights = {"access_control_list": [{"user_name": "someone@example.com", "permission_level": "CAN_USE"}]}
    assert api.ask("PATCH", f"/api/2.0/permissions/warehouses/{number}", rights).status_code == 200
    assert someone.get(f"{WAREHOUSES}/{number}").status_code == 200
    assert someone.ask("DELETE", f"{WAREHOUSES}/{number}").status_code == 403
    assert api.ask("POST", f"{WAREHOUSES}/{number}/edit", {"cluster_size": "Large"}).status_code == 200
    assert api.get(f"{WAREHOUSES}/{number}").json()["cluster_size"] == "Large"
    assert api.ask("DELETE", f"{WAREHOUSES}/{number}").status_code == 200
    assert api.get(f"{WAREHOUSES}/{number}").status_code == 404


def test_a_size_that_does_not_exist_is_refused(api: Caller) -> None:
    assert "valid sizes" in api.ask("POST", WAREHOUSES, {"name": "New", "cluster_size": "Tiny"}).text.lower()
