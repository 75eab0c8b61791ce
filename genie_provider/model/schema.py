"""schema: the collections of a Genie space, told once.

A collection has three shapes: a list in the YAML spec, a map keyed by name in Pulumi's
inputs, a list in the workspace's `serialized_space`. This table says how they relate;
`inputs`, `wire`, `diff` and `rules` all read it, so a new field of the API is one line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FLAGS: Final = frozenset({"exclude", "enable_format_assistance", "enable_entity_matching"})
"""Column flags: false and absent mean the same, and the workspace drops false ones (genie-api 2.8)."""

RELATIONSHIPS: Final = ("MANY_TO_ONE", "ONE_TO_MANY", "ONE_TO_ONE", "MANY_TO_MANY")


@dataclass(frozen=True)
class Section:
    """One collection.

    Args:
        name: the key in Pulumi's inputs, which people read in previews.
        wire: where the list lies in `serialized_space`.
        key: the field that names an entry; "" where the name is computed (joins).
        texts: fields that the workspace keeps as a list of strings without separators.
        scalars: fields that are one plain string.
        lists: fields that are lists in their own right (each synonym is one).
        flags: booleans whose false is the same as absent.
        nested: inputs name → (wire name, section of the nested entries).
        has_id: whether entries carry an id, by which the workspace sorts them.
        kind: enters derived ids; never change it.
    """

    name: str
    wire: tuple[str, ...]
    key: str
    kind: str
    texts: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    nested: tuple[tuple[str, str, Section], ...] = ()
    has_id: bool = True

    @property
    def key_is_text(self) -> bool:
        return self.key == "question"


COLUMNS: Final = Section(
    name="columns",
    wire=("column_configs",),
    key="column_name",
    kind="column",
    texts=frozenset({"description"}),
    lists=frozenset({"synonyms"}),
    flags=FLAGS,
    has_id=False,
)

PARAMETERS: Final = Section(
    name="parameters",
    wire=("parameters",),
    key="name",
    kind="parameter",
    texts=frozenset({"description"}),
    scalars=frozenset({"type_hint"}),
    has_id=False,
)


def _tables(name: str) -> Section:
    return Section(
        name=name,
        wire=("data_sources", name),
        key="identifier",
        kind="table",
        texts=frozenset({"description"}),
        nested=(("columns", "column_configs", COLUMNS),),
        has_id=False,
    )


def _snippets(name: str) -> Section:
    return Section(
        name=name,
        wire=("instructions", "sql_snippets", name),
        key="display_name",
        kind=name.removesuffix("s"),
        texts=frozenset({"sql", "instruction", "comment"}),
        scalars=frozenset({"alias"}),
        lists=frozenset({"synonyms"}),
    )


TABLES: Final = _tables("tables")
METRIC_VIEWS: Final = _tables("metric_views")
SAMPLE_QUESTIONS: Final = Section("sample_questions", ("config", "sample_questions"), "question", "sample")
INSTRUCTIONS: Final = Section(
    "instructions", ("instructions", "text_instructions"), "", "text", texts=frozenset({"content"})
)
EXAMPLES: Final = Section(
    name="examples",
    wire=("instructions", "example_question_sqls"),
    key="question",
    kind="example",
    texts=frozenset({"sql", "usage_guidance"}),
    nested=(("parameters", "parameters", PARAMETERS),),
)
FUNCTIONS: Final = Section("functions", ("instructions", "sql_functions"), "identifier", "function")
JOINS: Final = Section(
    name="joins",
    wire=("instructions", "join_specs"),
    key="",
    kind="join",
    texts=frozenset({"instruction", "comment"}),
)
BENCHMARKS: Final = Section(
    name="benchmarks",
    wire=("benchmarks", "questions"),
    key="question",
    kind="benchmark",
    texts=frozenset({"evaluation_note"}),
)

KEYED: Final = (
    TABLES,
    METRIC_VIEWS,
    SAMPLE_QUESTIONS,
    EXAMPLES,
    FUNCTIONS,
    JOINS,
    _snippets("filters"),
    _snippets("expressions"),
    _snippets("measures"),
    BENCHMARKS,
)
"""Every collection that is a map in the inputs, in the order a person reads a space."""

BODY_KEYS: Final = ("instructions", *(section.name for section in KEYED), "extra")
"""The inputs that end up inside `serialized_space`; all others are fields of their own."""
