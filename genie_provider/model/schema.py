"""schema: a Genie space, field by field, told once.

A field has three forms: a key in the YAML spec, a value in Pulumi's inputs, a field of the workspace's
`serialized_space` (or, for `HEAD`, of the space itself). The rows here say how they relate. The codecs, the
authored order, the places of edits, what is compared, the walk over SQL and names and the editors' JSON Schema
are derived from them: a new field of the API is one row here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Final, Literal

Shape = Literal["text", "scalar", "identifier", "list", "flag", "nested", "map", "section", "own"]
"""How a field is written:

- text: a string, or a list of lines, in the spec; one text in the inputs; a list of strings in the body,
  joined without separators
- scalar: one string everywhere
- identifier: a three-part name
- list: a list of strings everywhere, each on its own
- flag: a boolean whose false is the same as absent; the workspace drops false ones
- nested: entries of another section: a list in spec and body, a map by name in the inputs
- map: names and values (tags, permissions)
- section: a part of the body that holds collections
- own: has a form of its own, with a branch in `codec.encode`, `codec.decode`, `codec.spec_inputs` and `specs.writer`
"""

SentBy = Literal["body", "update", "tags", "permissions", "pulumi", "run", "nothing"]
"""What brings a field to the workspace: the body, a field of create and update, calls of their own; or an option
of Pulumi's, a word to the run, nothing at all."""

RELATIONSHIPS: Final = ("MANY_TO_ONE", "ONE_TO_MANY", "ONE_TO_ONE", "MANY_TO_MANY")


@dataclass(frozen=True)
class Field:
    """One field.

    Args:
        name: its key in the inputs, and in the spec where `written` is empty.
        says: what it means, for people: editors show it.
        older: other keys that specs may use for it.
        version_1: its name in a body of version 1.
        written: its key in spec and body, where that is not `name`.
        of: what a nested field holds.
        sql: what kind of SQL the text is, if it is SQL.
        sent_by: what brings it to the workspace.
        open: whether the space may have any value while the spec gives none.
    """

    name: str
    shape: Shape
    says: str = ""
    older: tuple[str, ...] = ()
    version_1: str = ""
    written: str = ""
    of: Section | None = None
    sql: Literal["", "statement", "expression"] = ""
    sent_by: SentBy = "body"
    open: bool = False

    @property
    def key(self) -> str:
        """Its key in spec and body."""
        return self.written or self.name


@dataclass(frozen=True)
class Section:
    """One collection of entries.

    Args:
        name: the key in Pulumi's inputs, which people read in previews.
        wire: where the list lies in `serialized_space`.
        key: the field that names an entry; "" where the name is computed (joins).
        kind: enters derived ids; never change it.
        fields: in the order in which a person writes them.
        has_id: whether entries carry an id, by which the workspace sorts them.
        spec: where the list lies in the spec, where that is not `wire`; other places that are read too come behind.
        short_form: whether an entry that says nothing but its key may be written as that text.
        most: how many the workspace takes; 0 where the limit is on several collections together.
        says: what the collection is, for people: editors show it.
    """

    name: str
    wire: tuple[str, ...]
    key: str
    kind: str
    fields: tuple[Field, ...]
    has_id: bool = True
    spec: tuple[tuple[str, ...], ...] = ()
    short_form: bool = False
    most: int = 0
    says: str = ""

    @cached_property
    def texts(self) -> frozenset[str]:
        """Fields that the workspace keeps as a list of strings; the key aside, here and below."""
        return self._of_shape("text")

    @cached_property
    def scalars(self) -> frozenset[str]:
        return self._of_shape("scalar")

    @cached_property
    def lists(self) -> frozenset[str]:
        return self._of_shape("list")

    @cached_property
    def flags(self) -> frozenset[str]:
        return self._of_shape("flag")

    @cached_property
    def nested(self) -> tuple[tuple[str, str, Section], ...]:
        """(name in the inputs, name in spec and body, section of the entries) of each nested field."""
        return tuple((field.name, field.key, field.of) for field in self.fields if field.of is not None)

    @cached_property
    def version_1(self) -> dict[str, str]:
        """Names in bodies of version 1 → names of today."""
        return {field.version_1: field.name for field in self.fields if field.version_1}

    @property
    def key_is_text(self) -> bool:
        return self.key == "question"

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """Where a spec may have the list; the first is where it is written."""
        return self.spec or (self.wire,)

    def _of_shape(self, shape: Shape) -> frozenset[str]:
        return frozenset(
            field.name
            for field in self.fields
            if field.shape == shape and field.sent_by == "body" and field.name != self.key
        )


