"""attempts: one attempt that did not work, what it proves, and whether another may follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from genie_provider.client.http import pacing, responses
from genie_provider.errors import WorkspaceError

Cause = Literal["limited", "unsent", "silent", "cut", "server", "garbled", "final"]

_MOST_TRIES: dict[Cause, int] = {"unsent": 4, "silent": 3, "cut": 4, "server": 4, "garbled": 2}
_CERTIFICATES = "If a proxy re-signs traffic, point REQUESTS_CA_BUNDLE at its certificates."
_NETWORK = "Is the address right, and is there a network (VPN, proxy, private link) to it?"

WORDS: dict[Cause, str] = {
    "limited": "the workspace limits requests",
    "unsent": "no connection",
    "silent": "no answer",
    "cut": "the answer was lost",
    "server": "the workspace had an error",
    "garbled": "the answer was garbled",
}


@dataclass(frozen=True)
class Request:
    """One call as wanted: `path` is quoted by the caller, `body` becomes JSON once.

    Attributes:
        repeatable: twice is the same as once, so a lost answer may be asked for again.
        needs: the right it takes, for the text of a 403: "CAN EDIT on the space".
        makes_in_folder: a 404 means that the parent folder is missing.
        file: opens the bytes to send instead of a body, anew for each attempt.
        before_repeat: asked after every wait, right before the request goes out again; what it raises ends the call.
    """

    step: str
    method: str
    path: str
    query: Mapping[str, str | int] | None = None
    body: Mapping[str, Any] | None = None
    repeatable: bool = True
    needs: str = ""
    makes_in_folder: bool = False
    signed: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Callable[[], Any] | None = None
    before_repeat: Callable[[], None] | None = None

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")


@dataclass
class Attempts:
    """How one call has gone so far: when it began, tries by cause, seconds of silence borne."""

    began: float
    share: float
    tries: dict[Cause, int] = field(default_factory=dict)
    silent_s: float = 0.0


class AttemptFailed(Exception):
    """One attempt that did not work; `error` is what the caller gets if it was the last."""

    def __init__(self, cause: Cause, error: WorkspaceError) -> None:
        super().__init__(cause)
        self.cause: Cause = cause
        self.error = error


def wait_before_next(
    failed: AttemptFailed, attempts: Attempts, *, repeatable: bool, spent_s: float, budget_s: float, silence_s: float
) -> float | None:
    """Seconds to wait before the next attempt; None when this was the last.

    Args:
        spent_s: since the call began; waits for limits stay within `budget_s` of it.
        silence_s: after so much silence of the host, no more attempts.
    """
    cause = failed.cause
    tries = attempts.tries[cause] = attempts.tries.get(cause, 0) + 1
    if cause == "final":
        return None
    if cause == "limited":
        asked_s = failed.error.retry_after_s
        wait_s = pacing.backoff_s(tries) if asked_s is None else pacing.after_asked_s(asked_s)
        return wait_s if spent_s + wait_s <= budget_s else None
    if tries >= _MOST_TRIES[cause] or not (repeatable or cause == "unsent") or attempts.silent_s >= silence_s:
        return None
    # A silence was wait enough, and what is left of the silence budget is short.
    return 0.05 if cause == "silent" else pacing.backoff_s(tries, cap_s=3.0, base_s=0.2)


def of_refusal(context: responses.Context, repeatable: bool, error: WorkspaceError) -> AttemptFailed:
    """The fault of an answer with status 300 or more."""
    if error.kind == "limited" and error.status == 503 and not repeatable:
        error.kind = "ambiguous"  # a 503 may come from something in front, after the act
        error.hint = responses.LOOK_FIRST
        return AttemptFailed("final", error)
    if error.kind == "limited":
        return AttemptFailed("limited", error)
    return AttemptFailed("server" if error.status in (500, 502, 504) else "final", error)


def of_connection_failure(context: responses.Context, failure: str, reason: str) -> AttemptFailed:
    """The fault of an attempt without a (whole) answer; `failure` as `session.failure_of` names it."""
    if failure == "certificate":
        return AttemptFailed("final", unreachable(context, "its certificate is not trusted", _CERTIFICATES))
    if failure == "unsent":
        return AttemptFailed("unsent", unreachable(context, reason))
    silent = failure == "silent"
    words = "no answer in time" if silent else "the connection broke before the answer was complete"
    if context.writes:
        lost = WorkspaceError("ambiguous", context.step, f"{context.host}: {words}", responses.LOOK_FIRST)
    else:
        lost = unreachable(context, words)
    return AttemptFailed("silent" if silent else "cut", lost)


def unreachable(context: responses.Context, words: str, hint: str = _NETWORK) -> WorkspaceError:
    return WorkspaceError("unreachable", context.step, f"{context.host}: {words}", hint)
