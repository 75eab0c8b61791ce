"""walk: tables, entries and SQL texts of a spec, each with its path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..model.identifiers import parts
from .rule import Path

if TYPE_CHECKING:
    from ..model.entries import Entry, Snippet, Table
    from ..model.spec import SpaceSpec


def tables(spec: SpaceSpec) -> Iterator[tuple[Path, Table]]:
    for kind in ("tables", "metric_views"):
        for at, table in enumerate(getattr(spec.data_sources, kind)):
            yield ("data_sources", kind, at), table


def key(name: str) -> str:
    """A name as Unity Catalog compares names."""
    return ".".join(parts(name)).lower() or name.lower()


def entries(spec: SpaceSpec) -> Iterator[tuple[Path, str, Entry]]:
    """(path, kind of id, entry) of everything that carries an id."""
    instructions = spec.instructions
    lists: tuple[tuple[Path, str, Iterable[Entry]], ...] = (
        (questions_path(spec), "question", spec.questions()),
        (("instructions", "text_instructions"), "instruction", instructions.text_instructions),
        (("instructions", "example_question_sqls"), "instruction", instructions.example_question_sqls),
        (("instructions", "sql_functions"), "instruction", instructions.sql_functions),
        (("instructions", "join_specs"), "instruction", instructions.join_specs),
        (("benchmarks", "questions"), "question", spec.benchmarks.questions),
    )
    for path, kind, found in lists:
        for at, entry in enumerate(found):
            yield (*path, at), kind, entry
    for path, snippet in snippets(spec):
        yield path, "instruction", snippet


def snippets(spec: SpaceSpec) -> Iterator[tuple[Path, Snippet]]:
    for kind in ("filters", "expressions", "measures"):
        for at, snippet in enumerate(getattr(spec.instructions.sql_snippets, kind)):
            yield ("instructions", "sql_snippets", kind, at), snippet


def questions_path(spec: SpaceSpec) -> Path:
    if spec.sample_questions is not None:
        return ("sample_questions",)
    return ("config" if spec.config else "instructions", "sample_questions")


def queries(spec: SpaceSpec) -> Iterator[tuple[Path, str]]:
    """(path, text) of whole queries: those of examples and of benchmarks."""
    for at, example in enumerate(spec.instructions.example_question_sqls):
        yield ("instructions", "example_question_sqls", at, "sql"), example.sql
    for at, benchmark in enumerate(spec.benchmarks.questions):
        if benchmark.expected_sql:
            yield ("benchmarks", "questions", at, "expected_sql"), benchmark.expected_sql


def expressions(spec: SpaceSpec) -> Iterator[tuple[Path, str]]:
    """(path, text) of conditions and expressions: those of joins and snippets."""
    for at, join in enumerate(spec.instructions.join_specs):
        yield ("instructions", "join_specs", at, "sql"), join.sql
    for path, snippet in snippets(spec):
        yield (*path, "sql"), snippet.sql
