"""evaluations: what people do on a space's Benchmarks page, and what they asked it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..state import clock, records
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


def _converse(workspace: Workspace, sent: Any, at: dict[str, str]) -> dict[str, str]:
    """A question that somebody asked: `{"question", "status", "sql", "text", "error", "rating", "created_ms"}`."""
    space_id, conversation_id, message_id = at["space_id"], clock.ordered_id(), clock.ordered_id()
    created = sent.get("created_ms", int(clock.now() * 1000))
    ids = {"space_id": space_id, "conversation_id": conversation_id, "created_timestamp": created}
    user = sent.get("user", workspace.user)
    talk = {**ids, "id": conversation_id, "title": sent["question"], "user": user}
    records.keep(workspace, "conversation", conversation_id, space_id, created, talk)
    attachments = [{"attachment_id": message_id, "query": {"query": sent["sql"]}}] if "sql" in sent else []
    attachments += [{"attachment_id": message_id, "text": {"content": sent["text"]}}] if "text" in sent else []
    message = {**ids, "message_id": message_id, "id": message_id, "content": sent["question"], "user": user, "polls": 0}
    message |= {"status": sent.get("status", "COMPLETED"), "attachments": attachments}
    message |= {"feedback": {"rating": sent["rating"]}} if "rating" in sent else {}
    message |= {"error": {"type": sent["error"], "error": "It did not work."}} if "error" in sent else {}
    records.keep(workspace, "message", message_id, conversation_id, created, message)
    return {"conversation_id": conversation_id, "message_id": message_id}


routes = [
    route("/spaces/{space_id}/questions", "POST", _converse),
    route("/spaces/{space_id}/evaluations", "GET", _runs),
    route("/spaces/{space_id}/verdicts", "POST", _judge),
]
