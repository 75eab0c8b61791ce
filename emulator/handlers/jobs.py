"""jobs: jobs and their runs, `/api/2.2/jobs` and the older `/api/2.1/jobs`.

A SQL task with a file of the workspace is carried out by the engine of `sql`; a task of another kind does nothing
and succeeds, unless the switch `job_outcome` says otherwise. All of it happens when the run is asked for, and shows
once `job_s` are over; the first look at a run always finds it running.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import ApiError, invalid
from ..http.exchange import answer, body_of, caller_of, objects_in, page_in, paged, workspace_of
from ..sql.script import execute_all
from ..sql.session import Session, SqlError
from ..state import clock, jobs, warehouses, workspace_files

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace


def _job(request: Request, number: Any) -> dict[str, Any]:
    found = jobs.find(workspace_of(request), str(number))
    if found is None:
        raise invalid(f"Job {number} does not exist.")
    if not caller_of(request).admin and found["creator_user_name"] != caller_of(request).name:
        raise ApiError(403, "PERMISSION_DENIED", f"{caller_of(request).name} has no permission on job {number}.")
    return found


async def create(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    _check_tasks(body)
    with workspace.store.writing():
        made = jobs.put(workspace, {"name": "Untitled", "max_concurrent_runs": 1, **body}, caller_of(request).name)
    return answer({"job_id": made["job_id"]})


async def reset(request: Request) -> Response:
    """All settings anew."""
    workspace, body = workspace_of(request), await body_of(request)
    held = _job(request, body.get("job_id"))
    settings = body.get("new_settings") or {}
    _check_tasks(settings)
    with workspace.store.writing():
        jobs.put(workspace, settings, held["creator_user_name"], held["job_id"])
    return answer({})


async def delete(request: Request) -> Response:
    workspace, body = workspace_of(request), await body_of(request)
    with workspace.store.writing():
        jobs.remove(workspace, str(_job(request, body.get("job_id"))["job_id"]))
    return answer({})


async def get(request: Request) -> Response:
    return answer(_job(request, request.query_params.get("job_id")))


async def list_all(request: Request) -> Response:
    name = request.query_params.get("name", "").lower()
    found = [each for each in jobs.every(workspace_of(request)) if each["settings"]["name"].lower() == name or not name]
    page, token = paged(found, *page_in(request, default=20, most=100))
    return answer({"jobs": page, "has_more": bool(token), **({"next_page_token": token} if token else {})})


def _check_tasks(settings: dict[str, Any]) -> None:
    keys = [str(task.get("task_key") or "") for task in objects_in(settings, "tasks")]
    if "" in keys:
        raise invalid("task_key is required for every task")
    if len(keys) != len(set(keys)):
        raise invalid("Task keys must be unique within a job")


async def run_now(request: Request) -> Response:
    """A run. The same `idempotency_token` gives the run that it gave before."""
    workspace, body = workspace_of(request), await body_of(request)
    job, token = _job(request, body.get("job_id")), str(body.get("idempotency_token") or "")
    if len(token) > 64:
        raise invalid("idempotency_token must have at most 64 characters")
    held = next((run for run in jobs.runs(workspace) if token and run["idempotency_token"] == token), None)
    if held is not None:
        return answer({"run_id": held["run_id"], "number_in_job": held["run_id"]})
    run = {"job_id": job["job_id"], "idempotency_token": token, "looked_at": 0}
    run |= {"run_name": job["settings"].get("name"), "start_time": int(clock.now() * 1000)}
    run |= {"creator_user_name": caller_of(request).name, "ready": clock.now() + workspace.settings.job_s}
    run = jobs.put_run(workspace, {**run, "tasks": _carried_out(workspace, caller_of(request), job["settings"])})
    return answer({"run_id": run["run_id"], "number_in_job": run["run_id"]})


def _carried_out(workspace: Workspace, caller: Caller, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks with what became of each; after a failure the rest is not carried out."""
    done: list[dict[str, Any]] = []
    for at, task in enumerate(settings.get("tasks") or []):
        failed = any(each["error"] for each in done)
        error = "" if failed else _error_of(workspace, caller, task)
        result = "UPSTREAM_FAILED" if failed else "FAILED" if error else "SUCCESS"
        done.append({"task_key": task["task_key"], "index": at, "error": error, "result": result})
    return done


