"""job_runs: a job of the blueprint, run to its end before the spaces, and again whenever it changes.

The workspace gives the same run for the same token, so a killed `up` waits for the run that it began, and a lost
answer begins none twice. A run that failed is not taken for an answer: the next `up` begins another.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from typing import Final

from ..client import JobRun, Workspace, reporting
from ..config.settings import from_provider_config
from ..errors import WorkspaceError
from ..lifecycle import UNKNOWN, Call, Change, Checked, Found, Lifecycle, Made, Properties
from ..model.ownership_key import ownership_key
from .session import WorkspaceSession

FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 10.0
_MOST_ATTEMPTS: Final = 100


class JobRunLifecycle(Lifecycle):
    """Inputs: `job_id`, `job` (its name), `trigger` (a digest of all that it does), `timeout_s`."""

    def __init__(self, config: Mapping[str, str]) -> None:
        self._session = WorkspaceSession(from_provider_config(config))
        self._cancelled = threading.Event()

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        return Checked(dict(news))

    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]:
        return [
            Change((name,), "update")
            for name in ("job_id", "trigger")
            if news.get(name) is UNKNOWN or old_inputs.get(name) != news.get(name)
        ]

    def create(self, call: Call, inputs: Properties) -> Made:
        outputs = self._run(call, inputs)
        return Made(f"{inputs['job_id']}", outputs)

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        """A run is a thing of the past: there is nothing to look at anew."""
        return Found(id, dict(inputs or {}), dict(outputs or {}))

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        self._session.check_workspace(old_outputs)
        return Made(id, self._run(call, news))

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        """The workspace forgets a run with its job."""

    def cancel(self) -> None:
        self._cancelled.set()

    # ── one run ─────────────────────────────────────────────────────────────────────────────

    def _run(self, call: Call, inputs: Properties) -> Properties:
        workspace = self._session.workspace
        with reporting(lambda text: call.notify("status", text)):
            run = self._until_over(call, workspace, self._begun(call, workspace, inputs), inputs)
        if not run.succeeded:
            raise _failure(workspace, run, inputs)
        call.notify("info", f"the job {inputs['job']} has run: {_address(workspace, run)}")
        return {
            "run_id": run.run_id,
            "run_url": _address(workspace, run),
            "workspace_id": workspace.workspace_id(),
        }

    def _begun(self, call: Call, workspace: Workspace, inputs: Properties) -> str:
        """The run to wait for: one of an earlier `up` that has not failed, else a new one."""
        job_id = str(inputs["job_id"])
        known = set(workspace.runs_of_job(job_id))
        for attempt in range(_MOST_ATTEMPTS):
            run_id = workspace.run_job(job_id, _token(call, inputs, attempt))
            if run_id not in known:
                return run_id
            held = workspace.job_run(run_id)
            if not held.is_over or held.succeeded:
                return run_id
        raise WorkspaceError("failed", f"run the job {inputs['job']}", f"it failed {_MOST_ATTEMPTS} times as it is")

    def _until_over(self, call: Call, workspace: Workspace, run_id: str, inputs: Properties) -> JobRun:
        began, pause_s = time.monotonic(), FIRST_WAIT_S
        while True:
            run = workspace.job_run(run_id)
            waited = time.monotonic() - began
            if run.is_over:
                return run
            if waited > float(inputs["timeout_s"]) or self._cancelled.is_set():
                words = "cancelled" if self._cancelled.is_set() else f"not over after {waited:.0f} s"
                raise WorkspaceError(
                    "failed",
                    f"wait for the job {inputs['job']}",
                    f"{words}; it goes on: {_address(workspace, run)}",
                    "the next pulumi up waits for the same run; run_timeout gives it more time",
                )
            call.notify("status", f"the job is {run.state.lower()} ({waited:.0f} s): {_address(workspace, run)}")
            self._cancelled.wait(pause_s)
            pause_s = min(LONGEST_WAIT_S, pause_s * 1.5)


def _token(call: Call, inputs: Properties, attempt: int) -> str:
    """At most 64 characters, the same for the same job of the same stack doing the same."""
    words = (ownership_key(call.project, call.stack, call.name), inputs["job_id"], inputs["trigger"], attempt)
    return hashlib.sha256(repr(words).encode()).hexdigest()[:64]


def _failure(workspace: Workspace, run: JobRun, inputs: Properties) -> WorkspaceError:
    reasons = workspace.run_errors(run) or [run.message or "the workspace does not say why"]
    return WorkspaceError(
        "failed",
        f"run the job {inputs['job']}",
        f"it ended {run.state}: {'; '.join(reasons)}",
        f"look at {_address(workspace, run)}; the next pulumi up runs it again",
    )


def _address(workspace: Workspace, run: JobRun) -> str:
    """Where people look at the run."""
    return run.url if run.url.startswith("http") else f"{workspace.host}{run.url or '/#job/runs'}"
