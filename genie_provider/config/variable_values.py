"""variable_values: what a value under `genie:variables` means, the same for commands and for programs.

Programs get variables from Pulumi's engine, which reads YAML with a library of its own and hands the values on as
JSON; commands read the file themselves. The two agree on texts, on true and false, and on ordinary numbers. Where
they do not, the value is refused, with its place: the CLI (3.258, tried with `pulumi config --json`) makes
`2024-01-01` a time, `010` eight and `1_000` a thousand, and writes that into the file at its next change of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..errors import Place, Problem
from ..yamlio.reader import Document

_MOST_EXACT: Final = 2**53
"""From here on JSON numbers lose digits on their way through the engine."""

_READ_OTHERWISE: Final = (
    (re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*)?"), "as a time"),
    (re.compile(r"[-+]?0\d[\d_]*"), "as an octal number"),
    (re.compile(r"[-+]?0[xXoObB][\da-fA-F_]+"), "as another number"),
    (re.compile(r"[-+]?\d[\d_]*_[\d_]*(\.\d*)?"), "as a number without the underscores"),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), "as no number at all"),
)


def as_engine(value: Any) -> Any:
    """A plain value as the engine would hand it on: 1.0 is 1 there, and so it is in texts."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    if isinstance(value, list):
        return [as_engine(part) for part in value]
    if isinstance(value, dict):
        return {key: as_engine(part) for key, part in value.items()}
    return value


def meant(value: Any) -> Any:
    """The value of a variable: lists and maps are JSON texts."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def problems(document: Document, path: tuple[str, ...]) -> Iterator[Problem]:
    """What cannot be meant of the variables at `path` of a file."""
    value: Any = document.value
    for step in path:
        value = value[step]
    place = document.place(path)
    if not isinstance(value, Mapping):
        yield Problem(f"{path[-1]} must be a map of names to values", place)
        return
    for name, part in value.items():
        if isinstance(part, Mapping) and part.keys() == {"secure"}:
            continue
        if part is None:
            said = f'the variable {name} has no value; write "" for an empty text'
            yield Problem(said, document.place((*path, name), of_key=True))
        yield from _scalars(document, (*path, name), part)


def _scalars(document: Document, path: tuple[Any, ...], value: Any) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _scalars(document, (*path, key), part)
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _scalars(document, (*path, at), part)
    else:
        written = document.plain_text(path)
        how = _otherwise(written, value) if written else ""
        if how:
            place: Place = document.place(path)
            yield Problem(f'Pulumi reads {written} {how}; put it in quotes: "{written}"', place)


def _otherwise(written: str, value: Any) -> str:
    for pattern, how in _READ_OTHERWISE:
        if pattern.fullmatch(written):
            return how
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MOST_EXACT:
        return "as a number with fewer digits"
    return "as infinite" if isinstance(value, float) and value in (float("inf"), float("-inf")) else ""