# ── columns and parameters ──────────────────────────────────────────────────────────────────

COLUMNS: Final = Section(
    name="columns",
    wire=("column_configs",),
    key="column_name",
    kind="column",
    has_id=False,
    short_form=True,
    fields=(
        Field("column_name", "scalar", "The column's name in the table."),
        Field("description", "text", "What Genie should know of the column, in this space only."),
        Field("synonyms", "list", "Other words for the column."),
        Field(
            "enable_format_assistance",
            "flag",
            "Genie sees sample values of the column.",
            older=("get_example_values",),
            version_1="get_example_values",
        ),
        Field(
            "enable_entity_matching",
            "flag",
            "Genie matches words against the column's values; implies format assistance.",
            older=("build_value_dictionary",),
            version_1="build_value_dictionary",
        ),
        Field("exclude", "flag", "Hides the column from Genie."),
    ),
)

PARAMETERS: Final = Section(
    name="parameters",
    wire=("parameters",),
    key="name",
    kind="parameter",
    has_id=False,
    fields=(
        Field("name", "scalar", "The name, as `:name` in the SQL."),
        Field("type_hint", "scalar", "STRING where left out; or INTEGER, DATE, TIMESTAMP, DECIMAL, …"),
        Field("description", "text", "What the value means."),
        Field("default_value", "own", "What is taken where a question names no value."),
    ),
)

# ── collections of a space ──────────────────────────────────────────────────────────────────


def _tables(name: str, says: str) -> Section:
    return Section(
        name=name,
        says=says,
        wire=("data_sources", name),
        key="identifier",
        kind="table",
        has_id=False,
        short_form=True,
        fields=(
            Field("identifier", "identifier", "catalog.schema.table"),
            Field("description", "text", "What Genie should know of the table, in this space only."),
            Field(
                "columns",
                "nested",
                "The columns that you have something to say about.",
                written="column_configs",
                of=COLUMNS,
            ),
        ),
    )


def _snippets(name: str, says: str, what: str) -> Section:
    alias = Field("alias", "scalar", "The name that SQL has for it.")
    return Section(
        name=name,
        wire=("instructions", "sql_snippets", name),
        key="display_name",
        kind=name.removesuffix("s"),
        says=says,
        fields=(
            Field("sql", "text", what, sql="expression"),
            Field("display_name", "scalar", "The name that people read."),
            alias,
            Field("instruction", "text", "When Genie should use it."),
            Field("synonyms", "list", "Other words for it."),
            Field("comment", "text", "A note for people."),
        ),
    )


TABLES: Final = _tables("tables", "Tables and views that Genie may use.")
METRIC_VIEWS: Final = _tables("metric_views", "Metric views that Genie may use; the same shape as tables.")
SAMPLE_QUESTIONS: Final = Section(
    name="sample_questions",
    wire=("config", "sample_questions"),
    spec=(("sample_questions",), ("instructions", "sample_questions"), ("config", "sample_questions")),
    key="question",
    kind="sample",
    says="What people see when they open the space.",
    short_form=True,
    fields=(Field("question", "text", "What people see when they open the space."),),
)
INSTRUCTIONS: Final = Section(
    name="instructions",
    wire=("instructions", "text_instructions"),
    key="",
    kind="text",
    says="What Genie should know of the space; joined with a blank line, since the workspace takes one text.",
    short_form=True,
    fields=(Field("content", "text", "What Genie should know of the space.", older=("text",)),),
)
EXAMPLES: Final = Section(
    name="examples",
    wire=("instructions", "example_question_sqls"),
    key="question",
    kind="example",
    says="Questions with the SQL that answers them.",
    fields=(
        Field("question", "text", "A question as people would ask it."),
        Field("sql", "text", "The statement that answers it.", sql="statement"),
        Field("parameters", "nested", "The parameters that the statement names as `:name`.", of=PARAMETERS),
        Field("usage_guidance", "text", "When Genie should use it."),
    ),
)
FUNCTIONS: Final = Section(
    name="functions",
    wire=("instructions", "sql_functions"),
    key="identifier",
    kind="function",
    says="Functions of Unity Catalog that Genie may call.",
    short_form=True,
    most=50,
    fields=(
        Field("identifier", "identifier", "catalog.schema.function"),
        Field(
            "description",
            "text",
            "For readers of the file; the workspace has no place for it.",
            sent_by="nothing",
        ),
    ),
)
JOINS: Final = Section(
    name="joins",
    wire=("instructions", "join_specs"),
    key="",
    kind="join",
    says="How two tables belong together.",
    fields=(
        Field("left", "own", "One table: its identifier, or {identifier, alias}.", older=("left_table",)),
        Field("right", "own", "The other table: its identifier, or {identifier, alias}.", older=("right_table",)),
        Field(
            "sql",
            "own",
            "One equality between a column of each side.",
            older=("join_condition",),
            sql="expression",
        ),
        Field("relationship", "own", f"{', '.join(RELATIONSHIPS)}.", older=("join_type",)),
        Field("instruction", "text", "When Genie should use it.", older=("description",)),
        Field("comment", "text", "A note for people."),
    ),
)
BENCHMARKS: Final = Section(
    name="benchmarks",
    wire=("benchmarks", "questions"),
    spec=(("benchmarks", "questions"), ("benchmarks",)),
    key="question",
    kind="benchmark",
    says="Questions with the answer that is right.",
    most=500,
    fields=(
        Field("question", "text", "A question as people would ask it."),
        Field("expected_sql", "own", "The statement whose result is right.", older=("answer",), sql="statement"),
        Field("evaluation_note", "text", "Advice for whoever grades the answer."),
    ),
)

