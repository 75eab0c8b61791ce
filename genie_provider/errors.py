"""errors: what goes wrong, said so that a person can act on it. Everyone's floor.

A `Problem` is one fault with its place; `SpecError` carries all of them at once.
`WorkspaceError` is what the workspace (or the way to it) refused. Both print as plain
text: never a traceback, a token or a whole response body.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .text import shown

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a spec or in a stack's settings.

    Attributes:
        rule: the id of the rule that found it; `validate --rules ID` prints its page.
        space: the logical name of the space it is about, where it is about one.
    """

    message: str
    place: Place | None = None
    severity: Severity = "error"
    rule: str = ""
    space: str = ""

    def __str__(self) -> str:
        level = "" if self.severity == "error" else f"{self.severity}: "
        return shown(f"{self.place}: {level}{self.message}" if self.place else f"{level}{self.message}")

    @property
    def with_rule(self) -> str:
        """As people read it: the id of the rule stands behind the message."""
        return f"{self} [{self.rule}]" if self.rule else str(self)


class GenieError(Exception):
    """Base of every error whose text is written for the person at the keyboard."""


class SpecError(GenieError):
    """One or more problems in what a person wrote. Nothing was sent."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join([*(problem.with_rule for problem in self.problems), self.closing_line()])

    def closing_line(self) -> str:
        errors = [p for p in self.problems if p.severity == "error"]
        files = {p.place.file for p in errors if p.place}
        count = f"{len(errors)} problem{'s' if len(errors) != 1 else ''}"
        where = f" in {len(files)} file{'s' if len(files) != 1 else ''}" if files else ""
        return f"{count}{where}; nothing was sent."


class SettingsError(GenieError):
    """The stack's configuration cannot be used; the text names the key and the remedy."""


Kind = Literal[
    "gone",  # 404: no such object, or it is in the trash
    "no_folder",  # the parent folder does not exist (404, on older workspaces 400)
    "forbidden",  # 403: no right, or a table that is missing or hidden
    "unauthenticated",  # 401, expired or missing token, no credentials at all
    "taken",  # the title (or key) is already used: ALREADY_EXISTS and its cousins
    "outdated",  # 409 ABORTED: the etag sent is not the current one
    "invalid",  # 400: the workspace refuses what was sent
    "limited",  # 429 or 503 beyond the budget of waiting; the call was not carried out
    "ambiguous",  # nobody knows whether the call was carried out (lost answer, 5xx, time-out)
    "unreachable",  # nothing was sent: no route, no name, refused, no answer to a read
    "garbled",  # an answer that is not the API's: HTML, broken JSON, an error inside a 200
    "failed",  # anything else the workspace answered
    "edited",  # stopped by us: somebody edited in the UI what this update would overwrite
    "foreign",  # stopped by us: the space belongs to somebody else, or the workspace is another one
]


class WorkspaceError(GenieError):
    """A step against the workspace did not work.

    Args:
        kind: which family of failure; code decides on this alone, never on texts.
        step: what was being done, as a verb phrase: "create", "read", "list warehouses".
        message: the workspace's own message, shortened and free of secrets.
        hint: what the person can do now.
        space: the space's name or title, once somebody who knows it adds it with `about`.
    """

    def __init__(
        self,
        kind: Kind,
        step: str,
        message: str = "",
        hint: str = "",
        *,
        space: str = "",
        status: int | None = None,
        error_code: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        self.kind: Kind = kind
        self.step = step
        self.message = message
        self.hint = hint
        self.space = space
        self.status = status
        self.error_code = error_code
        self.retry_after_s = retry_after_s
        super().__init__(step, message)

    def about(self, space: str, step: str = "") -> WorkspaceError:
        """The same error, naming the space (and, if given, the larger step) it happened to."""
        self.space = self.space or space
        if step:
            self.step = step
        return self

    def __str__(self) -> str:
        subject = f"{self.step} {self.space}".strip()
        code = " ".join(str(part) for part in (self.status, self.error_code) if part)
        words = f"{self.message} ({code})" if self.message and code else self.message or code
        text = f"{subject}: {words}" if words else subject
        return shown(f"{text}\n  {self.hint}" if self.hint else text)