def _error_of(workspace: Workspace, caller: Caller, task: dict[str, Any]) -> str:
    outcome = workspace.settings.job_outcome
    if outcome != "SUCCESS":
        return f"The local workspace was told that jobs end {outcome}."
    sql = task.get("sql_task") or {}
    file = (sql.get("file") or {}).get("path")
    if not file:
        return ""
    text = workspace_files.find(workspace, file)
    if text is None:
        return f"Unable to access the file {file}: it does not exist."
    number = str(sql.get("warehouse_id") or "")
    if warehouses.find(workspace, number) is None:
        return f"SQL warehouse {number} does not exist."
    warehouses.start(workspace, number)
    try:
        execute_all(Session(workspace, caller), text)
    except SqlError as problem:
        return str(problem)
    return ""


def _run(request: Request) -> dict[str, Any]:
    number = request.query_params.get("run_id") or ""
    found = jobs.find_run(workspace_of(request), number)
    if found is None:
        raise invalid(f"Run {number} does not exist.")
    return found


async def get_run(request: Request) -> Response:
    workspace, run = workspace_of(request), _run(request)
    shown = _shown(workspace, run)
    jobs.put_run(workspace, {**run, "looked_at": run["looked_at"] + 1})
    return answer(shown)


def _shown(workspace: Workspace, run: dict[str, Any]) -> dict[str, Any]:
    over = run["looked_at"] > 0 and clock.now() >= run["ready"]
    failed = next((task for task in run["tasks"] if task["error"]), None)
    result = workspace.settings.job_outcome if failed and workspace.settings.job_outcome != "SUCCESS" else "FAILED"
    state: dict[str, Any] = {"life_cycle_state": "RUNNING", "state_message": "In run"}
    if over:
        message = f"Task {failed['task_key']} failed with message: {failed['error']}." if failed else ""
        state = {"life_cycle_state": "TERMINATED", "result_state": result if failed else "SUCCESS"}
        state["state_message"] = message
    kept = ("job_id", "run_id", "run_name", "start_time", "creator_user_name")
    return {
        **{key: run[key] for key in kept},
        "number_in_job": run["run_id"],
        "run_page_url": f"/?o={workspace.workspace_id}#job/{run['job_id']}/run/{run['run_id']}",
        "state": state,
        "tasks": [_shown_task(run, task, over) for task in run["tasks"]],
    }


def _shown_task(run: dict[str, Any], task: dict[str, Any], over: bool) -> dict[str, Any]:
    state = {"life_cycle_state": "TERMINATED", "result_state": task["result"]} if over else {}
    return {
        "task_key": task["task_key"],
        "run_id": run["run_id"] * 1000 + task["index"],
        "state": state or {"life_cycle_state": "RUNNING"},
    }


async def get_output(request: Request) -> Response:
    """Of a task's run, as the API wants it."""
    whole, index = divmod(int(request.query_params.get("run_id") or 0), 1000)
    run = jobs.find_run(workspace_of(request), str(whole))
    if run is None or index >= len(run["tasks"]):
        raise invalid("Retrieving the output of runs with multiple tasks is not supported.")
    task = run["tasks"][index]
    return answer({"metadata": {"run_id": whole}, **({"error": task["error"]} if task["error"] else {})})


async def list_runs(request: Request) -> Response:
    wanted = request.query_params.get("job_id")
    found = [run for run in jobs.runs(workspace_of(request)) if wanted in (None, str(run["job_id"]))]
    page, token = paged(found, *page_in(request, default=20, most=25))
    shown = [_shown(workspace_of(request), run) for run in page]
    return answer({"runs": shown, "has_more": bool(token), **({"next_page_token": token} if token else {})})


routes = [
    Route(f"/api/{version}/jobs/{path}", endpoint, methods=[method])
    for version in ("2.1", "2.2")
    for path, method, endpoint in (
        ("create", "POST", create),
        ("reset", "POST", reset),
        ("delete", "POST", delete),
        ("get", "GET", get),
        ("list", "GET", list_all),
        ("run-now", "POST", run_now),
        ("runs/get", "GET", get_run),
        ("runs/get-output", "GET", get_output),
        ("runs/list", "GET", list_runs),
    )
]