KEYED: Final = (
    TABLES,
    METRIC_VIEWS,
    SAMPLE_QUESTIONS,
    EXAMPLES,
    FUNCTIONS,
    JOINS,
    _snippets("filters", "Conditions that Genie may use.", "A condition, without WHERE."),
    _snippets("expressions", "Computed columns that Genie may use.", "A computed column."),
    _snippets("measures", "Aggregates that Genie may use.", "An aggregate."),
    BENCHMARKS,
)
"""Every collection that is a map in the inputs, in the order a person reads a space."""

BY_NAME: Final = {section.name: section for section in KEYED}

# ── the space itself ────────────────────────────────────────────────────────────────────────

HEAD: Final = (
    Field(
        "name",
        "scalar",
        "The logical name, where it is not the file's stem: what Pulumi calls the resource.",
        older=("space_id",),
        sent_by="pulumi",
    ),
    Field("title", "scalar", "What people see; one line, without '/'.", sent_by="update"),
    Field("description", "text", "What the space is for.", sent_by="update"),
    Field(
        "warehouse",
        "scalar",
        "The SQL warehouse's name or, as warehouse_id, its id; the stack may give a default.",
        older=("warehouse_id",),
        sent_by="update",
    ),
    Field("parent_path", "scalar", "The workspace folder; a change moves the space.", sent_by="update", open=True),
    Field("tags", "map", "Tags on the space; a list is a map without values.", sent_by="tags"),
    Field("permissions", "map", 'Principal to level: "group:analysts": CAN_RUN.', sent_by="permissions"),
    Field(
        "permissions_mode",
        "scalar",
        "additive leaves what was granted by hand; exact revokes it.",
        sent_by="permissions",
    ),
    Field("sample_questions", "section", "What people see when they open the space."),
    Field("config", "section", "The API's own place of sample_questions."),
    Field("data_sources", "section", "The tables and metric views that Genie may use."),
    Field("instructions", "section", "Texts, example queries, functions, joins and SQL snippets."),
    Field("benchmarks", "section", "Questions with the answer that is right."),
    Field(
        "import",
        "scalar",
        "The workspace's id of a space made in the UI, to be taken over by the next `pulumi up`.",
        sent_by="pulumi",
    ),
    Field(
        "renamed_from",
        "scalar",
        "The logical name that the spec had before: its space, address and conversations stay.",
        sent_by="pulumi",
    ),
    Field("protect", "flag", "Whether Pulumi refuses to trash the space.", sent_by="pulumi"),
    Field("retain_on_delete", "flag", "Whether the space stays when its spec goes.", sent_by="pulumi"),
    Field("depends_on", "list", "Names of resources of the program that make what this space needs.", sent_by="pulumi"),
    Field(
        "wait_for_tables",
        "scalar",
        'How long to wait for tables that somebody else makes: seconds, or "10m".',
        sent_by="run",
    ),
    Field("serialized_space", "own", "The raw body, instead of the typed sections."),
    Field("extra", "own", "Fields of the workspace that this tool does not know yet."),
)
"""The fields beside the collections, in the order in which a person writes them."""

SENT_WITH_SPACE: Final = tuple(field.name for field in HEAD if field.sent_by == "update")
"""The inputs that are fields of the space itself, in create and update."""

