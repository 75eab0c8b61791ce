"""transport: one call to the workspace, with deadline, waits and what may be repeated.

Not the SDK's transport, on purpose: that one repeats a POST whose answer timed out (the source of
duplicate spaces, genie-api 1.8), drops response fields it does not know, and turns a spent retry
budget into Python's built-in TimeoutError. The SDK is used for credentials (`access`).

What is repeated: everything, on 429 and while nothing was sent (refused, no such name); on lost or
broken answers and 5xx only what is `repeatable` (reads, and writes that set rather than add).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from genie_provider.client.auth.resolve import Access
from genie_provider.client.http import pacing, responses
from genie_provider.client.http.attempts import WORDS, Course, Fault, Order, of_refusal, of_trouble, unreachable
from genie_provider.client.http.attempts import wait_before_next as wait_for
from genie_provider.client.http.progress import Say, speaker
from genie_provider.client.redaction import harmless
from genie_provider.errors import GenieError, WorkspaceError

CONNECT_S = 5.0
ANSWER_S = 22.0
"""Default patience with a silent host; under 30 s together with what the engine takes to start and to end."""
BUDGET_S = 120.0
"""Default time one call may spend waiting for rate limits."""
FIRST_SHARE = 0.65
"""Part of the patience the first attempt of a repeatable call may use up."""


class Transport:
    """Carries orders to one workspace. Thread-safe; one for all resources of a run.

    Args:
        say: hears "waiting 3 s: …" when the calling thread has no voice of its own (`voice.speaking`).
        budget_s: seconds a call may wait for rate limits before it fails as "limited".
        answer_s: seconds a host may stay silent before calls fail, all attempts and calls together.
    """

    def __init__(
        self,
        access: Access,
        *,
        say: Say | None = None,
        budget_s: float = BUDGET_S,
        answer_s: float = ANSWER_S,
        clock: pacing.Clock | None = None,
    ) -> None:
        self.access = access
        self.clock = clock or pacing.Clock()
        self.budget_s = budget_s
        self.org_id = ""
        self.patience = pacing.Patience(self.clock, answer_s)
        self.lanes = pacing.Lanes(self.clock)
        self._say = say
        self._session: Any = None
        self._making_session = threading.Lock()

    def call(self, order: Order) -> dict[str, Any]:
        """The JSON object the workspace answers ({} for an empty one).

        Raises:
            WorkspaceError: everything else, after the waits and repeats that are safe.
        """
        payload = None if order.body is None else json.dumps(order.body, separators=(",", ":")).encode()
        course = Course(self.clock.now(), share=FIRST_SHARE if order.repeatable else 1.0)
        while True:
            try:
                return self._attempt(order, payload, course)
            except Fault as fault:
                wait_s = self._wait_before_next(order, course, fault)
                if wait_s is None:
                    raise fault.error from None
                self._tell(fault, wait_s)
                self.clock.sleep(wait_s)
                if self.clock.stopped:
                    raise fault.error from None

    def _attempt(self, order: Order, payload: bytes | None, course: Course) -> dict[str, Any]:
        headers = self._headers(order, payload)
        context = self._context(order, headers)
        with self.lanes.lane():
            patience_s = self.patience.grant(course.silent_s, course.share)
            if not patience_s:
                raise Fault("final", unreachable(context, "it has not answered for a while"))
            course.share = 1.0
            began = self.clock.now()
            try:
                status, answer_headers, text = self._exchange(order, payload, headers, patience_s)
            except self._sending.requests.RequestException as error:
                course.silent_s += self.clock.now() - began
                raise self._trouble(context, error) from None
        self.patience.heard()
        return self._judge(order, context, status, answer_headers, text)

    def _exchange(
        self, order: Order, payload: bytes | None, headers: dict[str, str], patience_s: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Sends once and reads the whole answer, within `patience_s`; errors are those of `requests`."""
        query = "?" + urlencode(order.query, quote_via=quote) if order.query else ""
        deadline = self.clock.now() + patience_s
        with self._open_session().request(
            order.method,
            self.access.host + order.path + query,
            data=payload,
            headers=headers,
            timeout=(min(CONNECT_S, patience_s), patience_s),
            stream=True,
            allow_redirects=False,
        ) as answer:
            text = self._sending.whole_text(answer, lambda: self.clock.now() > deadline)
            return answer.status_code, answer.headers, text

    def _trouble(self, context: responses.Context, error: Exception) -> Fault:
        trouble = self._sending.trouble_of(error)
        if trouble in ("silent", "unsent"):
            self.patience.unheard()
        return of_trouble(context, trouble, self._sending.reason_of(error))

    def _judge(
        self, order: Order, context: responses.Context, status: int, headers: Mapping[str, str], text: bytes
    ) -> dict[str, Any]:
        """The object in an answer, or the fault that it is."""
        self.org_id = self.org_id or harmless(headers.get("X-Databricks-Org-Id") or "", limit=40)
        if status >= 300:
            retry_after_s = pacing.seconds_of_retry_after(headers.get("Retry-After"), self.clock.wall())
            fault = of_refusal(
                context, order.repeatable, responses.refusal(context, status, headers, text, retry_after_s)
            )
            (self.lanes.limited if fault.cause == "limited" else self.lanes.answered)()
            raise fault
        self.lanes.answered()
        if not text.strip():
            return {}
        content_type = headers.get("Content-Type", "")
        try:
            data = responses.decoded(text)
        except ValueError:
            raise Fault("garbled", responses.garbled(context, status, content_type, text)) from None
        if not isinstance(data, dict):
            raise Fault("garbled", responses.garbled(context, status, content_type, text, "not an object"))
        if responses.error_inside(data):
            raise Fault("final", responses.error_in_success(context, status, content_type, data))
        return data

    def _wait_before_next(self, order: Order, course: Course, fault: Fault) -> float | None:
        if self.clock.stopped:
            return None
        return wait_for(
            fault,
            course,
            repeatable=order.repeatable,
            spent_s=self.clock.now() - course.began,
            budget_s=self.budget_s,
            silence_s=self.patience.limit_s,
        )

    def _tell(self, fault: Fault, wait_s: float) -> None:
        """Short pauses are not worth a word; a long silence before one is."""
        if wait_s < 1 and fault.cause not in ("limited", "silent"):
            return
        status = f" ({fault.error.status})" if fault.error.status else ""
        shown = f"{wait_s:.0f}" if wait_s >= 1 else f"{wait_s:.1f}"
        speaker(self._say)(f"waiting {shown} s: {WORDS[fault.cause]}{status}")

    def _headers(self, order: Order, payload: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": "genie-provider/0.1"}
        if payload is not None:
            headers["Content-Type"] = "application/json"
        return headers | self._credentials(order.step) if order.signed else headers

    def _credentials(self, step: str) -> dict[str, str]:
        try:
            return self.access.headers()
        except WorkspaceError as error:
            error.step = step
            raise
        except GenieError:
            raise
        except Exception as error:  # whatever a credential strategy of the SDK raises
            way_out = responses.log_in_again(self.access.host, self.access.source)
            raise WorkspaceError("unauthenticated", step, harmless(f"no log-in: {error}"), way_out) from None

    def _context(self, order: Order, headers: Mapping[str, str]) -> responses.Context:
        secret = headers.get("Authorization", "").partition(" ")[2]
        return responses.Context(
            order.step,
            self.access.host,
            self.access.source,
            writes=order.writes,
            needs=order.needs,
            makes_in_folder=order.makes_in_folder,
            secrets=(secret,) if secret else (),
        )

    @property
    def _sending(self) -> Any:
        """The module that imports `requests`, on first use."""
        from genie_provider.client.http import session

        return session

    def _open_session(self) -> Any:
        if self._session is None:
            with self._making_session:
                if self._session is None:
                    self._session = self._sending.session_for(self.access.host, loopback=self.access.loopback)
        return self._session
