"""limits: what the workspace would refuse, found before anything is sent.

The workspace reports only the first fault of a body (genie-api 1.7), so everything is checked
here, all at once. Limits are from genie-api 2.6 and 2.7.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import Place, Problem, Severity
from ..model import entry_ids
from ..model.entries import Entry, Table
from ..model.spec import SpaceSpec

MAX_TABLES: Final = 50
USUAL_TABLES: Final = 30
MAX_FUNCTIONS: Final = 50
MAX_INSTRUCTIONS: Final = 100
MAX_SNIPPETS: Final = 200
MAX_BENCHMARKS: Final = 500
MAX_MATCHED_COLUMNS: Final = 120
MAX_TEXT: Final = 25_000
MAX_BODY_BYTES: Final = 3_500_000

Path = tuple[str | int, ...]

_PRINCIPAL = re.compile(r"(user|group|service_principal):\S.*\Z")
_TAG_KEY = re.compile(r"[,.:/\-=]")
_COMBINED = re.compile(r"\b(AND|OR)\b", re.IGNORECASE)
_QUOTED = re.compile(r"`[^`]*`|'[^']*'")
_DURATION = re.compile(r"(\d+)\s*([smh]?)\Z")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault (or notice) at a path of the spec."""

    path: Path
    message: str
    severity: Severity = "error"


def within_space(name: str, spec: SpaceSpec) -> Iterator[Finding]:
    """Everything that can be wrong with one space by itself."""
    yield from _texts(spec.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True))
    yield from _identity(name, spec)
    yield from _tables(spec)
    yield from _limits(spec)
    yield from _ids(spec)
    yield from _details(spec)
    yield from _surroundings(spec)


def between_spaces(specs: Mapping[str, SpaceSpec], places: Mapping[str, Place]) -> Iterator[Problem]:
    """Two spaces of one title in one folder: the workspace would rename the second."""
    seen: dict[tuple[str, str], str] = {}
    taken: dict[str, str] = {}
    for name, spec in specs.items():
        where = (spec.title, spec.parent_path or "")
        if where in seen:
            yield Problem(f"the title '{spec.title}' is that of {places[seen[where]]} as well", places[name])
        seen.setdefault(where, name)
        if spec.import_id:
            if spec.import_id in taken:
                yield Problem(f"imports the space that {places[taken[spec.import_id]]} imports", places[name])
            taken.setdefault(spec.import_id, name)


def _identity(name: str, spec: SpaceSpec) -> Iterator[Finding]:
    if not name.strip() or "::" in name or "$" in name:
        yield Finding(("name",), f"{name!r} cannot name a resource; use letters, digits, - and _")
    if spec.import_id and not entry_ids.is_well_formed(spec.import_id):
        yield Finding(("import",), f"{spec.import_id!r} is not a space's id (32 lowercase hex digits)")
    if spec.title != spec.title.strip():
        yield Finding(("title",), "a title cannot start or end with a space")
    if any(ord(letter) < 32 for letter in spec.title):
        yield Finding(("title",), "a title is one line without control characters")


