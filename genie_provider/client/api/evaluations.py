"""evaluations: runs of a space's benchmarks.

Starting a run costs money and is not idempotent. It is sent once; where its answer is lost, the list of the space's
runs tells whether it began, and no second one is started.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, pages, part, text_of
from genie_provider.client.http.progress import reporter
from genie_provider.client.http.transport import Transport
from genie_provider.client.redaction import harmless
from genie_provider.errors import WorkspaceError

PAGE_SIZE = 100  # the most the API gives; 20 is its default
FIND_STARTED_S = 60.0
"""Seconds to look for a run whose start had no answer; the list may lag behind."""
_NEEDS = "CAN EDIT on the space, SELECT on its tables and CAN USE on its warehouse"


@dataclass(frozen=True)
class EvaluationRun:
    """A run as the workspace tells it. Counts are None where it does not; it may leave them out while running."""

    run_id: str
    status: str = ""
    num_questions: int | None = None
    num_done: int | None = None
    num_correct: int | None = None
    num_needs_review: int | None = None
    created_ms: int | None = None
    updated_ms: int | None = None


@dataclass(frozen=True)
class EvaluationRow:
    """One question of a run. `status` is how far it got, not whether the answer was right."""

    result_id: str
    question_id: str
    question: str = ""
    expected: str = ""
    status: str = ""


@dataclass(frozen=True)
class EvaluationResponse:
    """An answer's text or SQL. `kind` says TEXT on rows that hold SQL, so nothing branches on it.

    Attributes:
        result: the statement's result as the API sends it, None where it sends none.
    """

    text: str
    kind: str = ""
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class EvaluationDetails:
    """The verdict on one question, "" while there is none."""

    result_id: str
    question_id: str
    status: str = ""
    assessment: str = ""
    reasons: list[str] = field(default_factory=list)
    manual: bool = False
    actual: list[EvaluationResponse] = field(default_factory=list)
    expected: list[EvaluationResponse] = field(default_factory=list)


class Evaluations:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start_evaluation(
        self, space_id: str, question_ids: Sequence[str] | None = None, *, before: Collection[str] = ()
    ) -> EvaluationRun:
        """Starts a run, once.

        Args:
            question_ids: the benchmarks to ask; all if None.
            before: the ids of the runs the space has already, to tell a new one by.

        Raises:
            WorkspaceError: "ambiguous" when nobody knows whether a run began; "taken" when another is under way and the
                workspace takes no second one.
        """
        body = {} if question_ids is None else {"benchmark_question_ids": list(question_ids)}
        request = Request("start the evaluation", "POST", _runs(space_id), body=body, repeatable=False, needs=_NEEDS)
        try:
            return _to_run(self._transport.call(request), request.step)
        except WorkspaceError as error:
            if error.kind != "ambiguous":
                raise
            return self.find_started(space_id, question_ids, before, error)

    def find_started(
        self, space_id: str, question_ids: Sequence[str] | None, before: Collection[str], lost: WorkspaceError
    ) -> EvaluationRun:
        """The run that began although its answer was lost.

        Raises:
            WorkspaceError: `lost`, when none shows in the list after `FIND_STARTED_S`.
        """
        clock = self._transport.clock
        give_up_at, wait_s = clock.now() + FIND_STARTED_S, 0.2
        while True:
            fresh = [run for run in self.evaluations(space_id) if run.run_id not in before]
            found = self._ours(space_id, fresh, question_ids)
            if found:
                return found
            if clock.now() >= give_up_at or clock.stopped:
                lost.hint = (
                    "No new run shows in the space's list, and none is started a second time: each costs money. "
                    "Look at the space's Benchmarks page; `eval` takes the run up if it shows there by then."
                )
                raise lost
            reporter()("the answer was lost; looking for the run in the space's list")
            clock.sleep(wait_s)
            wait_s = min(5.0, wait_s * 2)

    def _ours(
        self, space_id: str, fresh: list[EvaluationRun], question_ids: Sequence[str] | None
    ) -> EvaluationRun | None:
        """The newest of the new runs that asks the same questions: as good as ours, whoever began it."""
        for run in sorted(fresh, key=lambda each: each.created_ms or 0, reverse=True):
            if len(fresh) == 1 or question_ids is None:
                return run
            if {row.question_id for row in self.evaluation_rows(space_id, run.run_id)} == set(question_ids):
                return run
        return None

    def evaluation(self, space_id: str, run_id: str) -> EvaluationRun:
        """How far a run is.

        Raises:
            WorkspaceError: "gone" when there is no such run.
        """
        request = Request("read the evaluation", "GET", f"{_runs(space_id)}/{part(run_id)}", needs=_NEEDS)
        return _to_run(self._transport.call(request), request.step)

    def evaluations(self, space_id: str) -> list[EvaluationRun]:
        """Every run of the space, in the order of the workspace."""
        request = Request("list evaluations", "GET", _runs(space_id), {"page_size": PAGE_SIZE}, needs=_NEEDS)
        found = [entry for page in pages(self._transport, request, "eval_runs") for entry in page]
        return [_to_run(entry, request.step) for entry in found]

    def evaluation_rows(self, space_id: str, run_id: str) -> list[EvaluationRow]:
        """The questions of a run; they can be read for about a week."""
        path = f"{_runs(space_id)}/{part(run_id)}/results"
        request = Request("list evaluation results", "GET", path, {"page_size": PAGE_SIZE}, needs=_NEEDS)
        found = [entry for page in pages(self._transport, request, "eval_results") for entry in page]
        return [_to_row(entry, request.step) for entry in found]

    def evaluation_details(self, space_id: str, run_id: str, result_id: str) -> EvaluationDetails:
        """The verdict on one question, with both answers.

        Raises:
            WorkspaceError: "gone" when the row is no longer there.
        """
        path = f"{_runs(space_id)}/{part(run_id)}/results/{part(result_id)}"
        request = Request("read an evaluation result", "GET", path, needs=_NEEDS)
        data = self._transport.call(request)
        reasons = data.get("assessment_reasons")
        return EvaluationDetails(
            result_id,
            text_of(data, "benchmark_question_id"),
            harmless(text_of(data, "eval_run_status"), limit=60),
            harmless(text_of(data, "assessment"), limit=60),
            [harmless(str(each), limit=60) for each in reasons] if isinstance(reasons, list) else [],
            data.get("manual_assessment") is True,
            _responses(data, "actual_response", request.step),
            _responses(data, "expected_response", request.step),
        )


def _runs(space_id: str) -> str:
    return f"/api/2.0/genie/spaces/{part(space_id)}/eval-runs"


def _to_run(data: Mapping[str, Any], step: str) -> EvaluationRun:
    run_id = text_of(data, "eval_run_id")
    if not run_id:
        kind = "ambiguous" if step.startswith("start") else "garbled"
        raise WorkspaceError(kind, step, "the answer has no eval_run_id")  # type: ignore[arg-type]
    return EvaluationRun(
        run_id,
        harmless(text_of(data, "eval_run_status"), limit=60),
        _count(data, "num_questions"),
        _count(data, "num_done"),
        _count(data, "num_correct"),
        _count(data, "num_needs_review"),
        _count(data, "created_timestamp"),
        _count(data, "last_updated_timestamp"),
    )


def _count(data: Mapping[str, Any], key: str) -> int | None:
    """A whole number, which 64-bit fields of the API may write as text; None if absent or anything else."""
    value = data.get(key)
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _to_row(data: Mapping[str, Any], step: str) -> EvaluationRow:
    result_id, question_id = text_of(data, "result_id"), text_of(data, "benchmark_question_id")
    if not result_id or not question_id:
        raise WorkspaceError("garbled", step, "an entry has no result_id or benchmark_question_id")
    status = harmless(text_of(data, "status"), limit=60)
    return EvaluationRow(result_id, question_id, text_of(data, "question"), text_of(data, "benchmark_answer"), status)


def _responses(data: Mapping[str, Any], key: str, step: str) -> list[EvaluationResponse]:
    found = []
    for entry in entries_of(data, key, step):
        result = entry.get("sql_execution_result")
        given = result if isinstance(result, dict) else None
        found.append(EvaluationResponse(text_of(entry, "response"), text_of(entry, "response_type"), given))
    return found
