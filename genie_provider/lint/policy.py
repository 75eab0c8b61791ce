"""policy: naming rules and policies of a stack, checked offline with file and line.

`genie:naming` holds a pattern each for `title`, `name` (the logical name) and `folder`. `{stack}`, `{project}`,
`{name}`, `{file}` and `{any_tag}` are filled in from stack and spec; `*`, and a pattern's own word (`{title}` in
the one for titles), stand for any text. `genie:policy` says what every spec must have.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from ..errors import SettingsError
from ..model.spec import SpaceSpec
from ..model.variables import PENDING
from ..text import folder
from .limits import Finding

_PATTERNS: Final = ("title", "name", "folder")
_HOLE = re.compile(r"\{([^{}]*)\}|\*")
_TAG_KEY = re.compile(r"[,.:/\-=]")


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
    """What naming rules and policies take from the stack."""

    name: str = ""
    project: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    parent_path: str = ""
    naming: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)


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
        if re.search(r"[{}]", _HOLE.sub("", pattern)) or "{}" in pattern:
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
        if not str(key).strip() or _TAG_KEY.search(str(key)) or str(key) != str(key).strip():
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


# ── specs ───────────────────────────────────────────────────────────────────────────────────


def findings(name: str, spec: SpaceSpec, stack: Stack, file: str = "") -> Iterator[Finding]:
    """What one spec does not follow."""
    tags = {**stack.tags, **spec.tags}
    yield from _naming(name, spec, stack, tags, file)
    yield from _tags(spec, stack.policy, tags)
    yield from _counts(spec, stack.policy)


def _naming(name: str, spec: SpaceSpec, stack: Stack, tags: Mapping[str, str], file: str) -> Iterator[Finding]:
    place = folder(spec.parent_path or stack.parent_path)
    held = {"title": (spec.title, ("title",)), "name": (name, ("name",)), "folder": (place, ("parent_path",))}
    words = {**tags, "stack": stack.name, "project": stack.project, "name": name, "file": file}
    for kind, pattern in stack.naming.items():
        value, path = held[kind]
        if PENDING in value:
            continue
        missing = [hole for hole in _HOLE.findall(pattern) if hole and hole != kind and not words.get(hole)]
        if missing:
            yield Finding(("tags",), f"genie:naming of the {kind} needs the tag {missing[0]}, which this space has not")
        elif not re.fullmatch(_expression(pattern, kind, words), value):
            wanted = _HOLE.sub(_filler({**words, kind: "*"}), pattern)
            shown = f"'{value}'" if value else "none"
            yield Finding(path, f"the {kind} is {shown}, but genie:naming wants '{wanted}'")


def _filler(words: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda hole: words[hole[1]] if hole[1] else "*"


def _expression(pattern: str, kind: str, words: Mapping[str, str]) -> str:
    """The pattern as a regular expression."""
    text, at = "", 0
    for hole in _HOLE.finditer(pattern):
        text += re.escape(pattern[at : hole.start()])
        text += ".+" if hole[1] in (None, kind) else re.escape(words[hole[1]])
        at = hole.end()
    return text + re.escape(pattern[at:])


def _tags(spec: SpaceSpec, policy: Policy, tags: Mapping[str, str]) -> Iterator[Finding]:
    required = [*(["owner"] if policy.require_owner else []), *policy.require_tags]
    for key in dict.fromkeys(required):
        if not tags.get(key):
            yield Finding(("tags",), f"genie:policy wants the tag {key}")
    for key, allowed in policy.allowed_tags.items():
        if key in tags and tags[key] not in map(str, allowed):
            choices = ", ".join(map(str, allowed))
            yield Finding(("tags", key), f"the tag {key} is '{tags[key]}', but genie:policy allows {choices}")


def _counts(spec: SpaceSpec, policy: Policy) -> Iterator[Finding]:
    if policy.require_description and not spec.description.strip():
        yield Finding((), "genie:policy wants a description")
    if policy.require_permissions and not spec.permissions:
        yield Finding((), "genie:policy wants permissions")
    if spec.serialized_space is not None:
        return
    tables = len(spec.data_sources.tables) + len(spec.data_sources.metric_views)
    counts = (
        (("data_sources",), tables, policy.min_tables, "tables"),
        (("benchmarks",), len(spec.benchmarks.questions), policy.min_benchmarks, "benchmark questions"),
        (("sample_questions",), len(spec.questions()), policy.min_sample_questions, "sample questions"),
        (("instructions",), len(spec.instructions.example_question_sqls), policy.min_examples, "examples"),
    )
    for path, count, least, what in counts:
        if count < least:
            yield Finding(path, f"{count} {what}; genie:policy wants at least {least}")
    if policy.max_tables and tables > policy.max_tables:
        yield Finding(("data_sources",), f"{tables} tables; genie:policy allows {policy.max_tables}")
