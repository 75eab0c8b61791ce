"""renaming: other names for catalogs, schemas, tables and functions, in names and in SQL texts.

Only the letters of a renamed part change; everything else of a text stays byte for byte. A text that
cannot be read, or would mean something else afterwards, stays as it is and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from ..model.identifiers import parts
from .places import Parts, Span, UnreadableSql, place_of
from .references import Reference, find_references
from .rules import BadRename, Rules, placeholders_from, rules_from
from .scopes import lower

__all__ = ["BadRename", "Change", "Renamed", "Renames", "SqlProblem"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACEHOLDER = re.compile(r"(?:\$\{[^{}]*\}|\w)*\$\{[^{}]*\}\w*")
_PART = re.compile(r"`(?:[^`]|``)*`|[^.`]+")
_RESERVED = re.compile(
    r"all|and|anti|any|as|asc|at|between|both|by|case|cast|check|collate|column|"
    r"constraint|create|cross|current_date|current_time|current_timestamp|current_user|delete|"
    r"desc|describe|distinct|drop|else|end|escape|except|exists|false|fetch|filter|for|"
    r"foreign|from|full|function|grant|group|grouping|having|in|inner|insert|intersect|"
    r"interval|into|is|join|lateral|leading|left|like|limit|minus|natural|not|null|of|"
    r"offset|on|only|or|order|outer|over|overlaps|pivot|primary|qualify|range|references|"
    r"revoke|right|rows|select|semi|session_user|set|some|start|table|tablesample|then|time|"
    r"to|trailing|true|truncate|union|unique|unknown|unpivot|update|user|using|values|view|"
    r"when|where|window|with",
    re.IGNORECASE,
)
_COMPARED = ("table", "function", "column", "catalog", "schema")


@dataclass(frozen=True, slots=True)
class Change:
    """One reference rewritten: its written parts before and after, and its place in the old text."""

    old: str
    new: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SqlProblem:
    """Why a name, or a whole text, was left as it is; line and column within the text, from 1."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Renamed:
    text: str
    changes: tuple[Change, ...] = ()
    problems: tuple[SqlProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    span: Span
    new: str


class Renames:
    """A set of rename rules, ready to apply. False when there are none."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()
        self._words = self._rules.words()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Renames:
        """From `OLD=NEW` texts, one to three parts on each side, as many on both.

        Raises:
            BadRename: naming every faulty text.
        """
        return cls(rules_from(texts))

    @classmethod
    def parameterizing(cls, values: Mapping[str, str]) -> Renames:
        """The reverse of a stack's variables: where `catalog`'s value stands, `${catalog}` will.

        Raises:
            BadRename: naming every faulty value.
        """
        return cls(placeholders_from(values))

    def __bool__(self) -> bool:
        return bool(self._rules)

    def unused(self) -> list[str]:
        """The names that were to be renamed, and that nothing had."""
        return self._rules.unused()

    def identifier(self, name: str) -> str:
        """A dotted name outside of SQL, renamed; back-ticks stay where they are."""
        text, written = name.strip(), parts(name)
        if not 1 <= len(written) <= 3:
            return name
        spans = [match.span() for match in _PART.finditer(text)]
        edits = _edits(text, spans, written, self._rules.renamed(written), needs_quotes=_splits_a_name)
        return _apply(text, edits) if edits else name

    def sql(
        self,
        text: str,
        *,
        tables: Collection[str] = (),
        functions: Collection[str] = (),
        expression: bool = False,
        aliases: Collection[str] = (),
    ) -> Renamed:
        """One SQL text renamed, with what changed and what could not be told.

        The arguments are those of `find_references`; `tables` and `functions` under their old names.
        """
        if not self._concerns(text):
            return Renamed(text)
        reading = {"expression": expression, "aliases": aliases}
        try:
            found = find_references(text, tables=tables, functions=functions, **reading)  # type: ignore[arg-type]
        except UnreadableSql as error:
            return Renamed(text, problems=(SqlProblem(error.message, error.line, error.column),))
        edits: list[_Edit] = []
        changes, problems = [], []
        for reference in found:
            target = self._target(reference)
            if isinstance(target, SqlProblem):
                problems.append(target)
                continue
            own = _edits(text, reference.spans, reference.parts, target, needs_quotes=_needs_quotes)
            edits += own
            if own:
                old, new = ".".join(reference.parts), ".".join(target)
                changes.append(Change(old, new, reference.line, reference.column))
        renamed = _apply(text, edits)
        names = {"tables": [*map(self.identifier, tables)], "functions": [*map(self.identifier, functions)]}
        if edits:
            doubt = self._doubt(text, renamed, edits, found, {**names, **reading})
            if doubt:
                return Renamed(text, problems=(*problems, doubt))
        return Renamed(renamed, tuple(changes), tuple(problems))

    def _concerns(self, text: str) -> bool:
        """Could this text hold anything to rename or report? Spares reading the others."""
        lowered = text.lower().replace("``", "`")
        return any(word in lowered for word in self._words) or (
            bool(self._words) and re.search(r"\bidentifier\s*\(", lowered) is not None
        )

    def _target(self, reference: Reference) -> Parts | SqlProblem:
        """The parts as they are to be written, or why that cannot be told."""
        written = reference.parts
        place = reference.line, reference.column
        if reference.kind == "dynamic":
            return self._dynamic_target(reference)
        if reference.resolved:
            return self._rewritten(written, reference.resolved)
        targets = {self._rewritten(written, name) for name in reference.candidates}
        if len(targets) == 1:
            return targets.pop()
        name = ".".join(written)
        if targets:
            among = " or ".join(".".join(candidate) for candidate in reference.candidates)
            return SqlProblem(f"{name} could be {among}; write it in full", *place)
        whole = 2 if reference.kind == "schema" else 3
        target = self._rules.renamed_ending(written)
        if target == written and reference.kind != "column" and self._rules.could_change(written, whole):
            return SqlProblem(f"{name} is no table of the space and not written in full", *place)
        return target

    def _rewritten(self, written: Parts, resolved: Parts) -> Parts:
        renamed = self._rules.renamed(resolved)[-len(written) :]
        meant = resolved[-len(written) :]
        return tuple(w if new == old else new for w, old, new in zip(written, meant, renamed, strict=True))

    def _dynamic_target(self, reference: Reference) -> Parts | SqlProblem:
        if not reference.parts:
            message = "the name in IDENTIFIER(...) is only known when the query runs"
        elif self.identifier(reference.parts[0]) != reference.parts[0]:
            message = f"the name in IDENTIFIER('{reference.parts[0]}') is a string and is not renamed"
        else:
            return reference.parts
        return SqlProblem(message, reference.line, reference.column)

    def _doubt(
        self, old: str, new: str, edits: list[_Edit], before: list[Reference], reading: dict[str, object]
    ) -> SqlProblem | None:
        """What speaks against a rename: words that changed beside the names, or names that mean another."""
        place = place_of(old, edits[0].span[0])
        try:
            after = find_references(new, **reading)  # type: ignore[arg-type]
        except UnreadableSql as error:
            return SqlProblem(f"cannot be read once renamed: {error.message}", *place)
        if not _same_words(old, new, edits) or len(after) != len(before):
            return SqlProblem("would be read differently once renamed: a CTE or alias has a new name", *place)
        for was, now in zip(before, after, strict=True):
            meant = self._rules.renamed(was.resolved) if was.resolved and was.kind in _COMPARED else None
            if meant and (was.kind != now.kind or lower(now.resolved or ()) != lower(meant)):
                name, other = ".".join(was.parts), ".".join(now.resolved or now.parts)
                return SqlProblem(f"{name} would mean {other} once renamed", was.line, was.column)
        return None


def _same_words(old: str, new: str, edits: list[_Edit]) -> bool:
    from .parsing import token_texts

    edited = {edit.span[0] for edit in edits}
    words, others = token_texts(old), token_texts(new)
    return len(words) == len(others) and all(
        start in edited or word == other for (start, word), (_, other) in zip(words, others, strict=True)
    )


def _edits(
    text: str, spans: Iterable[Span], written: Parts, target: Parts, *, needs_quotes: Callable[[str], bool]
) -> list[_Edit]:
    return [
        _Edit(span, _quoted(new) if text[span[0]] == "`" or needs_quotes(new) else new)
        for span, old, new in zip(spans, written, target, strict=True)
        if old != new
    ]


def _apply(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span[0]] + edit.new + text[edit.span[1] :]
    return text


def _quoted(part: str) -> str:
    return "`" + part.replace("`", "``") + "`"


def _needs_quotes(part: str) -> bool:
    """In SQL: anything but a plain word; a `${name}` is written as it is."""
    if _PLACEHOLDER.fullmatch(part):
        return False
    return not _PLAIN.fullmatch(part) or bool(_RESERVED.fullmatch(part))


def _splits_a_name(part: str) -> bool:
    """In a name by itself: only what would read as two parts."""
    return "." in part or "`" in part
