"""evaluations: what a person does on a space's Benchmarks page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..state import records
from .endpoint import route

if TYPE_CHECKING:
    from ..workspace import Workspace


def _judge(workspace: Workspace, sent: Any, at: dict[str, str]) -> None:
    """A verdict given by hand: `{"question": text or id, "verdict": "GOOD"}`, in the space's latest run."""
    runs = records.of(workspace, "eval_run", at["space_id"])
    if not runs:
        raise ValueError("the space has no evaluation run")
    run = runs[0]
    found = [each for each in run["answers"] if sent["question"] in (each["id"], each["question"])]
    if not found:
        raise ValueError(f"the run has no question {sent['question']!r}")
    found[0].setdefault("first_verdict", found[0]["verdict"])
    found[0].update(verdict=sent["verdict"], manual=True, reasons=[])
    records.keep(workspace, "eval_run", run["eval_run_id"], run["space_id"], run["created"], run)


def _runs(workspace: Workspace, sent: Any, at: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"eval_run_id": each["eval_run_id"], "questions": len(each["answers"]), "polls": each["polls"]}
        for each in records.of(workspace, "eval_run", at["space_id"])
    ]


routes = [
    route("/spaces/{space_id}/evaluations", "GET", _runs),
    route("/spaces/{space_id}/verdicts", "POST", _judge),
]
