"""counting: one comparison of a number of entries with what `genie:policy` wants."""

from __future__ import annotations

from collections.abc import Iterator

from ..rule import Finding, Path, Space


def at_least(space: Space, path: Path, count: int, least: int, what: str) -> Iterator[Finding]:
    if count < least and space.spec.serialized_space is None:
        yield Finding(path, f"{count} {what}; genie:policy wants at least {least}")
