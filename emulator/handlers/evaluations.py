"""evaluations: runs of a space's benchmarks, `/api/2.0/genie/spaces/{id}/eval-runs`, in beta in 2026.

The shapes are those of databricks-sdk-py 0.156.0 (`GenieEvalRunResponse` and the classes beside it). A run walks
NOT_STARTED, RUNNING, DONE, one step for every `eval_polls` reads; counts appear at the end only. Runs of one space are
handled one after another. What goes wrong with them is asked for with the switches `eval_…`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import ApiError, invalid, missing
from ..genie import evaluations, spaces
from ..http.exchange import answer, body_of, caller_of, page_in, paged, workspace_of
from ..rules import definition
from ..sql import json_array
from ..state import access_control, clock, records

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace

_WALK = ("NOT_STARTED", "RUNNING")


def _run_of(request: Request) -> dict[str, Any]:
    at = request.path_params
    run = records.find(workspace_of(request), "eval_run", at["run_id"], at["space_id"])
    if run is None:
        raise missing(f"Evaluation run {at['run_id']} does not exist.")
    return run


def _require_editor(request: Request) -> Any:
    return spaces.visible(
        workspace_of(request), caller_of(request), request.path_params["space_id"], access_control.CAN_EDIT
    )


# ── runs ────────────────────────────────────────────────────────────────────────────────────


async def create(request: Request) -> Response:
    workspace, row, asked = workspace_of(request), _require_editor(request), await body_of(request)
    document = json.loads(row["body"])
    questions = definition.entries(document, "benchmarks.questions")
    wanted = asked.get("benchmark_question_ids") or [each["id"] for each in questions]
    unknown = set(wanted) - {each["id"] for each in questions}
    if unknown:
        raise invalid(f"Benchmark question {sorted(unknown)[0]} does not exist in space {row['space_id']}.")
    held = records.of(workspace, "eval_run", row["space_id"])
    if workspace.settings.eval_second_run == "refuse" and any(_goes_on(workspace, each) for each in held):
        raise ApiError(409, "RESOURCE_CONFLICT", "Another evaluation run of this space is in progress.")
    chosen = [each for each in questions if each["id"] in wanted]
    answers = [evaluations.answered(workspace, document, each, len(held)) for each in chosen]
    run = {
        "eval_run_id": clock.ordered_id(),
        "space_id": row["space_id"],
        "polls": 0,
        "restarts": workspace.settings.eval_restarts,
        "hidden": workspace.settings.eval_list_lag,
        "created": int(clock.now() * 1000),
        "answers": _taking_part(workspace, answers),
    }
    _keep(workspace, run)
    return answer(_shown(workspace, run))


def _taking_part(workspace: Workspace, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A partial run leaves questions out: those of a rule, and the last `eval_left_out`."""
    kept = [each for each in answers if not each.get("left_out")]
    return kept[: max(0, len(kept) - workspace.settings.eval_left_out)]


def _keep(workspace: Workspace, run: dict[str, Any]) -> None:
    records.keep(workspace, "eval_run", run["eval_run_id"], run["space_id"], run["created"], run)


def _status(workspace: Workspace, run: dict[str, Any]) -> str:
    step = run["polls"] // max(1, workspace.settings.eval_polls)
    return (*_WALK, workspace.settings.eval_outcome)[min(step, 2)]


def _goes_on(workspace: Workspace, run: dict[str, Any]) -> bool:
    return _status(workspace, run) in _WALK


