"""definition: the rules a `serialized_space` must keep, told one at a time.

The shape comes first (`export_message`), then ids, order and contents, then the limits of the product. Only
the first broken rule is reported, as on a real workspace. What the definition refers to is `spaces`' affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .. import bounded_json
from ..errors import ApiError, invalid
from ..state.settings import Settings
from . import export_message

MAX_DOCUMENT_BYTES = 3_500_000
_ID = re.compile(r"[0-9a-f]{32}\Z")
_MARKER = re.compile(r"--rt=FROM_RELATIONSHIP_TYPE_(MANY_TO_ONE|ONE_TO_MANY|ONE_TO_ONE|MANY_TO_MANY)--\Z")
_QUOTED = re.compile(r"`[^`]*`|'(?:[^'\\]|\\.|'')*'|\"[^\"]*\"")
_PLAIN_EQUALITY = re.compile(r"(?<![<>!=])={1,2}(?![=>])")
_PART = r"(?:`[^`]+`|[^.`\s]+)"
_THREE_PARTS = re.compile(rf"{_PART}\.{_PART}\.{_PART}\Z")

# Where ids live, and what an error calls the entry there.
SAMPLES = ("config.sample_questions", "sample_question")
TEXTS = ("instructions.text_instructions", "text_instruction")
EXAMPLES = ("instructions.example_question_sqls", "example_question_sql")
FUNCTIONS = ("instructions.sql_functions", "sql_function")
JOINS = ("instructions.join_specs", "join_spec")
SNIPPETS = tuple(
    (f"instructions.sql_snippets.{kind}", f"sql_snippet.{kind[:-1]}") for kind in ("filters", "expressions", "measures")
)
BENCHMARKS = ("benchmarks.questions", "benchmark_question")
_QUESTION_LISTS = (SAMPLES, BENCHMARKS)
_INSTRUCTION_LISTS = (TEXTS, EXAMPLES, FUNCTIONS, JOINS, *SNIPPETS)


def parsed(text: Any, settings: Settings) -> dict[str, Any]:
    """The definition in a request's `serialized_space`, once it has passed every rule.

    Raises:
        ApiError: 400 INVALID_PARAMETER_VALUE with the first rule it breaks.
    """
    document = _loaded(text)
    export_message.check(export_message.EXPORT, document, settings.known_extra_fields)
    for rule in _RULES:
        for problem in rule(document, settings):
            raise problem
    return document


def entries(document: dict[str, Any], path: str) -> list[dict[str, Any]]:
    """The list at a dotted path, empty when any step is missing."""
    held: Any = document
    for step in path.split("."):
        held = (held or {}).get(step)
    return held or []


def tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Tables and metric views together."""
    return entries(document, "data_sources.tables") + entries(document, "data_sources.metric_views")


def _loaded(text: Any) -> dict[str, Any]:
    if not isinstance(text, str):
        raise invalid("Invalid request: Expected Scalar value for String field 'serialized_space'")
    if len(text.encode(errors="replace")) > MAX_DOCUMENT_BYTES:
        raise invalid(f"serialized_space exceeds the maximum size of {MAX_DOCUMENT_BYTES} bytes")
    try:
        document = bounded_json.loaded(text)
    except ValueError:
        raise invalid("Invalid JSON in field 'serialized_space'") from None
    if not isinstance(document, dict):
        export_message.check(export_message.EXPORT, document)
    return dict(document)


