"""jobs: runs of jobs: asked for once, looked at until they end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.client.redaction import harmless
from genie_provider.errors import WorkspaceError

_PATH = "/api/2.2/jobs"
_OVER = {"TERMINATED", "SKIPPED", "INTERNAL_ERROR"}


@dataclass(frozen=True)
class JobRun:
    """One run. `state` is the life cycle's while it goes on, the result's once it is over."""

    run_id: str
    state: str = ""
    is_over: bool = False
    message: str = ""
    url: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def succeeded(self) -> bool:
        return self.state == "SUCCESS"


class Jobs:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def run_job(self, job_id: str, token: str) -> str:
        """Asks for a run; the same token never gives a second one, so it may be asked for again. The run's id."""
        step = "run the job"
        body = {"job_id": int(job_id), "idempotency_token": token}
        needs = "CAN MANAGE RUN on the job"
        data = self._transport.call(Request(step, "POST", f"{_PATH}/run-now", body=body, needs=needs))
        run_id = text_of(data, "run_id")
        if not run_id:
            raise WorkspaceError("garbled", step, "the answer names no run")
        return run_id

    def job_run(self, run_id: str) -> JobRun:
        step = "look at the job's run"
        data = self._transport.call(Request(step, "GET", f"{_PATH}/runs/get", {"run_id": run_id}))
        state = data.get("state")
        held = state if isinstance(state, dict) else {}
        return JobRun(
            run_id,
            text_of(held, "result_state") or text_of(held, "life_cycle_state"),
            text_of(held, "life_cycle_state") in _OVER,
            harmless(text_of(held, "state_message")),
            text_of(data, "run_page_url"),
            data,
        )

    def runs_of_job(self, job_id: str) -> list[str]:
        """The ids of the job's latest runs, at most 25."""
        step = "list the job's runs"
        query: dict[str, str | int] = {"job_id": job_id, "limit": 25}
        data = self._transport.call(Request(step, "GET", f"{_PATH}/runs/list", query))
        return [text_of(run, "run_id") for run in entries_of(data, "runs", step)]

    def run_errors(self, run: JobRun) -> list[str]:
        """Why tasks of the run failed: "fill: [TABLE_OR_VIEW_NOT_FOUND] …" each; what cannot be read is left out."""
        step = "read the run's errors"
        found = []
        for task in entries_of(run.raw, "tasks", step):
            state = task.get("state")
            if not isinstance(state, dict) or text_of(state, "result_state") not in ("FAILED", "TIMEDOUT"):
                continue
            with suppress(WorkspaceError):
                query: dict[str, str | int] = {"run_id": text_of(task, "run_id")}
                data = self._transport.call(Request(step, "GET", f"{_PATH}/runs/get-output", query))
                if text_of(data, "error"):
                    found.append(f"{text_of(task, 'task_key')}: {harmless(text_of(data, 'error'), limit=600)}")
        return found