def _texts(value: Any, path: Path = ()) -> Iterator[Finding]:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            yield Finding(path, f"{len(value):,} characters; the workspace takes {MAX_TEXT:,}")
        if "\0" in value or (not value.isascii() and any("\ud800" <= letter < "\ue000" for letter in value)):
            yield Finding(path, "holds a character that JSON cannot carry")
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, (*path, key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _texts(part, (*path, at))


def _tables(spec: SpaceSpec) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, table in _all_tables(spec):
        if table.identifier.lower() in seen:
            yield Finding((*path, "identifier"), f"{table.identifier} stands twice")
        seen.add(table.identifier.lower())
        columns: set[str] = set()
        for at, column in enumerate(table.column_configs):
            if column.column_name.lower() in columns:
                yield Finding((*path, "column_configs", at), f"column {column.column_name} stands twice")
            columns.add(column.column_name.lower())
            if column.enable_entity_matching and column.enable_format_assistance is False:
                yield Finding((*path, "column_configs", at), "enable_entity_matching needs enable_format_assistance")


def _all_tables(spec: SpaceSpec) -> Iterator[tuple[Path, Table]]:
    for kind in ("tables", "metric_views"):
        for at, table in enumerate(getattr(spec.data_sources, kind)):
            yield ("data_sources", kind, at), table


def _limits(spec: SpaceSpec) -> Iterator[Finding]:
    instructions, snippets = spec.instructions, spec.instructions.sql_snippets
    tables = list(_all_tables(spec))
    texts = 1 if instructions.text_instructions else 0
    examples, functions = len(instructions.example_question_sqls), len(instructions.sql_functions)
    described = sum(1 for _, table in tables if table.description)
    knowledge = len(snippets.filters) + len(snippets.expressions) + len(snippets.measures)
    matched = sum(column.enable_entity_matching for _, table in tables for column in table.column_configs)
    counts: tuple[tuple[Path, int, int, str], ...] = (
        (("data_sources",), len(tables), MAX_TABLES, "tables and views"),
        (("instructions", "sql_functions"), functions, MAX_FUNCTIONS, "functions"),
        (("instructions",), texts + examples + functions, MAX_INSTRUCTIONS, "instructions"),
        (
            ("instructions", "sql_snippets"),
            described + knowledge + len(instructions.join_specs),
            MAX_SNIPPETS,
            "table descriptions, joins and SQL expressions",
        ),
        (("benchmarks",), len(spec.benchmarks.questions), MAX_BENCHMARKS, "benchmark questions"),
        (("data_sources",), matched, MAX_MATCHED_COLUMNS, "columns with entity matching"),
    )
    for path, count, limit, what in counts:
        if count > limit:
            yield Finding(path, f"{count} {what}; a space holds {limit}")
    if USUAL_TABLES < len(tables) <= MAX_TABLES:
        message = f"{len(tables)} tables; some workspaces stop at {USUAL_TABLES}"
        yield Finding(("data_sources",), message, "notice")
    raw = spec.serialized_space
    if raw is not None and len(json.dumps(raw)) > MAX_BODY_BYTES:
        yield Finding(("serialized_space",), f"larger than {MAX_BODY_BYTES / 1e6} MB")


def _entries(spec: SpaceSpec) -> Iterator[tuple[Path, str, Entry]]:
    """(path, kind of id, entry) of everything that carries an id."""
    instructions, snippets = spec.instructions, spec.instructions.sql_snippets
    lists: tuple[tuple[Path, str, Iterable[Entry]], ...] = (
        (_questions_path(spec), "question", spec.questions()),
        (("instructions", "text_instructions"), "instruction", instructions.text_instructions),
        (("instructions", "example_question_sqls"), "instruction", instructions.example_question_sqls),
        (("instructions", "sql_functions"), "instruction", instructions.sql_functions),
        (("instructions", "join_specs"), "instruction", instructions.join_specs),
        (("instructions", "sql_snippets", "filters"), "instruction", snippets.filters),
        (("instructions", "sql_snippets", "expressions"), "instruction", snippets.expressions),
        (("instructions", "sql_snippets", "measures"), "instruction", snippets.measures),
        (("benchmarks", "questions"), "question", spec.benchmarks.questions),
    )
    for path, kind, entries in lists:
        for at, entry in enumerate(entries):
            yield (*path, at), kind, entry


def _questions_path(spec: SpaceSpec) -> Path:
    if spec.sample_questions is not None:
        return ("sample_questions",)
    return ("config" if spec.config else "instructions", "sample_questions")


def _ids(spec: SpaceSpec) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for path, kind, entry in _entries(spec):
        if not entry.id:
            continue
        if not entry_ids.is_well_formed(entry.id):
            message = f"'{entry.id}' is not 32 lowercase hex digits; used as a key from which the id is derived"
            yield Finding((*path, "id"), message, "notice")
        unique = f"{kind} {entry.id}"
        if unique in seen:
            yield Finding((*path, "id"), f"the id {entry.id} stands twice")
        seen[unique] = path


def _details(spec: SpaceSpec) -> Iterator[Finding]:
    instructions = spec.instructions
    for at, function in enumerate(instructions.sql_functions):
        if function.description:
            message = "the workspace keeps no description of a function; it stays in this file"
            yield Finding(("instructions", "sql_functions", at, "description"), message, "notice")
    for at, join in enumerate(instructions.join_specs):
        path: Path = ("instructions", "join_specs", at)
        if _COMBINED.search(_QUOTED.sub("", join.sql)):
            yield Finding((*path, "sql"), "AND and OR are refused in a join; write one join per pair of columns")
        if join.relationship is None:
            yield Finding(path, "no relationship given; MANY_TO_MANY, which claims nothing, is sent", "notice")
    for at, example in enumerate(instructions.example_question_sqls):
        repeated = [name for name, count in Counter(p.name for p in example.parameters).items() if count > 1]
        for name in repeated:
            yield Finding(("instructions", "example_question_sqls", at, "parameters"), f"parameter {name} stands twice")


def _surroundings(spec: SpaceSpec) -> Iterator[Finding]:
    for who in spec.permissions or {}:
        if not _PRINCIPAL.match(who):
            message = f"{who!r} is no principal; write user:NAME, group:NAME or service_principal:APPLICATION-ID"
            yield Finding(("permissions", who), message)
    for key in spec.tags:
        if _TAG_KEY.search(key) or key != key.strip() or not key:
            yield Finding(("tags",), f"the tag key {key!r} may not hold , . : / - = nor start or end with a space")
    if spec.wait_for_tables is not None and wait_seconds(spec.wait_for_tables) is None:
        yield Finding(("wait_for_tables",), 'write seconds, or a time such as "90s", "10m", "1h"')


def wait_seconds(text: str | int) -> int | None:
    """The seconds of 90, "90s", "10m" or "1h"; None where it is none of these."""
    match = _DURATION.match(str(text).strip())
    return int(match.group(1)) * {"": 1, "s": 1, "m": 60, "h": 3600}[match.group(2)] if match else None
