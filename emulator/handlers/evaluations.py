"""evaluations: runs of a space's benchmarks, `/api/2.0/genie/spaces/{id}/eval-runs`, in beta in 2026.

The shapes are those of databricks-sdk-py 0.156.0 (`GenieEvalRunResponse` and the classes beside it). A run walks
NOT_STARTED, RUNNING, DONE, one step for every `eval_polls` reads; counts appear at the end only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import invalid, missing
from ..genie import spaces
from ..http.exchange import answer, body_of, caller_of, page_in, paged, workspace_of
from ..rules import definition
from ..state import access_control, clock, records

if TYPE_CHECKING:
    from ..workspace import Workspace

_GOOD = "GOOD"


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


async def create(request: Request) -> Response:
    workspace, row, asked = workspace_of(request), _require_editor(request), await body_of(request)
    questions = definition.entries(json.loads(row["body"]), "benchmarks.questions")
    wanted = asked.get("benchmark_question_ids") or [each["id"] for each in questions]
    unknown = set(wanted) - {each["id"] for each in questions}
    if unknown:
        raise invalid(f"Benchmark question {sorted(unknown)[0]} does not exist in space {row['space_id']}.")
    run = {
        "eval_run_id": clock.ordered_id(),
        "space_id": row["space_id"],
        "polls": 0,
        "created": int(clock.now() * 1000),
        "questions": [each for each in questions if each["id"] in wanted],
    }
    _keep(workspace, run)
    return answer(_shown(workspace, run))


def _keep(workspace: Workspace, run: dict[str, Any]) -> None:
    records.keep(workspace, "eval_run", run["eval_run_id"], run["space_id"], run["created"], run)


def _status(workspace: Workspace, run: dict[str, Any]) -> str:
    step = run["polls"] // max(1, workspace.settings.eval_polls)
    return ("NOT_STARTED", "RUNNING", workspace.settings.eval_outcome)[min(step, 2)]


def _shown(workspace: Workspace, run: dict[str, Any]) -> dict[str, Any]:
    status = _status(workspace, run)
    shown = {
        "eval_run_id": run["eval_run_id"],
        "eval_run_status": status,
        "created_timestamp": run["created"],
        "last_updated_timestamp": run["created"] + run["polls"],
        "run_by_user": 1,
    }
    if status == "DONE":
        verdicts = [_verdict(workspace, each) for each in run["questions"]]
        shown |= {
            "num_questions": len(verdicts),
            "num_done": len(verdicts),
            "num_correct": verdicts.count(_GOOD),
            "num_needs_review": verdicts.count("NEEDS_REVIEW"),
        }
    return shown


def _verdict(workspace: Workspace, question: dict[str, Any]) -> str:
    """What the run thinks of a question: GOOD unless `eval_verdicts` says otherwise, by id or by text."""
    verdicts = workspace.settings.eval_verdicts
    return verdicts.get(question["id"]) or verdicts.get("".join(question.get("question", []))) or _GOOD


async def get(request: Request) -> Response:
    _require_editor(request)
    workspace, run = workspace_of(request), _run_of(request)
    run["polls"] += 1
    _keep(workspace, run)
    return answer(_shown(workspace, run))


async def list_runs(request: Request) -> Response:
    workspace, row = workspace_of(request), _require_editor(request)
    kept = records.of(workspace, "eval_run", row["space_id"])
    page, token = paged([_shown(workspace, each) for each in kept], *page_in(request, 20, 100))
    return answer({"eval_runs": page, **({"next_page_token": token} if token else {})})


async def results(request: Request) -> Response:
    """The rows of a run; `status` is how far each got, not whether it was right.

    malcolndandaro/genie-promote-cicd, on a workspace on 2 July 2026, read DONE on a row whose details said BAD,
    and got 24 questions on two pages.
    """
    _require_editor(request)
    workspace, run = workspace_of(request), _run_of(request)
    listed = [_result(workspace, run, each) for each in run["questions"]]
    page, token = paged(listed, *page_in(request, 20, 100))
    return answer({"eval_results": page, **({"next_page_token": token} if token else {})})


def _result(workspace: Workspace, run: dict[str, Any], question: dict[str, Any]) -> dict[str, Any]:
    return {
        "result_id": question["id"],
        "space_id": run["space_id"],
        "benchmark_question_id": question["id"],
        "question": "".join(question.get("question", [])),
        "benchmark_answer": _expected(question),
        "status": _status(workspace, run),
        "created_by_user": 1,
    }


def _expected(question: dict[str, Any]) -> str:
    return "".join(text for each in question.get("answer", []) for text in each.get("content", []))


async def details(request: Request) -> Response:
    _require_editor(request)
    workspace, run = workspace_of(request), _run_of(request)
    asked = request.path_params["result_id"]
    found = [each for each in run["questions"] if each["id"] == asked]
    if not found:
        raise missing(f"Evaluation result {asked} does not exist.")
    question, status = found[0], _status(workspace, run)
    shown = {**_result(workspace, run, question), "eval_run_status": status, "manual_assessment": False}
    del shown["status"]
    if status == "DONE":
        verdict = _verdict(workspace, question)
        expected = [{"response": _expected(question), "response_type": "SQL"}]
        actual = expected if verdict == _GOOD else [{"response": "SELECT 1", "response_type": "SQL"}]
        reasons = {} if verdict == _GOOD else {"assessment_reasons": ["RESULT_MISSING_ROWS"]}
        shown |= {"assessment": verdict, "expected_response": expected, "actual_response": actual, **reasons}
    return answer(shown)


_BASE = "/api/2.0/genie/spaces/{space_id}/eval-runs"
routes = [
    Route(_BASE, create, methods=["POST"]),
    Route(_BASE, list_runs),
    Route(_BASE + "/{run_id}", get),
    Route(_BASE + "/{run_id}/results", results),
    Route(_BASE + "/{run_id}/results/{result_id}", details),
]