def _version(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    version = document.get("version") or 0
    if version not in (1, 2):
        yield invalid(f"Invalid serialized_space: ExportConverter supports versions 1 and 2, but got {version}")
    for table in tables(document):
        for column in table.get("column_configs") or []:
            if version == 2 and ("get_example_values" in column or "build_value_dictionary" in column):
                yield _unparsed(
                    f"column_config {column.get('column_name')} of table {table.get('identifier')} uses version 1"
                    " fields (get_example_values, build_value_dictionary) but the export version is 2"
                )


def _single_text(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    if len(entries(document, TEXTS[0])) > 1:
        yield _unparsed("instructions.text_instructions must contain at most one item")


def _ids(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    for path, name in (*_QUESTION_LISTS, *_INSTRUCTION_LISTS):
        for entry in entries(document, path):
            held = entry.get("id")
            if not held and name != "text_instruction":
                yield _unparsed(
                    f"{name}.id must be provided and non-empty. Expected lowercase 32-hex UUID without hyphens."
                )
            if held and not _ID.match(held):
                yield _unparsed(f"Invalid id for {name}.id: '{held}'. Expected lowercase 32-hex UUID without hyphens.")


def _distinct_ids(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    for family, lists in (("question", _QUESTION_LISTS), ("instruction", _INSTRUCTION_LISTS)):
        seen: set[str] = set()
        for path, name in lists:
            for entry in entries(document, path):
                if entry.get("id") in seen:
                    yield _unparsed(f"Duplicate {family} id '{entry['id']}' for {name}.id")
                if entry.get("id"):
                    seen.add(entry["id"])


def _order(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    def unsorted(path: str, key: Callable[[dict[str, Any]], Any]) -> bool:
        keys = [key(each) for each in entries(document, path)]
        return keys != sorted(keys)

    for path in ("data_sources.tables", "data_sources.metric_views"):
        if unsorted(path, lambda each: each.get("identifier") or ""):
            yield _unparsed(f"{path} must be sorted by identifier")
    for table in tables(document):
        names = [each.get("column_name") or "" for each in table.get("column_configs") or []]
        if names != sorted(names):
            yield _unparsed(
                f"data_sources.table({table.get('identifier')}).column_configs must be sorted by column_name"
            )
    if unsorted(FUNCTIONS[0], lambda each: (each.get("id") or "", each.get("identifier") or "")):
        yield _unparsed("instructions.sql_functions must be sorted by (id, identifier)")
    # Benchmarks are left out, although the documentation wants them sorted: exports list them newest first, and
    # malcolndandaro/genie-promote-cicd, in July 2026, sent one with 24 of them back unchanged and it was taken.
    for path, _ in (SAMPLES, EXAMPLES, JOINS, *SNIPPETS):
        if unsorted(path, lambda each: each.get("id") or ""):
            yield _unparsed(f"{path} must be sorted by id")


def _names(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    for entry in tables(document) + entries(document, FUNCTIONS[0]):
        if not _THREE_PARTS.match(entry.get("identifier") or ""):
            yield _unparsed(
                f"Invalid identifier '{entry.get('identifier') or ''}'."
                " Expected a three-level name: catalog.schema.name"
            )
    seen: set[str] = set()
    for table in tables(document):
        if table["identifier"] in seen:
            yield _unparsed(f"Duplicate table identifier '{table['identifier']}' in data_sources")
        seen.add(table["identifier"])
        yield from _columns(table)


def _columns(table: dict[str, Any]) -> Iterator[ApiError]:
    seen: set[str] = set()
    for column in table.get("column_configs") or []:
        name = column.get("column_name")
        if not name:
            yield _unparsed(f"column_name is required but missing in table {table['identifier']}")
        elif name in seen:
            yield _unparsed(f"Duplicate column_config ({table['identifier']}, {name})")
        seen.add(str(name))
        if column.get("enable_entity_matching") and not column.get("enable_format_assistance"):
            yield _unparsed(
                f"enable_entity_matching requires enable_format_assistance for column {name}"
                f" of table {table['identifier']}"
            )


def _joins(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    for join in entries(document, JOINS[0]):
        sql = join.get("sql") or []
        condition = sql[0] if sql else "null"
        if len(sql) != 2 or not _MARKER.match(sql[1]) or not _one_equality(condition):
            yield _unparsed(condition)
        for side in ("left", "right"):
            if not (join.get(side) or {}).get("identifier"):
                yield _unparsed(f"join_spec.{side}.identifier is required but missing")


def _one_equality(condition: str) -> bool:
    """Whether it is one equality.

    AND and OR are refused: a public script that writes to a workspace says so, and sends a spec for each pair of
    columns.
    """
    bare = _QUOTED.sub("x", condition)
    return len(_PLAIN_EQUALITY.findall(bare)) == 1 and not re.search(r"\b(and|or)\b", bare, re.IGNORECASE)


def _snippets(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    for path, _ in SNIPPETS:
        kind = path.removeprefix("instructions.")
        for index, snippet in enumerate(entries(document, path)):
            if not snippet.get("display_name"):
                yield _unparsed(f"{kind}[{index}].display_name is required but missing")
            if not "".join(snippet.get("sql") or []).strip():
                yield _unparsed(f"{kind}[{index}].sql must be non-empty")


def _benchmarks(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    for question in entries(document, BENCHMARKS[0]):
        answers = question.get("answer") or []
        if not answers:
            yield _unparsed("benchmark_question must have at least one answer")
        if len(answers) > 1:
            yield _unparsed("benchmark_question must have exactly one answer")
        for answer in answers:
            if answer.get("format") != "SQL":
                yield _unparsed(f"Invalid benchmark answer format '{answer.get('format') or ''}'. Expected SQL")


def _limits(document: dict[str, Any], settings: Settings) -> Iterator[ApiError]:
    attached = tables(document)
    examples, functions = entries(document, EXAMPLES[0]), entries(document, FUNCTIONS[0])
    matched = [
        each for table in attached for each in table.get("column_configs") or [] if each.get("enable_entity_matching")
    ]
    described = [each for each in attached if each.get("description")]
    snippets = [each for path, _ in SNIPPETS for each in entries(document, path)]
    if len(functions) > 50:
        yield invalid("Exceeded maximum number (50) of certified answer inputs")
    for what, count, most in (
        ("tables", len(attached), settings.max_tables),
        ("instructions", len(examples) + len(functions) + len(entries(document, TEXTS[0])), 100),
        ("knowledge store snippets", len(described) + len(entries(document, JOINS[0])) + len(snippets), 200),
        ("benchmark questions", len(entries(document, BENCHMARKS[0])), 500),
        ("columns with entity matching", len(matched), 120),
    ):
        if count > most:
            yield invalid(f"Exceeded maximum number ({most}) of {what}: got {count}")


def _unparsed(message: str) -> ApiError:
    return invalid(f"Failed to parse export proto: {message}")


_RULES = (_version, _single_text, _ids, _distinct_ids, _order, _names, _joins, _snippets, _benchmarks, _limits)
