"""A name of another environment (`genie:forbid`, `validate --forbid`) in what would be sent.

Variables are replaced before the search. A name that stands in the file is shown where it stands; one that a
variable brings in, where the text begins. Inside SQL a name in a string or a comment names nothing: that is a
notice.

Settings::

    forbid: [dev_sales]

Passes::

    title: Sales
    data_sources: {tables: [sales.core.orders]}

Fails::

    title: Sales
    data_sources: {tables: [dev_sales.core.orders]}
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import Place, Problem, Severity
from ...model.schema import NAME_KEYS, NEVER_SENT, SQL_KEYS
from ...sql import Leak, find_leaks
from ...sql.leaks import TextKind
from ...text import join_lines
from ...yamlio.positions import place_within, written
from ...yamlio.reader import Document
from ..check import unsilenced
from ..rule import Path
from ..silencing import silenced_in

ID = "forbidden-name"
LEVEL = "error"
WHEN = "outside"

_STAYS_HERE = NEVER_SENT | {"id", "permissions_mode", "version", "author"}
"""Keys whose values are never sent, or are no names."""

_SILENT = re.compile(
    r"(?P<dynamic>identifier\s*\(\s*)?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")|--[^\n]*|/\*.*?\*/|`[^`]*`",
    re.DOTALL | re.IGNORECASE,
)


def check(document: Document, path: Path, forbidden: Sequence[str], stack: str = "") -> list[Problem]:
    """Every forbidden name in the spec that stands at `path` of the file.

    Args:
        stack: named in the messages, where one check serves several stacks.
    """
    if not forbidden:
        return []
    in_stack = f" in stack {stack}" if stack else ""
    found = []
    for steps, kind, text in _texts(_at(document.value, path), path):
        for name, place, severity in _in_text(document, steps, kind, text, forbidden):
            found.append(Problem(_message(name, severity, in_stack), place, severity, ID))
    return unsilenced(found, silenced_in(document)) if found else found


def check_settings(values: Mapping[str, Any], forbidden: Sequence[str], file: str) -> list[Problem]:
    """Forbidden names in what the stack adds to every space: its settings' keys and values."""
    found = []
    for key, value in values.items():
        texts = [*value, *value.values()] if isinstance(value, dict) else [value]
        for leak in (leak for text in texts for leak in find_leaks(str(text), forbidden)):
            found.append(Problem(f"genie:{key} holds the forbidden name '{leak.name}'", Place(file), "error", ID))
    return list(dict.fromkeys(found))


def _message(name: str, severity: Severity, in_stack: str) -> str:
    if severity == "notice":
        return f"'{name}' is forbidden{in_stack}; it stands in a string or comment, which names nothing"
    return f"'{name}' is forbidden{in_stack} and would be sent"


def _in_text(
    document: Document, path: Path, kind: TextKind, text: str, forbidden: Sequence[str]
) -> Iterator[tuple[str, Place, Severity]]:
    """(name, place, severity): where it stands in the file; what variables bring, where the text begins."""
    sent = find_leaks(text, forbidden, kind)
    if not sent:
        return
    as_written = written(document, path) or ""
    visible = find_leaks(as_written, forbidden, kind)
    for leak in visible:
        place = place_within(document, path, leak.line, leak.column)
        yield leak.name, place, _severity(as_written, leak, kind)
    shown = Counter(leak.name for leak in visible)
    for name, count in Counter(leak.name for leak in sent).items():
        if count > shown[name]:
            severities = {_severity(text, leak, kind) for leak in sent if leak.name == name}
            yield name, document.place(path), "error" if "error" in severities else "notice"


def _severity(text: str, leak: Leak, kind: TextKind) -> Severity:
    return "notice" if kind == "sql" and _is_silent(text, leak) else "error"


def _is_silent(sql: str, leak: Leak) -> bool:
    """Whether the leak stands in a comment or a string that names nothing."""
    lines = sql.split("\n")
    offset = sum(len(line) + 1 for line in lines[: leak.line - 1]) + leak.column - 1
    for match in _SILENT.finditer(sql):
        if match.start() <= offset < match.end():
            return not match[0].startswith("`") and not match["dynamic"]
    return False


def _texts(value: Any, path: Path, kind: TextKind = "text") -> Iterator[tuple[Path, TextKind, str]]:
    """(path, kind, text) of everything that is sent; lists of lines are one text."""
    if isinstance(value, str):
        yield path, kind, value
    elif isinstance(value, list):
        if kind == "sql" and all(isinstance(line, str) for line in value):
            yield path, kind, join_lines(value)
            return
        for at, part in enumerate(value):
            yield from _texts(part, (*path, at), kind)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in _STAYS_HERE and not _is_note(path, key):
                yield from _texts(part, (*path, key), _kind(path, key))
        if path and path[-1] in ("tags", "permissions"):
            yield from ((path, "text", str(key)) for key in value)


def _is_note(path: Path, key: str) -> bool:
    """A function's description stays in the file."""
    return key == "description" and "sql_functions" in path


def _kind(path: Path, key: str) -> TextKind:
    if key in SQL_KEYS or (key == "content" and "answer" in path):
        return "sql"
    return "identifier" if key in NAME_KEYS else "text"


def _at(value: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value
