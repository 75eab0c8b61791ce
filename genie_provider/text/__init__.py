"""text: what every room does with texts, each thing once. Plain values in and out; no files, no models.

Lines end at "\\n" and nowhere else. Python's `splitlines` also ends them at U+0085, U+2028 and five others, so that
a change between two of these would count as none; the workspace keeps them as letters of the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

CONTROL: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""What a terminal obeys or what turns the direction of writing, for use inside [...] of a pattern."""

_UNSHOWN = re.compile(f"[{CONTROL}\\ud800-\\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_BARE = re.compile(r"[A-Za-z0-9_]+\Z")

_SEPARATORS: Final = "\n\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_BLANKS: Final = "".join(chr(code) for code in range(0x3001) if chr(code).isspace() and chr(code) not in _SEPARATORS)
"""White space within a line; what separates lines elsewhere is a letter here."""


def shown(text: str) -> str:
    """The text with what a terminal would obey written out, as \\x1b; lines stay lines."""
    return _UNSHOWN.sub(lambda match: ascii(match[0])[1:-1], text)


def has_surrogate(text: str) -> bool:
    """Whether half of a letter stands alone: JSON can write it (`\\ud800`), UTF-8 and protobuf cannot."""
    return not text.isascii() and bool(_SURROGATE.search(text))


def lines(text: str) -> list[str]:
    """The lines, each with its newline. Joined they are the text."""
    return _LINE.findall(text)


def join_lines(parts: list[str]) -> str:
    """A list of strings as a person means it: lines. Elements that end in a newline keep their own."""
    last = len(parts) - 1
    return "".join(part if part.endswith("\n") or at == last else f"{part}\n" for at, part in enumerate(parts))


def trimmed(text: str) -> str:
    """Without white space at the ends of lines and without empty lines at the end."""
    return "\n".join(line.rstrip(_BLANKS) for line in text.split("\n")).rstrip("\n" + _BLANKS)


def same_text(one: str, other: str) -> bool:
    """Equal but for white space at the end of lines and of the text, which the workspace may drop."""
    return one == other or trimmed(one) == trimmed(other)


def folder(path: str) -> str:
    """A workspace folder as the workspace returns it: without `/Workspace` in front and a slash at the end.

    >>> folder("/Workspace/Shared/Genie/"), folder("/Workspace"), folder("/"), folder("")
    ('/Shared/Genie', '/', '/', '')
    """
    path = path.strip()
    if not path:
        return ""
    if f"{path}/".startswith("/Workspace/"):
        path = path.removeprefix("/Workspace")
    return path.rstrip("/") or "/"


def path_text(path: Iterable[str | int]) -> str:
    """A path of entries as Pulumi writes it: `tables["samples.nyctaxi.trips"].columns.fare_amount`."""
    written = ""
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        elif _BARE.match(step):
            written += f".{step}" if written else step
        else:
            quoted = step.replace('"', '\\"')
            written += f'["{quoted}"]'
    return written
