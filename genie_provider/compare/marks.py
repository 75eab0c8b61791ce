"""marks: what the spec said at the last `up`, in a few characters an entry, by which edits in the UI are told.

A mark says of an entry what comparing says: two values that count as the same have the same mark, and only those.
Marks are long enough that nobody finds an edit whose mark is that of what it replaces.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from ..codec.normalize import is_join_sql
from ..lifecycle import Path
from ..text import json_text, trimmed

FORM: Final = "2."
"""Begins the marks of today. Those of states before have none: 24 bits each for path and content."""

_PATH, _CONTENT = 10, 14
"""Letters of six bits each."""
_OLD: Final = 6

Properties = dict[str, Any]


def marks(entries: Iterable[tuple[Path, Any]]) -> str:
    """One mark an entry, path and content; in order, without separators."""
    return FORM + "".join(sorted(_path_mark(path) + _content_mark(path, value) for path, value in entries))


@dataclass(frozen=True)
class Baseline:
    """The marks of the last `up`, in whatever form they were written."""

    by_path: dict[str, str]
    path_mark: Callable[[Path], str]
    content_mark: Callable[[Path, Any], str]

    def holds(self, path: Path, value: Any) -> bool:
        """Whether the spec said this of the entry at the last `up`."""
        return self.by_path.get(self.path_mark(path)) == self.content_mark(path, value)

    def lacks(self, path: Path) -> bool:
        """Whether the spec had no such entry."""
        return self.path_mark(path) not in self.by_path


def baseline(remembered: str) -> Baseline:
    """What marks say."""
    if remembered.startswith(FORM):
        return Baseline(_pairs(remembered[len(FORM) :], _PATH, _CONTENT), _path_mark, _content_mark)
    return Baseline(_pairs(remembered, _OLD, _OLD), _old_path_mark, _old_content_mark)


def _pairs(text: str, path: int, content: int) -> dict[str, str]:
    each = (text[at : at + path + content] for at in range(0, len(text), path + content))
    return {pair[:path]: pair[path:] for pair in each}


def _path_mark(path: Path) -> str:
    return _letters("\0".join(map(str, path)), _PATH)


def _content_mark(path: Path, value: Any) -> str:
    bare = _bare(value, "extra" if path == ("extra",) else "", path[0] == "joins")
    return _letters(json.dumps(bare, sort_keys=True, ensure_ascii=False, default=repr), _CONTENT)


def _letters(text: str, count: int) -> str:
    digest = hashlib.blake2b(text.encode(), digest_size=15).digest()
    return base64.urlsafe_b64encode(digest).decode()[:count]


def _bare(value: Any, name: str, in_join: bool) -> Any:
    """The value as comparing sees it: without ids, white space at ends of lines, back-ticks in joins."""
    if isinstance(value, dict) and name == "extra":
        return {key: json_text.canonical(part) if isinstance(part, str) else part for key, part in value.items()}
    if isinstance(value, dict):
        return {key: _bare(part, key, in_join) for key, part in value.items() if key != "id" or isinstance(part, dict)}
    if isinstance(value, str):
        return trimmed(value.replace("`", "") if is_join_sql(name, in_join) else value)
    return value


# ── of states before ────────────────────────────────────────────────────────────────────────


def old_marks(entries: Iterable[tuple[Path, Any]]) -> str:
    """Marks as they were: also what the stock host's fingerprint is made of, which states keep."""
    return "".join(sorted(_old_path_mark(path) + _old_content_mark(path, value) for path, value in entries))


def _old_path_mark(path: Path) -> str:
    return old_hash("\0".join(map(str, path)))


def _old_content_mark(path: Path, value: Any) -> str:
    return old_hash(json.dumps(_old_bare(value), sort_keys=True, ensure_ascii=False, default=repr))


def old_hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_OLD // 2).hexdigest()


def _old_bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _old_bare(part) for key, part in value.items() if key != "id" or isinstance(part, dict)}
    if isinstance(value, str):
        lines = "\n".join(line.rstrip() for line in value.splitlines()).rstrip()
        return lines.replace("`", "")
    return value
