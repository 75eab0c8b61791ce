"""jobs: jobs and their runs, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import clock, records

if TYPE_CHECKING:
    from ..workspace import Workspace

_FIRST = 1001


def put(workspace: Workspace, settings: dict[str, Any], creator: str, number: int | None = None) -> dict[str, Any]:
    """Add a job, or give one that is there other settings."""
    held = find(workspace, str(number)) if number is not None else None
    number = number if number is not None else _next(workspace, "job")
    info = held or {"job_id": number, "creator_user_name": creator, "created_time": int(clock.now() * 1000)}
    info["settings"] = settings
    records.keep(workspace, "job", str(number), "", number, info)
    return info


def find(workspace: Workspace, number: str) -> dict[str, Any] | None:
    return records.find(workspace, "job", number, "")


def every(workspace: Workspace) -> list[dict[str, Any]]:
    return records.of(workspace, "job", "")


def remove(workspace: Workspace, number: str) -> None:
    workspace.store.run("delete from records where kind = 'job' and id = ?", number)


def put_run(workspace: Workspace, run: dict[str, Any]) -> dict[str, Any]:
    """Keep a run; one without a number is new."""
    run.setdefault("run_id", _next(workspace, "job_run"))
    records.keep(workspace, "job_run", str(run["run_id"]), "", run["run_id"], run)
    return run


def find_run(workspace: Workspace, number: str) -> dict[str, Any] | None:
    return records.find(workspace, "job_run", number, "")


def runs(workspace: Workspace) -> list[dict[str, Any]]:
    """All runs, newest first."""
    return records.of(workspace, "job_run", "")


def _next(workspace: Workspace, kind: str) -> int:
    row = workspace.store.one("select max(position) as last from records where kind = ?", kind)
    return int(row["last"]) + 1 if row and row["last"] is not None else _FIRST