def _shown(workspace: Workspace, run: dict[str, Any]) -> dict[str, Any]:
    status, settings = _status(workspace, run), workspace.settings
    shown = {
        "eval_run_id": run["eval_run_id"],
        "eval_run_status": status,
        "created_timestamp": run["created"],
        "last_updated_timestamp": run["created"] + run["polls"],
        "run_by_user": 1,
    }
    if status == "RUNNING" and settings.eval_counts_while_running:
        shown |= {"num_questions": len(run["answers"]), "num_done": len(run["answers"]) // 2}
    if status == "DONE":
        verdicts = [each["verdict"] for each in run["answers"] if not each["manual"]]
        verdicts += [each["first_verdict"] for each in run["answers"] if each["manual"]]
        shown |= {
            "num_questions": len(verdicts),
            "num_done": len(verdicts),
            "num_correct": verdicts.count("GOOD") + settings.eval_counts_off,
            "num_needs_review": verdicts.count("NEEDS_REVIEW"),
        }
    return shown


async def get(request: Request) -> Response:
    _require_editor(request)
    workspace, run = workspace_of(request), _run_of(request)
    if not _waits(workspace, run):
        run["polls"] += 1
    if run["restarts"] and _status(workspace, run) not in _WALK:
        run |= {"polls": 0, "restarts": run["restarts"] - 1}
    _keep(workspace, run)
    return answer(_shown(workspace, run))


def _waits(workspace: Workspace, run: dict[str, Any]) -> bool:
    """Whether an older run of the space goes on."""
    older = [each for each in records.of(workspace, "eval_run", run["space_id"]) if each["created"] < run["created"]]
    return any(_goes_on(workspace, each) for each in older)


async def list_runs(request: Request) -> Response:
    workspace, row = workspace_of(request), _require_editor(request)
    seen = []
    for run in records.of(workspace, "eval_run", row["space_id"]):
        if run["hidden"]:
            _keep(workspace, run | {"hidden": run["hidden"] - 1})
        else:
            seen.append(_shown(workspace, run))
    page, token = paged(seen, *page_in(request, 20, 100))
    return answer({"eval_runs": page, **({"next_page_token": token} if token else {})})


# ── rows ────────────────────────────────────────────────────────────────────────────────────


async def results(request: Request) -> Response:
    """The rows of a run; `status` is how far each got, not whether it was right.

    malcolndandaro/genie-promote-cicd, on a workspace on 2 July 2026, read DONE on a row whose details said BAD,
    and got 24 questions on two pages.
    """
    _require_editor(request)
    workspace, run = workspace_of(request), _run_of(request)
    listed = [] if workspace.settings.eval_rows_expired else [_result(workspace, run, each) for each in run["answers"]]
    size, token = page_in(request, 20, workspace.settings.eval_most_rows)
    if token:  # rows that are gone by the time of the second page move the others up
        listed = listed[workspace.settings.eval_rows_vanish :]
    page, token = paged(listed, size, token)
    return answer({"eval_results": page, **({"next_page_token": token} if token else {})})


def _result(workspace: Workspace, run: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "result_id": kept["id"],
        "space_id": run["space_id"],
        "benchmark_question_id": kept["id"],
        "question": kept["question"],
        "benchmark_answer": kept["expected"],
        "status": kept.get("status") or _status(workspace, run),
        "created_by_user": 1,
    }


async def details(request: Request) -> Response:
    _require_editor(request)
    workspace, run = workspace_of(request), _run_of(request)
    asked = request.path_params["result_id"]
    kept = next((each for each in run["answers"] if each["id"] == asked), None)
    if kept is None or workspace.settings.eval_rows_expired:
        raise missing(f"Evaluation result {asked} does not exist.")
    status = kept.get("status") or _status(workspace, run)
    shown = {**_result(workspace, run, kept), "eval_run_status": status, "manual_assessment": kept["manual"]}
    del shown["status"]
    if status == "DONE":
        kept["reads"] += 1
        _keep(workspace, run)
        shown |= _judged(workspace, caller_of(request), kept)
    return answer(shown)


def _judged(workspace: Workspace, caller: Caller, kept: dict[str, Any]) -> dict[str, Any]:
    late = kept["reads"] <= kept.get("verdict_after", workspace.settings.eval_verdict_lag)
    shown: dict[str, Any] = {"actual_response": [_response(workspace, caller, kept, "actual")]}
    if kept["expected"]:
        shown["expected_response"] = [_response(workspace, caller, kept, "expected")]
    if kept["verdict"] is not None and not late:
        shown["assessment"] = kept["verdict"]
        if kept["reasons"]:
            shown["assessment_reasons"] = kept["reasons"]
    return shown


def _response(workspace: Workspace, caller: Caller, kept: dict[str, Any], side: str) -> dict[str, Any]:
    """`response_type` says TEXT on rows that hold SQL, as was seen on a real workspace."""
    if side == "actual" and "text" in kept:
        return {"response": kept["text"], "response_type": "TEXT"}
    sql, rows = kept["sql"] if side == "actual" else kept["expected"], kept.get(f"{side}_rows")
    shown = {"response": sql, "response_type": "TEXT"}
    if rows is not None:
        return shown | {"sql_execution_result": _scripted(rows)}
    if side == "actual" and "error" in kept:
        failed = {"state": "FAILED", "error": {"error_code": "BAD_REQUEST", "message": kept["error"]}}
        return shown | {"sql_execution_result": {"status": failed}}
    found = evaluations.result_of(workspace, caller, sql) if workspace.settings.eval_shows_results else None
    if found is not None and found.rows:
        return shown | {"sql_execution_result": json_array.described(found, found.rows)}
    return shown


def _scripted(rows: list[list[Any]]) -> dict[str, Any]:
    columns = [{"name": f"c{at}", "type_text": "STRING"} for at in range(len(rows[0]) if rows else 1)]
    manifest = {"schema": {"columns": columns}, "total_row_count": len(rows)}
    return {"status": {"state": "SUCCEEDED"}, "manifest": manifest, "result": {"data_array": rows}}


_BASE = "/api/2.0/genie/spaces/{space_id}/eval-runs"
routes = [
    Route(_BASE, create, methods=["POST"]),
    Route(_BASE, list_runs),
    Route(_BASE + "/{run_id}", get),
    Route(_BASE + "/{run_id}/results", results),
    Route(_BASE + "/{run_id}/results/{result_id}", details),
]
