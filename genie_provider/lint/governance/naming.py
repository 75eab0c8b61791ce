"""A title, logical name or folder that does not follow `genie:naming`.

`{stack}`, `{project}`, `{name}`, `{file}` and `{any_tag}` are filled in from stack and spec; `*`, and a pattern's own
word (`{title}` in the one for titles), stand for any text.

Settings::

    naming: {title: "{domain}: *"}

Passes::

    title: "sales: Orders"
    tags: {domain: sales}

Fails::

    title: Orders
    tags: {domain: sales}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ...model.variables import PENDING
from ...text import folder
from ..policy import HOLE
from ..rule import Finding, Space

ID = "naming"
LEVEL = "error"
WHEN = "stack"


def check(space: Space) -> Iterator[Finding]:
    if not space.stack.naming:
        return
    name, spec, stack = space.name, space.spec, space.stack
    place = folder(spec.parent_path or stack.parent_path)
    held = {"title": (spec.title, ("title",)), "name": (name, ("name",)), "folder": (place, ("parent_path",))}
    words = {**_tags(space), "stack": stack.name, "project": stack.project, "name": name, "file": space.file}
    for kind, pattern in stack.naming.items():
        value, path = held[kind]
        if PENDING in value:
            continue
        missing = [hole for hole in HOLE.findall(pattern) if hole and hole != kind and not words.get(hole)]
        if missing:
            yield Finding(("tags",), f"genie:naming of the {kind} needs the tag {missing[0]}, which this space has not")
        elif not re.fullmatch(_expression(pattern, kind, words), value):
            wanted = HOLE.sub(_filler({**words, kind: "*"}), pattern)
            shown = f"'{value}'" if value else "none"
            yield Finding(path, f"the {kind} is {shown}, but genie:naming wants '{wanted}'")


def _tags(space: Space) -> dict[str, str]:
    return {**space.stack.tags, **space.spec.tags}


def _filler(words: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda hole: words[hole[1]] if hole[1] else "*"


def _expression(pattern: str, kind: str, words: Mapping[str, str]) -> str:
    """The pattern as a regular expression."""
    text, at = "", 0
    for hole in HOLE.finditer(pattern):
        text += re.escape(pattern[at : hole.start()])
        text += ".+" if hole[1] in (None, kind) else re.escape(words[hole[1]])
        at = hole.end()
    return text + re.escape(pattern[at:])