ABOUT_SPACE: Final = tuple(field.name for field in HEAD if field.sent_by in ("update", "tags", "permissions"))
"""The inputs that are not part of the body, in the order in which a file has them."""

BODY_KEYS: Final = (INSTRUCTIONS.name, *BY_NAME, "extra")
"""The inputs that end up inside `serialized_space`; all others are fields of their own."""

HEAD_MAPS: Final = frozenset(field.name for field in HEAD if field.shape == "map")
"""The maps beside the body."""

FOR_THE_RUN: Final = frozenset(field.name for field in HEAD if field.sent_by == "run")
"""What a spec says to the run alone: no space holds it, so it never differs."""

MAPS: Final = HEAD_MAPS | {*BODY_KEYS}
"""The inputs that are maps of entries."""

NESTED: Final = frozenset(name for section in KEYED for name, _, _ in section.nested)
"""Fields of entries that are maps of entries themselves."""

NEVER_SENT: Final = frozenset(
    key for field in HEAD if field.sent_by in ("pulumi", "run", "nothing") for key in (field.name, *field.older)
)
"""Keys of a space in a file whose values stay in the file."""

OPEN_WHEN_ABSENT: Final = frozenset({"id", *(field.name for field in HEAD if field.open)})
"""Where the spec says nothing about these, whatever the space has is right."""


# ── what is derived ─────────────────────────────────────────────────────────────────────────


def sections() -> Iterator[Section]:
    """Every collection at any depth, each once."""
    yield INSTRUCTIONS
    for section in KEYED:
        yield section
        yield from (inner for _, _, inner in section.nested)


def _keys_where(kinds: tuple[str, ...]) -> frozenset[str]:
    rows = (field for section in sections() for field in section.fields if field.sql in kinds and field.sql)
    return frozenset(key for field in rows for key in (field.key, *field.older) if key != "answer")


SQL_KEYS: Final = _keys_where(("statement", "expression"))
"""Keys of specs, older ones too, whose texts are SQL (and `content` below `answer`)."""

NAME_KEYS: Final = frozenset(
    [section.wire[-1] for section in sections() if section.key == "identifier"]
    + [field.key for section in sections() for field in section.fields if field.shape == "identifier"]
    + [key for field in JOINS.fields[:2] for key in (field.key, *field.older)]
)
"""Keys of specs that hold three-part names, or lists whose short form is one."""


def rows_of_container(holder: tuple[str, ...]) -> tuple[Field, ...]:
    """What a map of the spec holds that holds collections, as rows."""
    lists = [section for section in (INSTRUCTIONS, *KEYED) if any(place[:-1] == holder for place in section.places)]
    rows = [Field(section.places[0][-1], "section", section.says) for section in lists]
    return (*rows, *_INNER.get(holder, ()))


_INNER: Final[dict[tuple[str, ...], tuple[Field, ...]]] = {
    ("instructions",): (Field("sql_snippets", "section", "Pieces of SQL that Genie may use."),),
    ("benchmarks",): (
        Field("gate", "own", "When the space passes `eval`; the workspace hears nothing of it.", sent_by="nothing"),
    ),
}
"""What else such a map holds."""


CONTAINERS: Final = tuple(
    sorted(
        {".".join(section.wire[:depth]) for section in (INSTRUCTIONS, *KEYED) for depth in range(1, len(section.wire))},
        key=lambda path: (-path.count("."), path),
    )
)
"""The maps of a body that hold collections, as dotted paths; inner ones first."""


def _file_order() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Keys of each map of a spec that holds collections, as a person orders them; () is the space."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {
        (): tuple(key for field in HEAD for key in (*field.older, field.key))
    }
    in_order = (TABLES, METRIC_VIEWS, SAMPLE_QUESTIONS, INSTRUCTIONS, *KEYED[3:])
    for section in in_order:
        for place in section.places:
            for depth in range(1, len(place)):
                holder, key = place[:depth], place[depth]
                if key not in found.get(holder, ()):
                    found[holder] = (*found.get(holder, ()), key)
    return {holder: (*keys, "extra") if holder else keys for holder, keys in found.items()}


FILE_ORDER: Final = _file_order()


def _entry_order() -> tuple[str, ...]:
    """Keys of all kinds of entries, merged so that each kind keeps its own order."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for section in sections():
        keys = [key for field in section.fields for key in (*field.older, field.key)]
        for before, after in pairwise(keys):
            order.add(after, before)
    return ("id", *order.static_order(), "extra")


ENTRY_ORDER: Final = _entry_order()
"""Keys of all kinds of entries, in the order in which a person writes them."""
