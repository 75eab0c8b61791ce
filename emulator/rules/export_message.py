"""export_message: what a `serialized_space` may hold, field by field.

The workspace reads the document as the protobuf message `databricks.datarooms.export.GenieSpaceExport`, so an
unknown field is an error at every level and a text where a list belongs is one too. The order of the fields
here is the order of the keys in what the workspace returns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import ApiError, invalid

TEXT = "text"  # a list of strings that together are one text
STRINGS = "strings"  # a list of strings, each on its own
STRING, BOOL, INT = "string", "bool", "int"

MAX_STRING = 25_000
MAX_LIST = 10_000


@dataclass(frozen=True)
class Many:
    """A repeated message."""

    of: Message


@dataclass(frozen=True)
class Message:
    name: str
    fields: dict[str, str | Message | Many]


SAMPLE_QUESTION = Message("SampleQuestion", {"id": STRING, "question": TEXT})
CONFIG = Message("Config", {"sample_questions": Many(SAMPLE_QUESTION)})

COLUMN_CONFIG = Message(
    "ColumnConfig",
    {
        "column_name": STRING,
        "description": TEXT,
        "synonyms": STRINGS,
        "exclude": BOOL,
        "enable_format_assistance": BOOL,
        "enable_entity_matching": BOOL,
        "get_example_values": BOOL,
        "build_value_dictionary": BOOL,
    },
)
TABLE = Message("Table", {"identifier": STRING, "description": TEXT, "column_configs": Many(COLUMN_CONFIG)})
DATA_SOURCES = Message("DataSources", {"tables": Many(TABLE), "metric_views": Many(TABLE)})

TEXT_INSTRUCTION = Message("TextInstruction", {"id": STRING, "content": TEXT})
DEFAULT_VALUE = Message("DefaultValue", {"values": STRINGS})
PARAMETER = Message(
    "Parameter", {"name": STRING, "type_hint": STRING, "description": TEXT, "default_value": DEFAULT_VALUE}
)
EXAMPLE = Message(
    "ExampleQuestionSql",
    {"id": STRING, "question": TEXT, "sql": TEXT, "parameters": Many(PARAMETER), "usage_guidance": TEXT},
)
SQL_FUNCTION = Message("SqlFunction", {"id": STRING, "identifier": STRING})
JOIN_SIDE = Message("JoinSource", {"identifier": STRING, "alias": STRING})
JOIN = Message(
    "JoinSpec",
    {"id": STRING, "left": JOIN_SIDE, "right": JOIN_SIDE, "sql": STRINGS, "instruction": TEXT, "comment": TEXT},
)
# A filter has no alias: a public tool got "Cannot find field: alias in message databricks.datarooms.export.Filter"
# from a workspace. Expressions and measures are exported with one.
FILTER = Message(
    "Filter",
    {"id": STRING, "sql": TEXT, "display_name": STRING, "instruction": TEXT, "synonyms": STRINGS, "comment": TEXT},
)
_NAMED_SQL: dict[str, str | Message | Many] = {
    "id": STRING,
    "alias": STRING,
    "sql": TEXT,
    "display_name": STRING,
    "instruction": TEXT,
    "synonyms": STRINGS,
    "comment": TEXT,
}
SNIPPETS = Message(
    "SqlSnippets",
    {
        "filters": Many(FILTER),
        "expressions": Many(Message("Expression", _NAMED_SQL)),
        "measures": Many(Message("Measure", _NAMED_SQL)),
    },
)
INSTRUCTIONS = Message(
    "Instructions",
    {
        "text_instructions": Many(TEXT_INSTRUCTION),
        "example_question_sqls": Many(EXAMPLE),
        "sql_functions": Many(SQL_FUNCTION),
        "join_specs": Many(JOIN),
        "sql_snippets": SNIPPETS,
    },
)

ANSWER = Message("BenchmarkAnswer", {"format": STRING, "content": TEXT})
BENCHMARK = Message(
    "BenchmarkQuestion", {"id": STRING, "question": TEXT, "answer": Many(ANSWER), "evaluation_note": TEXT}
)
BENCHMARKS = Message("Benchmarks", {"questions": Many(BENCHMARK)})

EXPORT = Message(
    "GenieSpaceExport",
    {
        "version": INT,
        "config": CONFIG,
        "data_sources": DATA_SOURCES,
        "instructions": INSTRUCTIONS,
        "benchmarks": BENCHMARKS,
    },
)


def check(message: Message, value: Any, extra: Iterable[str] = (), where: str = "") -> None:
    """Refuse a value that is not this message; only the first fault is ever told.

    Names in `extra` are let through, as a later version of the workspace would know them.

    Raises:
        ApiError: 400, in words that published logs and tools quote from workspaces.
    """
    if not isinstance(value, dict):
        raise invalid(f"Invalid JSON in field 'serialized_space'\nExpected 'START_OBJECT' not '{_token(value)}'")
    for name, held in value.items():
        kind = message.fields.get(name)
        if kind is None:
            if name not in extra:
                raise _unknown(message, name)
        elif held is not None:
            _check_field(kind, held, extra, name, f"{where}.{name}".lstrip("."))


def _check_field(kind: str | Message | Many, held: Any, extra: Iterable[str], name: str, where: str) -> None:
    if isinstance(kind, Message):
        check(kind, held, extra, where)
    elif isinstance(kind, Many):
        _check_list(held, name, where)
        for each in held:
            check(kind.of, each, extra, where)
    elif kind in (TEXT, STRINGS):
        _check_list(held, name, where)
        for each in held:
            _check_string(each, name)
        if kind == TEXT and sum(map(len, held)) > MAX_STRING:
            raise invalid(f"{where} exceeds the maximum length of {MAX_STRING} characters")
    elif kind == STRING:
        _check_string(held, name)
    elif kind == BOOL and not isinstance(held, bool):
        raise invalid(f"Invalid serialized_space: Expected a boolean for {name} but found {held!r}")
    elif kind == INT and (isinstance(held, bool) or not isinstance(held, int)):
        raise invalid(f"Invalid serialized_space: Expected an integer for {name} but found {held!r}")


def _check_list(held: Any, name: str, where: str) -> None:
    if not isinstance(held, list):
        found = f'"{held}"' if isinstance(held, str) else str(held)
        raise invalid(f"Invalid serialized_space: Expected an array for {name} but found {found}")
    if len(held) > MAX_LIST:
        raise invalid(f"{where} exceeds the maximum number of {MAX_LIST} items")
    if any(each is None for each in held):
        raise invalid(f"Invalid serialized_space: null is not allowed as an element of {name}")


def _check_string(held: Any, name: str) -> None:
    if not isinstance(held, str):
        raise invalid(f"Invalid serialized_space: Expected Scalar value for String field '{name}'")
    if len(held) > MAX_STRING:
        raise invalid(f"{name} exceeds the maximum length of {MAX_STRING} characters")


def _unknown(message: Message, name: str) -> ApiError:
    text = f"Cannot find field: {name} in message databricks.datarooms.export.{message.name}"
    if (message.name, name) == ("Instructions", "benchmarks"):
        # databricks/databricks-agent-skills, in its skill for Genie, quotes "Unknown field 'benchmarks'" for benchmarks
        # that are nested here.
        text += ": Unknown field 'benchmarks'"
    return invalid(f"Invalid JSON in field 'serialized_space'\n{text}")


def _token(value: Any) -> str:
    if isinstance(value, str):
        return "VALUE_STRING"
    if isinstance(value, list):
        return "START_ARRAY"
    return "VALUE_NULL" if value is None else "VALUE_NUMBER"
