"""conversations: one question to a space and its answer, for smoke tests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, pages, part, text_of
from genie_provider.client.http.progress import reporter
from genie_provider.client.http.transport import Transport
from genie_provider.client.redaction import harmless
from genie_provider.errors import WorkspaceError

# CANCELLED and QUERY_RESULT_EXPIRED are ends too, though the SDK's waiter goes on polling them.
_ENDS = {"COMPLETED", "FAILED", "CANCELLED", "QUERY_RESULT_EXPIRED"}
_NEEDS = "CAN RUN on the space"
_PAGE_SIZE = 100


@dataclass(frozen=True)
class Reply:
    """How a question ended. `error_type` is the workspace's word, such as TABLES_MISSING_EXCEPTION."""

    status: str
    sql: str = ""
    text: str = ""
    error_type: str = ""
    error: str = ""


@dataclass(frozen=True)
class AskedQuestion:
    """A question that somebody asked a space, and what became of it.

    Attributes:
        created_ms: milliseconds since 1970, 0 if the workspace does not tell.
        rating: POSITIVE, NEGATIVE, or "" for none.
    """

    content: str
    created_ms: int
    status: str
    rating: str = ""
    sql: str = ""
    text: str = ""
    error_type: str = ""


class Conversations:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def ask(self, space_id: str, content: str, *, timeout_s: float = 300.0) -> Reply:
        """Asks in a conversation of its own, which is deleted afterwards.

        Raises:
            WorkspaceError: "failed" when there is no answer within `timeout_s`.
        """
        step, base = "ask the space", f"/api/2.0/genie/spaces/{part(space_id)}"
        started = self._transport.call(
            Request(
                step, "POST", f"{base}/start-conversation", body={"content": content}, repeatable=False, needs=_NEEDS
            )
        )
        conversation = f"{base}/conversations/{part(text_of(started, 'conversation_id'))}"
        try:
            message = f"{conversation}/messages/{part(text_of(started, 'message_id'))}"
            return _to_reply(self._until_answered(message, timeout_s), step)
        finally:
            with suppress(WorkspaceError):  # a conversation left behind harms nobody
                self._transport.call(Request("delete the conversation", "DELETE", conversation))

    def asked_questions(self, space_id: str, *, since_ms: int = 0, everybody: bool = True) -> list[AskedQuestion]:
        """The messages of the space's conversations, in the order of the workspace.

        Args:
            since_ms: conversations and messages from before are left out.
            everybody: those of all people, which takes CAN MANAGE; else the caller's own.
        """
        base = f"/api/2.0/genie/spaces/{part(space_id)}/conversations"
        needs = "CAN MANAGE on the space" if everybody else "CAN VIEW on the space"
        query: dict[str, str | int] = {"page_size": _PAGE_SIZE, **({"include_all": "true"} if everybody else {})}
        request = Request("list conversations", "GET", base, query, needs=needs)
        found: list[AskedQuestion] = []
        for page in pages(self._transport, request, "conversations"):
            for entry in page:
                number = text_of(entry, "conversation_id") or text_of(entry, "id")
                found += self._messages(f"{base}/{part(number)}/messages", needs, since_ms)
        return found

    def _messages(self, path: str, needs: str, since_ms: int) -> list[AskedQuestion]:
        """A conversation begun long ago may have been gone on with since, so its messages are what counts."""
        request = Request("read a conversation", "GET", path, {"page_size": _PAGE_SIZE}, needs=needs)
        found = [
            _to_question(each, request.step) for page in pages(self._transport, request, "messages") for each in page
        ]
        return [each for each in found if each.created_ms >= since_ms]

    def _until_answered(self, message: str, timeout_s: float) -> dict[str, Any]:
        clock, step, wait_s = self._transport.clock, "ask the space", 0.5
        give_up_at = clock.now() + timeout_s
        while True:
            data = self._transport.call(Request(step, "GET", message, needs=_NEEDS))
            status = text_of(data, "status")
            if status in _ENDS:
                return data
            if clock.now() >= give_up_at or clock.stopped:
                raise WorkspaceError("failed", step, f"no answer within {timeout_s:.0f} s ({status.lower()})")
            reporter()(f"waiting for the answer ({status.lower()})")
            clock.sleep(wait_s)
            wait_s = min(5.0, wait_s * 1.5)


def _to_question(data: Mapping[str, Any], step: str) -> AskedQuestion:
    reply, feedback, created = _to_reply(data, step), data.get("feedback"), text_of(data, "created_timestamp")
    rating = text_of(feedback, "rating") if isinstance(feedback, dict) else ""
    return AskedQuestion(
        text_of(data, "content"),
        int(created) if created.isdigit() else 0,
        reply.status,
        "" if rating == "NONE" else harmless(rating, limit=60),
        reply.sql,
        reply.text,
        reply.error_type,
    )


def _to_reply(data: Mapping[str, Any], step: str) -> Reply:
    error = data.get("error") if isinstance(data.get("error"), dict) else {}
    assert isinstance(error, dict)
    attachments = entries_of(data, "attachments", step)
    queries = [entry["query"] for entry in attachments if isinstance(entry.get("query"), dict)]
    texts = [entry["text"] for entry in attachments if isinstance(entry.get("text"), dict)]
    return Reply(
        text_of(data, "status"),
        text_of(queries[0], "query") if queries else "",
        text_of(texts[0], "content") if texts else "",
        harmless(text_of(error, "type"), limit=60),
        harmless(text_of(error, "error")),
    )
