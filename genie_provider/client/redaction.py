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
# Where breaks were taken out, words meet, so that nothing can be asked of the letter before.
_SHAPES_ANYWHERE = (
    re.compile(r"(?:dapi|dose|dkea|dsapi)[0-9a-fA-F]{8,}(?:-\d+)?"),
    re.compile(r"(?i)bearer\s+[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),
)
# A percent-encoded letter, or one that is no break: ends of lines, soft hyphen, zero width, joiners, byte order mark.
_LETTER = re.compile("%([2-7][0-9A-Fa-f])|[^\r\n\u00ad\u200b-\u200f\u2028\u2029\u2060-\u2064\ufeff]")
_SHORTEST_SECRET = 6  # a shorter "secret" would blank out ordinary words


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with the given secret values and everything shaped like a token replaced.

    Percent-encoded ones too, and such with breaks of lines or letters without width inside: a proxy's page that quotes
    a request may hold them so.
    """
    known = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    for secret in known:
        text = text.replace(secret, HIDDEN)
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return _without_disguised(text, known)


def _without_disguised(text: str, secrets: list[str]) -> str:
    bare, places = _undisguised(text)
    if bare == text:
        return text
    shapes = [*_SHAPES_ANYWHERE, *(re.compile(re.escape(_undisguised(secret)[0])) for secret in secrets)]
    spans = sorted(match.span() for shape in shapes for match in shape.finditer(bare))
    told, end = [], 0
    for first, after in spans:
        start = places[first][0]
        if start >= end:
            told += [text[end:start], HIDDEN]
        end = max(end, places[after - 1][1])
    return "".join([*told, text[end:]])


def _undisguised(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without breaks and percent signs, and for each of its letters where it stood."""
    letters, places = [], []
    for match in _LETTER.finditer(text):
        letters.append(chr(int(match[1], 16)) if match[1] else match[0])
        places.append(match.span())
    return "".join(letters), places


def harmless(text: object, secrets: Iterable[str] = (), limit: int = WORDS_LIMIT) -> str:
    """One printable line: no secrets, no control or direction codes, at most `limit` characters."""
    clean = without_secrets(str(text)[: limit * 20], secrets)
    # Category C: control, format (bidi), surrogate, private, unassigned; Zl/Zp: line separators.
    printable = (" " if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in clean)
    line = " ".join("".join(printable).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
