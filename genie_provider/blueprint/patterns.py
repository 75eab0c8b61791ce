"""patterns: "{env}_{domain}_{layer}" → the name of one entry, and what a name may look like."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Final

_PART = re.compile(r"\{([^{}]*)\}")
_IN_CATALOG: Final = ("catalog", "schema", "volume", "function", "view", "metric_view")
_MOST: Final = {"warehouse": 100, "job": 4096}
_MOST_IN_CATALOG: Final = 255
_ODD = re.compile(r"[\s./\x00-\x1f\x7f]")


class BadName(ValueError):
    """A pattern that cannot be filled in, or a name that the workspace would refuse."""


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with its parts.

    Raises:
        BadName: a part without a value, or braces that are no part.
    """

    def value_of(match: re.Match[str]) -> str:
        part = match[1].strip()
        if part not in parts:
            raise BadName(_unknown(part, parts))
        return parts[part]

    text = _PART.sub(value_of, pattern)
    if re.search(r"[{}]", _PART.sub("", pattern)):
        raise BadName(f"the pattern '{pattern}' has a brace too many or too few; a part is written {{name}}")
    return text


def _unknown(part: str, parts: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(part, parts, n=1)
    there = ", ".join(sorted(parts))
    hint = f"did you mean {{{near[0]}}}?" if near else f"there are: {there}"
    return f"the part {{{part}}} has no value; {hint}"


def checked(kind: str, name: str) -> str:
    """The name as the workspace keeps it: Unity Catalog's are in lower case.

    Raises:
        BadName: empty, too long, or with a letter that cannot be in it.
    """
    most = _MOST.get(kind, _MOST_IN_CATALOG)
    if not name.strip():
        raise BadName(f"the name of a {kind.replace('_', ' ')} is empty")
    if len(name) > most:
        raise BadName(f"'{name[:40]}…' has {len(name)} characters; a {kind.replace('_', ' ')} may have {most}")
    if kind not in _IN_CATALOG:
        return name.strip()
    odd = _ODD.search(name)
    if odd:
        raise BadName(f"'{name}' cannot be a name in Unity Catalog: {_named(odd[0])} is not allowed in it")
    return name.lower()


def _named(letter: str) -> str:
    return {" ": "a space", ".": "a dot", "/": "a slash"}.get(letter, f"the character {letter!a}")
