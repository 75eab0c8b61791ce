"""policy: naming rules and policies of a stack, checked offline with file and line.

`genie:naming` holds a pattern each for `title`, `name` (the logical name) and `folder`. `{stack}`, `{project}`,
`{name}`, `{file}` and `{any_tag}` are filled in from stack and spec; `*`, and a pattern's own word (`{title}` in
the one for titles), stand for any text. `genie:policy` says what every spec must have.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from ..errors import SettingsError

_PATTERNS: Final = ("title", "name", "folder")
HOLE = re.compile(r"\{([^{}]*)\}|\*")
TAG_KEY = re.compile(r"[,.:/\-=]")


@dataclass(frozen=True)
class Policy:
    """What every spec must have; each field is a key of `genie:policy` in camel case."""

    require_owner: bool = False
    """A tag `owner`, in the spec or in genie:tags."""
    require_description: bool = False
    require_permissions: bool = False
    require_tags: list[str] = field(default_factory=list)
    allowed_tags: dict[str, list[str]] = field(default_factory=dict)
    """Tag → the values it may have."""
    min_tables: int = 0
    max_tables: int = 0
    min_benchmarks: int = 0
    min_sample_questions: int = 0
    min_examples: int = 0


@dataclass(frozen=True)
class Stack:
    """What naming rules and policies take from the stack.

    Attributes:
        warehouse: the stack's own; None where spaces need not have one to be checked.
    """

    name: str = ""
    project: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    parent_path: str = ""
    naming: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    warehouse: str | None = None

    def without_warehouse(self) -> Stack:
        return replace(self, warehouse=None)


# ── settings ────────────────────────────────────────────────────────────────────────────────


def parse_naming(given: Mapping[str, Any]) -> dict[str, str]:
    """The patterns.

    Raises:
        SettingsError: a key that is none, or a pattern that is no text or leaves a brace open.
    """
    for key, pattern in given.items():
        if key not in _PATTERNS:
            raise SettingsError(f"genie:naming: '{key}' {_instead(str(key), _PATTERNS)}")
        if not isinstance(pattern, str) or not pattern:
            raise SettingsError(f"genie:naming: {key} must be a text such as '{{stack}}-{{domain}}-{{name}}'")
        if re.search(r"[{}]", HOLE.sub("", pattern)) or "{}" in pattern:
            raise SettingsError(f"genie:naming: {key}: '{pattern}' has a brace too many or an empty one")
    return dict(given)


def parse_policy(given: Mapping[str, Any]) -> Policy:
    """The policy.

    Raises:
        SettingsError: a key that is none, or a value of another kind.
    """
    known = {_camel(item.name): item for item in fields(Policy)}
    parsed: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise SettingsError(f"genie:policy: '{key}' {_instead(str(key), known)}")
        default = getattr(Policy(), known[key].name)
        if type(value) is not type(default) or (isinstance(value, int) and value < 0):
            raise SettingsError(f"genie:policy: {key} must be {_KINDS[type(default)]}")
        parsed[known[key].name] = value
    return Policy(**parsed)


def check_tags(given: Mapping[str, Any]) -> None:
    """Default tags whose keys the workspace would refuse.

    Raises:
        SettingsError: names the first.
    """
    for key, value in given.items():
        if not str(key).strip() or TAG_KEY.search(str(key)) or str(key) != str(key).strip():
            raise SettingsError(f"genie:tags: the key '{key}' may not hold , . : / - = nor start or end with a space")
        if isinstance(value, dict | list):
            raise SettingsError(f"genie:tags: {key} must be a text")


_KINDS: Final = {bool: "true or false", int: "a whole number", list: "a list", dict: "a map of tag to values"}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _instead(word: str, known: Any) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"is none of its keys; did you mean {near[0]}?" if near else f"is none of its keys ({', '.join(known)})"
