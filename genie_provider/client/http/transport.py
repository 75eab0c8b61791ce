"""transport: one call to the workspace, with deadline, waits and what may be repeated.

Not the SDK's transport, on purpose: that one repeats a POST whose answer timed out (the source of duplicate
spaces: databricks-genie-workbench counted about 15 in 14 minutes, its pull request 324), drops response fields
it does not know, and turns a spent retry budget into Python's built-in TimeoutError. The SDK is used for
credentials (`client.auth`).

What is repeated: everything, on 429 and while nothing was sent (refused, no such name); on lost or
broken answers and 5xx only what is `repeatable` (reads, and writes that set rather than add).
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from genie_provider.client.auth.resolve import Access
from genie_provider.client.http import pacing, responses
from genie_provider.client.http.attempts import (
    WORDS,
    AttemptFailed,
    Attempts,
    Request,
    of_connection_failure,
    of_refusal,
    unreachable,
)
from genie_provider.client.http.attempts import wait_before_next as wait_for
from genie_provider.client.http.progress import Report, reporter
from genie_provider.client.redaction import harmless
from genie_provider.errors import GenieError, WorkspaceError

CONNECT_S = 5.0
ANSWER_S = 22.0
"""How long a silent host is borne by default; under 30 s together with what the engine takes to start and to end."""
BUDGET_S = 120.0
"""Default time one call may spend waiting for rate limits."""
_HEAD_CODES = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
FIRST_SHARE = 0.65
"""Part of the silence budget the first attempt of a repeatable call may use up."""


@dataclass(frozen=True)
class Fetched:
    """An answer as it came."""

    headers: Mapping[str, str]
    content: bytes


class Transport:
    """Carries requests to one workspace. Thread-safe; one for all resources of a run.

    Args:
        report: hears "waiting 3 s: …" when the calling thread reports nowhere of its own (`progress.reporting`).
        budget_s: seconds a call may wait for rate limits before it fails as "limited".
        answer_s: seconds a host may stay silent before calls fail, all attempts and calls together.
    """

    def __init__(
        self,
        access: Access,
        *,
        report: Report | None = None,
        budget_s: float = BUDGET_S,
        answer_s: float = ANSWER_S,
        clock: pacing.Clock | None = None,
    ) -> None:
        self.access = access
        self.clock = clock or pacing.Clock()
        self.budget_s = budget_s
        self.org_id = ""
        self.silence_budget = pacing.SilenceBudget(self.clock, answer_s)
        self.concurrency = pacing.Concurrency(self.clock)
        self._report = report
        self._session: Any = None
        self._making_session = threading.Lock()

    def call(self, request: Request) -> dict[str, Any]:
        """The JSON object the workspace answers ({} for an empty one).

        Raises:
            WorkspaceError: everything else, after the waits and repeats that are safe.
        """
        answer: dict[str, Any] = self._carry(request, self._judge)
        return answer

    def fetch(self, request: Request) -> Fetched:
        """As `call`, for an answer that is no JSON: bytes, or headers alone."""
        answer: Fetched = self._carry(request, self._judge_bytes)
        return answer

    def _carry(self, request: Request, judge: Callable[..., Any]) -> Any:
        payload = None if request.body is None else json.dumps(request.body, separators=(",", ":")).encode()
        attempts = Attempts(self.clock.now(), share=FIRST_SHARE if request.repeatable else 1.0)
        while True:
            try:
                return self._attempt(request, payload, attempts, judge)
            except AttemptFailed as failed:
                wait_s = self._wait_before_next(request, attempts, failed)
                if wait_s is None:
                    raise failed.error from None
                self._tell(failed, wait_s)
                self.clock.sleep(wait_s)
                if self.clock.stopped:
                    raise failed.error from None
                if request.before_repeat:
                    request.before_repeat()

    def _attempt(self, request: Request, payload: bytes | None, attempts: Attempts, judge: Callable[..., Any]) -> Any:
        headers = self._headers(request, payload)
        context = self._context(request, headers)
        with self.concurrency.slot():
            silence_s = self.silence_budget.grant(attempts.silent_s, attempts.share)
            if not silence_s:
                raise AttemptFailed("final", unreachable(context, "it has not answered for a while"))
            attempts.share = 1.0
            began = self.clock.now()
            try:
                status, answer_headers, text = self._exchange(request, payload, headers, silence_s)
            except self._http.requests.RequestException as error:
                attempts.silent_s += self.clock.now() - began
                raise self._connection_failure(context, error) from None
        self.silence_budget.heard()
        return judge(request, context, status, answer_headers, text)

    def _exchange(
        self, request: Request, payload: bytes | None, headers: dict[str, str], silence_s: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Sends once and reads the whole answer, within `patience_s`; errors are those of `requests`."""
        query = "?" + urlencode(request.query, quote_via=quote) if request.query else ""
        with contextlib.ExitStack() as stack:
            data = stack.enter_context(contextlib.closing(request.file())) if request.file else payload
            deadline = self.clock.now() + silence_s
            answer = stack.enter_context(self._sent(request, query, data, headers, silence_s))
            if request.file:  # sending took its time; each write to the socket had its own deadline
                deadline = self.clock.now() + silence_s
            text = self._http.whole_text(answer, lambda: self.clock.now() > deadline)
            return answer.status_code, answer.headers, text

    def _sent(self, request: Request, query: str, data: Any, headers: dict[str, str], silence_s: float) -> Any:
        return self._open_session().request(
            request.method,
            self.access.host + request.path + query,
            data=data,
            headers=headers,
            timeout=(min(CONNECT_S, silence_s), silence_s),
            stream=True,
            allow_redirects=False,
        )

    def _connection_failure(self, context: responses.Context, error: Exception) -> AttemptFailed:
        failure = self._http.failure_of(error)
        if failure in ("silent", "unsent"):
            self.silence_budget.unheard()
        return of_connection_failure(context, failure, self._http.reason_of(error))

    def _judge(
        self, request: Request, context: responses.Context, status: int, headers: Mapping[str, str], text: bytes
    ) -> dict[str, Any]:
        """The object in an answer, or the fault that it is."""
        self._refuse(request, context, status, headers, text)
        if not text.strip():
            return {}
        content_type = headers.get("Content-Type", "")
        try:
            data = responses.decoded(text)
        except ValueError:
            raise AttemptFailed("garbled", responses.garbled(context, status, content_type, text)) from None
        if not isinstance(data, dict):
            raise AttemptFailed("garbled", responses.garbled(context, status, content_type, text, "not an object"))
        if responses.error_inside(data):
            raise AttemptFailed("final", responses.error_in_success(context, status, content_type, data))
        return data

    def _judge_bytes(
        self, request: Request, context: responses.Context, status: int, headers: Mapping[str, str], text: bytes
    ) -> Fetched:
        self._refuse(request, context, status, headers, text)
        return Fetched(headers, text)

    def _refuse(
        self, request: Request, context: responses.Context, status: int, headers: Mapping[str, str], text: bytes
    ) -> None:
        """Raises the fault that an answer is; nothing for one that is fine."""
        self.org_id = self.org_id or harmless(headers.get("X-Databricks-Org-Id") or "", limit=40)
        if status >= 300:
            if request.method == "HEAD":  # whose answers never have a body
                text = json.dumps({"error_code": _HEAD_CODES.get(status, ""), "message": ""}).encode()
            retry_after_s = pacing.seconds_of_retry_after(headers.get("Retry-After"), self.clock.wall())
            failed = of_refusal(
                context, request.repeatable, responses.refusal(context, status, headers, text, retry_after_s)
            )
            (self.concurrency.limited if failed.cause == "limited" else self.concurrency.answered)()
            raise failed
        self.concurrency.answered()

    def _wait_before_next(self, request: Request, attempts: Attempts, failed: AttemptFailed) -> float | None:
        if self.clock.stopped:
            return None
        return wait_for(
            failed,
            attempts,
            repeatable=request.repeatable,
            spent_s=self.clock.now() - attempts.began,
            budget_s=self.budget_s,
            silence_s=self.silence_budget.limit_s,
        )

    def _tell(self, failed: AttemptFailed, wait_s: float) -> None:
        """Short pauses are not worth a word; a long silence before one is."""
        if wait_s < 1 and failed.cause not in ("limited", "silent"):
            return
        status = f" ({failed.error.status})" if failed.error.status else ""
        shown = f"{wait_s:.0f}" if wait_s >= 1 else f"{wait_s:.1f}"
        reporter(self._report)(f"waiting {shown} s: {WORDS[failed.cause]}{status}")

    def _headers(self, request: Request, payload: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "genie-provider/0.1"}
        if payload is not None:
            headers["Content-Type"] = "application/json"
        if request.file:
            headers["Content-Type"] = "application/octet-stream"
        headers |= request.headers
        return headers | self._credentials(request.step) if request.signed else headers

    def _credentials(self, step: str) -> dict[str, str]:
        try:
            return self.access.headers()
        except WorkspaceError as error:
            error.step = step
            raise
        except GenieError:
            raise
        except Exception as error:  # whatever a credential strategy of the SDK raises
            hint = responses.log_in_again(self.access.host, self.access.source)
            raise WorkspaceError("unauthenticated", step, harmless(f"no log-in: {error}"), hint) from None

    def _context(self, request: Request, headers: Mapping[str, str]) -> responses.Context:
        secret = headers.get("Authorization", "").partition(" ")[2]
        return responses.Context(
            request.step,
            self.access.host,
            self.access.source,
            writes=request.writes,
            needs=request.needs,
            makes_in_folder=request.makes_in_folder,
            secrets=(secret,) if secret else (),
        )

    @property
    def _http(self) -> Any:
        """The module that imports `requests`, on first use."""
        from genie_provider.client.http import session

        return session

    def _open_session(self) -> Any:
        if self._session is None:
            with self._making_session:
                if self._session is None:
                    self._session = self._http.session_for(self.access.host, loopback=self.access.loopback)
        return self._session
