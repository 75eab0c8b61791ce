"""words: changed entries as people say them: `column fare_amount synonyms +1`, `example "How fast…" sql`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..model.schema import KEYED
from ..text import shown
from .data import EntryWords

NOUNS: Final = {
    "tables": "table",
    "metric_views": "metric view",
    "sample_questions": "sample question",
    "examples": "example",
    "functions": "function",
    "joins": "join",
    "filters": "filter",
    "expressions": "expression",
    "measures": "measure",
    "benchmarks": "benchmark",
    "tags": "tag",
    "permissions": "permission",
}
"""A collection → one entry of it."""

_INNER: Final = {"columns": "column", "parameters": "parameter"}
_LONGEST_NAME: Final = 60


def entry_words(path: Sequence[str | int], kind: str, old: Any = None, new: Any = None) -> EntryWords:
    """One change, in words."""
    section, *rest = map(str, path)
    done = {"add": "added", "delete": "removed"}.get(kind, "")
    if section == "instructions":
        return EntryWords("instructions", "", done or _grown(old, new))
    if section not in NOUNS or not rest:
        return EntryWords(section.replace("_", " "), "", " ".join([*rest, done or _grown(old, new)]).strip())
    noun, name, fields = NOUNS[section], _name(section, rest[0]), rest[1:]
    if fields and fields[0] in _INNER and len(fields) > 1:
        noun, name, fields = _INNER[fields[0]], _inner_name(section, rest[0], fields[1]), fields[2:]
    what = [field.replace("_", " ") for field in fields]
    return EntryWords(noun, _short(name), " ".join([*what, done or _grown(old, new)]).strip())


def counts(inputs: Mapping[str, Any]) -> dict[str, int]:
    """How many entries a space has, by their noun in the plural: {"tables": 3, "examples": 2}."""
    names = [section.name for section in KEYED]
    return {name.replace("_", " "): len(inputs[name]) for name in names if inputs.get(name)}


def many(count: int, one: str, more: str = "") -> str:
    """`1 space`, `2 spaces`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _name(section: str, key: str) -> str:
    """A table by its last part: the whole name is in the diff below."""
    return key.rpartition(".")[2] or key if section in ("tables", "metric_views", "functions") else key


def _inner_name(section: str, key: str, inner: str) -> str:
    return f"{_name(section, key)}.{inner}" if section in ("tables", "metric_views") else inner


def _short(name: str) -> str:
    line = " ".join(shown(name).split())
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1].rstrip()}…"


def _grown(old: Any, new: Any) -> str:
    """Of lists and maps how many came and went; of anything else nothing."""
    if isinstance(old, list) and isinstance(new, list):
        came, went = [each for each in new if each not in old], [each for each in old if each not in new]
        parts = ([f"+{len(came)}"] if came else []) + ([f"−{len(went)}"] if went else [])
        return " ".join(parts) or "in another order"
    return ""
