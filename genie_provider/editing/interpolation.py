"""interpolation: a text with ${variables} that says something new; those whose values still stand are kept."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from ..model.variables import Variables, escaped

_WORDS = re.compile(r"[^\W_]+|\s+|.", re.DOTALL)


def retold(written: str, now: str, variables: Variables) -> str:
    """A text that reads as `now`: stretches of `written` stay as they are written.

    A reference stays where its whole value is part of what did not change; `${` in new text is escaped.
    """
    if "$" not in written:
        return escaped(now)
    pieces = list(variables.pieces(written))
    old = "".join(value for _, value in pieces)
    if old == now:
        return written
    told = ""
    for old_begin, old_end, new_begin, new_end in _stretches(old, now):
        if old_begin == old_end:
            told += escaped(now[new_begin:new_end])
        else:
            told += _kept(pieces, old, now, old_begin, old_end, new_end)
    return told if variables.substitute(told, lambda unresolved: None) == now else escaped(now)


def _stretches(old: str, now: str) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of `now` in order: (begin, end) in `old` where it stood there, else an empty one, and in `now`."""
    begin = _common(old, now)
    end = _common(old[begin:][::-1], now[begin:][::-1])
    if begin:
        yield 0, begin, 0, begin
    one, other = _WORDS.findall(old[begin : len(old) - end]), _WORDS.findall(now[begin : len(now) - end])
    old_at, new_at = _offsets(one, begin), _offsets(other, begin)
    if len(one) + len(other) > 4000:
        yield begin, begin, begin, len(now) - end
    else:
        for tag, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if tag == "equal":
                yield old_at[i], old_at[j], new_at[k], new_at[m]
            elif k < m:
                yield old_at[i], old_at[i], new_at[k], new_at[m]
    if end:
        yield len(old) - end, len(old), len(now) - end, len(now)


def _offsets(words: list[str], start: int) -> list[int]:
    offsets = [start]
    for word in words:
        offsets.append(offsets[-1] + len(word))
    return offsets


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _kept(pieces: list[tuple[str, str]], old: str, now: str, begin: int, end: int, new_end: int) -> str:
    """How old[begin:end] is written; a reference that is only partly in it is spelled out."""
    told, at = "", 0
    for written, value in pieces:
        low, high = max(at, begin), min(at + len(value), end)
        whole = (low, high) == (at, at + len(value))
        if low < high or (whole and begin <= at < end):
            if written == value:
                told += escaped(value[low - at : high - at])
            elif whole and _still_ends(old, now, high, new_end if high == end else -1):
                told += written
            else:
                told += escaped(old[low:high])
        at += len(value)
    return told


def _still_ends(old: str, now: str, old_end: int, new_end: int) -> bool:
    """Whether a name that ended here still does: `main` is no part of `maintenance`."""
    if new_end < 0:
        return True
    before, after = old[old_end - 1 : old_end], now[new_end : new_end + 1]
    glued_before = old[old_end : old_end + 1].isalnum()
    return glued_before or not (before.isalnum() and after.isalnum())
