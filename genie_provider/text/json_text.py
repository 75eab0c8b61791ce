"""json_text: JSON that comes back as it was: numbers keep their spelling, nothing is dropped unseen.

For the bodies of spaces and for what they hold that this tool does not know. Python's own reader takes the last of
two equal keys, makes 1.1 of 1.10 and 0.0 of 1e-400, and lets halves of letters through that nothing else can carry.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, Final

from . import has_surrogate

MAX_DEPTH: Final = 100
"""Levels of lists and maps; the workspace's own reader of JSON (protobuf's) stops there too."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_TOKEN: Final = secrets.token_hex(12)
_MARKED = re.compile(f'"{_TOKEN}([^"]*){_TOKEN}"')
_LONGEST_INT: Final = 400


class JsonError(ValueError):
    """A text that cannot be carried; says why, in the middle of a sentence."""


class Number(float):
    """A number whose spelling a Python number would not keep. Everywhere else it is its value."""

    text: str

    def __new__(cls, text: str) -> Number:
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __copy__(self) -> Number:
        return self

    def __deepcopy__(self, memo: object) -> Number:
        return self

    def __reduce__(self) -> Any:
        return Number, (self.text,)


def number(text: str) -> int | float:
    """The number that a text spells, in JSON's or YAML's way; one that keeps the spelling where that matters."""
    is_int = not re.search(r"[.eE]", text)
    if is_int and len(text) < _LONGEST_INT:
        value: int | float = int(text)
    else:
        value = float(text)
    return value if repr(value) == text or not _NUMBER.match(text) else Number(text)


def loads(text: str) -> Any:
    """The value that the text spells.

    Raises:
        JsonError: no JSON, a key that stands twice, NaN or Infinity, deeper than `MAX_DEPTH`, half a letter.
    """
    try:
        value = json.loads(
            text, parse_float=number, parse_int=number, parse_constant=_refuse_constant, object_pairs_hook=_distinct
        )
    except RecursionError:
        raise JsonError(f"it is nested deeper than {MAX_DEPTH} levels") from None
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError(f"it is not JSON: {error}") from None
    _check(value)
    return value


def dumps(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> str:
    """The shortest text for the value, or lines where `indent` is given; numbers as they were spelled."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(_marked(value), ensure_ascii=False, separators=separators, indent=indent, sort_keys=sort_keys)
    return _MARKED.sub(lambda match: match[1], text)


def same(one: str, other: str) -> bool:
    """Whether two texts spell the same value, whatever the order of keys and the spelling of numbers."""
    if one == other:
        return True
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def canonical(text: str) -> str:
    """One text for all that spell the same value, but for the spelling of numbers."""
    try:
        return dumps(json.loads(text, parse_float=number, parse_int=number), sort_keys=True)
    except ValueError:
        return text


def _marked(value: Any) -> Any:
    """The value with numbers that keep their spelling as texts which no other text can equal."""
    if isinstance(value, Number):
        return f"{_TOKEN}{value.text}{_TOKEN}"
    if isinstance(value, dict):
        return {key: _marked(part) for key, part in value.items()}
    return [_marked(part) for part in value] if isinstance(value, list) else value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonError(f"the key {twice!r} stands twice in one map, of which only one could be kept")
    return found


def _refuse_constant(word: str) -> None:
    raise JsonError(f"{word} is no number that JSON has")


def _check(value: Any) -> None:
    """Depth and letters, without a call for each level: what comes may be made to exhaust them."""
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise JsonError(f"it is nested deeper than {MAX_DEPTH} levels")
        inner: list[Any] = []
        for each in level:
            if isinstance(each, str):
                if has_surrogate(each):
                    raise JsonError(f"a text holds half a letter (a lone surrogate): {each[:40]!a}")
            elif isinstance(each, dict):
                inner += each.keys()
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        level, depth = inner, depth + 1
