"""paths: reaching into a `serialized_space` by path, and what nobody reached for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..model.schema import CONTAINERS
from ..text import json_text

Body = dict[str, Any]

_BRACKETS = re.compile(r'\A([a-z_.]*)\[("(?:[^"\\]|\\.)*")\]\Z', re.DOTALL)


def look(body: Mapping[str, Any], path: tuple[str, ...]) -> list[Any]:
    at: Any = body
    for name in path:
        at = at.get(name) if isinstance(at, Mapping) else None
    return at if isinstance(at, list) else []


def take(body: Body, path: tuple[str, ...]) -> list[Any]:
    entries = look(body, path)
    if entries:
        leave(body, path, [])
    return entries


def leave(body: Body, path: tuple[str, ...], entries: list[Any]) -> None:
    at: Any = body
    for name in path[:-1]:
        at = at.get(name) if isinstance(at, dict) else None
    if isinstance(at, dict):
        if entries:
            at[path[-1]] = entries
        elif isinstance(at.get(path[-1]), list):
            del at[path[-1]]


def put(body: Body, path: tuple[str, ...], value: Any) -> None:
    at = body
    for name in path[:-1]:
        at = at.setdefault(name, {})
    if isinstance(at.get(path[-1]), list) and isinstance(value, list):
        value = [*at[path[-1]], *value]
    at[path[-1]] = value


def leaves(rest: Body, prefix: str = "") -> Iterable[tuple[str, str]]:
    """What nobody took, as dotted path and JSON text; the known containers are walked through."""
    for name, value in rest.items():
        path = f"{prefix}.{name}" if prefix else name
        if path in CONTAINERS and isinstance(value, dict):
            yield from leaves(value, path)
        elif value not in (None, [], {}):
            yield joined(prefix, name), dump(value)


def steps(path: str) -> tuple[str, ...]:
    """The way to a dotted path: through the known containers; a dot after them is part of the name."""
    holder, name = split(path)
    return (*holder.split("."), name) if holder else (name,)


def joined(holder: str, name: str) -> str:
    """The dotted path of a name in a known container; a name that reads like a path itself stands in brackets."""
    path = f"{holder}.{name}" if holder else name
    is_plain = not _BRACKETS.search(path) and _split_dotted(path) == (holder, name)
    return path if is_plain else f"{holder}[{json.dumps(name)}]"


def split(path: str) -> tuple[str, str]:
    """A dotted path as the known container that holds it ("" is the body) and the name in there."""
    bracketed = _BRACKETS.search(path)
    if bracketed and (not bracketed[1] or bracketed[1] in CONTAINERS):
        return bracketed[1], str(json.loads(bracketed[2]))
    return _split_dotted(path)


def _split_dotted(path: str) -> tuple[str, str]:
    holder = next((name for name in CONTAINERS if path.startswith(f"{name}.")), "")
    return holder, path[len(holder) + 1 :] if holder else path


def copied(value: Any) -> Any:
    """A copy that shares no map or list."""
    if isinstance(value, Mapping):
        return {key: copied(part) for key, part in value.items()}
    return [copied(part) for part in value] if isinstance(value, list) else value


def dump(value: Any) -> str:
    """Unknown values as JSON text: maps of Pulumi would drop nulls and turn integers to floats."""
    return json_text.dumps(value)
