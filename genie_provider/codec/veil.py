"""veil: texts for whoever prints them raw, and back: what a terminal would obey is written out as letters.

The engine prints inputs from the state as they stand there, and a text of the UI may hold codes that hide the rest of
a diff from its reader. So the host hands the engine `U+FDD1 \\x1b` where a code stood, in keys as in values, and takes
it back wherever the engine hands inputs over. Nothing else ever sees a veil; what is sent has every byte.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ..text import CONTROL

SIGN: Final = "\ufdd1"
"""Begins a code that is written out. No letter, and no text of a person holds it; one that does is veiled itself."""

_CODE = re.compile(f"[{CONTROL}{SIGN}](?<!\r(?=\n))")
_VEILED = re.compile(rf"{SIGN}\\(?:x([0-9a-f]{{2}})|u([0-9a-f]{{4}}))")


def veil(text: str) -> str:
    """The text with every code written out; the end of a Windows line is none."""
    return _CODE.sub(lambda match: SIGN + ascii(match[0])[1:-1].replace("\\r", "\\x0d"), text)


def unveil(text: str) -> str:
    """The text that `veil` was given."""
    return _VEILED.sub(lambda match: chr(int(match[1] or match[2], 16)), text) if SIGN in text else text


def unveiled(value: Any) -> Any:
    """A whole value out of a state or a preview, keys and texts as they are meant."""
    if isinstance(value, str):
        return unveil(value)
    if isinstance(value, dict):
        return {unveil(key): unveiled(part) for key, part in value.items()}
    return [unveiled(part) for part in value] if isinstance(value, list) else value


def veiled(value: Any) -> Any:
    """A whole value as a state holds it."""
    if isinstance(value, str):
        return veil(value)
    if isinstance(value, dict):
        return {veil(key): veiled(part) for key, part in value.items()}
    return [veiled(part) for part in value] if isinstance(value, list) else value
