"""calls: one call to a code host: over HTTP with a token, or through its own command line (`gh`, `glab`, `az`)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

from ...client.redaction import harmless
from ...errors import GenieError

_TIMEOUT_S = 30


class CodeHostError(GenieError):
    """The code host did not do what it was asked; says what to do.

    Attributes:
        status: of HTTP, None where there was no answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True)
class Answer:
    """What a code host said; header names in small letters."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


class Caller(Protocol):
    """A way to call the API of one code host."""

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """One call; `path` below the API's address. An answer that is a refusal is returned, not raised.

        Raises:
            CodeHostError: no answer.
        """


class HttpCaller:
    """Calls with a token; no redirect is followed, so the token stays with its host.

    Args:
        base: the API's address.
        headers: with the token in them.
    """

    def __init__(self, base: str, headers: Mapping[str, str], secret: str = "") -> None:
        self._base = base.rstrip("/")
        self._headers = {"Accept": "application/json", "User-Agent": "genie-spaces", **headers}
        self._secret = secret

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        import requests

        url = f"{self._base}/{path.lstrip('/')}"
        try:
            said = requests.request(
                method,
                url,
                json=body,
                params=query,
                headers=self._headers,
                timeout=_TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            words = harmless(error, [self._secret])
            raise CodeHostError(f"no answer from {self._base}: {words}") from None
        try:
            answer = said.json() if said.content else None
        except ValueError:
            answer = None
        return Answer(said.status_code, answer, {name.lower(): value for name, value in said.headers.items()})


class CommandCaller:
    """Calls through `gh api`, `glab api` or `az rest`, with the log-in that command has.

    Args:
        command: "gh", "glab" or "az".
        base: put before each path (`az rest` wants whole addresses).
    """

    def __init__(self, command: str, base: str = "") -> None:
        found = shutil.which(command)
        if not found:
            raise CodeHostError(f"{command} is not on the PATH")
        self._command, self._program, self._base = command, found, base

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        text = json.dumps(body) if body is not None else None
        done = subprocess.run(self._words(method, path, text, query), input=text, capture_output=True, text=True)
        words = done.stderr.strip() or done.stdout.strip()
        if done.returncode and "HTTP 4" not in words and "HTTP 5" not in words:
            raise CodeHostError(f"{self._command} did not succeed: {harmless(words)}")
        if done.returncode:
            return Answer(_status_in(words), None, {})
        return Answer(200, json.loads(done.stdout) if done.stdout.strip() else None, {})

    def _words(self, method: str, path: str, text: str | None, query: Mapping[str, Any]) -> list[str]:
        where = f"{path}?{urlencode(query)}" if query else path
        if self._command == "az":
            words = [self._program, "rest", "--method", method.lower(), "--uri", f"{self._base}/{where}"]
            words += ["--resource", _AZURE_DEVOPS, "--headers", "Content-Type=application/json"]
            return words + (["--body", text] if text is not None else [])
        words = [self._program, "api", "--method", method, where]
        return words + (["--input", "-", "--header", "Content-Type: application/json"] if text is not None else [])


_AZURE_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798"
"""Azure DevOps among the applications of Microsoft Entra, for which `az` asks for its token."""


def _status_in(words: str) -> int:
    digits = words.rpartition("HTTP ")[2][:3]
    return int(digits) if digits.isdigit() else 500


def refusal(what: str, answer: Answer, hint: str) -> CodeHostError:
    """What the host refused, in its own words, and what to do."""
    message = answer.body.get("message", "") if isinstance(answer.body, dict) else ""
    said = f" {harmless(message)}" if message else ""
    return CodeHostError(f"{what}: {answer.status}{said}\n  {hint}", answer.status)
