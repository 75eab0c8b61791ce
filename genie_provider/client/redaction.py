"""redaction: what may leave this room. Secrets go, control codes go, length is bounded.

Every text that comes from outside (an answer's message, an exception of a library) passes
`harmless` before it stands in an error or on a progress row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

HIDDEN = "[secret]"
WORDS_LIMIT = 400
"""Characters kept of the workspace's own message; its longest useful ones are about 200."""

# Token shapes: Databricks (dapi, dose, dkea, dsapi and hex digits), "Authorization: Bearer …", JWT.
_PATTERNS = (
    re.compile(r"\b(?:dapi|dose|dkea|dsapi)[0-9a-fA-F]{8,}(?:-\d+)?"),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(r"(?i)\b(client_secret|password|access_token|refresh_token)([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,}]+"),
)
_SHORTEST_SECRET = 6  # a shorter "secret" would blank out ordinary words


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with the given secret values and everything shaped like a token replaced."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def harmless(text: object, secrets: Iterable[str] = (), limit: int = WORDS_LIMIT) -> str:
    """One printable line: no secrets, no control or direction codes, at most `limit` characters."""
    clean = without_secrets(str(text)[: limit * 20], secrets)
    # Category C: control, format (bidi), surrogate, private, unassigned; Zl/Zp: line separators.
    printable = (" " if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in clean)
    line = " ".join("".join(printable).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
