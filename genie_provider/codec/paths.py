"""paths: reaching into a `serialized_space` by path, and what nobody reached for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..model.schema import CONTAINERS

Body = dict[str, Any]


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
        path = f"{prefix}{name}"
        if path in CONTAINERS and isinstance(value, dict):
            yield from leaves(value, f"{path}.")
        elif value not in (None, [], {}):
            yield path, dump(value)


def steps(path: str) -> tuple[str, ...]:
    """The way to a dotted path: through the known containers; a dot after them is part of the name."""
    holder, name = split(path)
    return (*holder.split("."), name) if holder else (path,)


def split(path: str) -> tuple[str, str]:
    """A dotted path as the known container that holds it ("" is the body) and the name in there."""
    holder = next((name for name in CONTAINERS if path.startswith(f"{name}.")), "")
    return holder, path[len(holder) + 1 :] if holder else path


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
