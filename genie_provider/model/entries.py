"""entries: tables, questions, joins and the other entries of a space, as a person writes them.

Texts may be a string or a list of lines; most entries have a short form. Unknown keys are errors;
what the workspace knows and these models do not lives under `extra`, word for word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
    field_validator,
    model_validator,
)

from ..text import join_lines
from .identifiers import is_three_part, plain_identifier
from .schema import (
    BENCHMARKS,
    BY_NAME,
    COLUMNS,
    EXAMPLES,
    FUNCTIONS,
    INSTRUCTIONS,
    JOINS,
    PARAMETERS,
    RELATIONSHIPS,
    SAMPLE_QUESTIONS,
    TABLES,
)
from .schema import Field as Row
from .variables import PENDING

_TEXT_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _lines_to_text(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return join_lines(value)
    return value


def not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _three_parts(text: str) -> str:
    if PENDING in text:  # a value of another resource may be several parts: a schema's id is catalog.schema
        return text
    if not is_three_part(text):
        raise ValueError(f"{text!r} is not catalog.schema.name")
    return plain_identifier(text)


def _one_synonym_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_lines_to_text), WithJsonSchema(_TEXT_SCHEMA)]
RequiredText = Annotated[Text, AfterValidator(not_blank)]
Identifier = Annotated[str, AfterValidator(_three_parts)]
Synonyms = Annotated[list[str], BeforeValidator(_one_synonym_list)]
Extra = dict[str, Any]


def _described(schema: dict[str, Any], model: type[Model]) -> None:
    """What editors show: each field's meaning, and older keys that are read too."""
    properties = schema.get("properties", {})
    if "extra" in properties:
        properties["extra"]["description"] = "Fields of the workspace that this tool does not know yet, word for word."
    for field in model.rows:
        if field.key not in properties:
            continue
        held = properties[field.key]
        if "$ref" in held:  # a reference with neighbours is not read by every editor
            held = properties[field.key] = {"allOf": [held]}
        held["description"] = field.says
        for older in field.older:
            if older not in properties and field.key not in schema.get("required", ()):
                properties[older] = {**held, "description": f"Older word for {field.key}.", "deprecated": True}


class Model(BaseModel):
    """A map of a spec. A key that is not in it is an error."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_described)
    local: ClassVar[frozenset[str]] = frozenset()
    """Keys without a row: the program acts on them, and the workspace never hears of them."""
    rows: ClassVar[tuple[Row, ...]] = ()
    """The rows of the schema that the model reads."""


AnyModel = TypeVar("AnyModel", bound=Model)


def reads(rows: Iterable[Row]) -> Callable[[type[AnyModel]], type[AnyModel]]:
    """Makes a model of rows of the schema.

    A class writes out what its code calls by name and what has forms of its own. The others are added here in the
    plain form of their shape; a field that has no row is refused.
    """

    def complete(model: type[AnyModel]) -> type[AnyModel]:
        held = {field.alias or name for name, field in model.model_fields.items()}
        by_key = {row.key: row for row in rows}
        older = {key for row in by_key.values() for key in row.older}
        without_row = held - by_key.keys() - model.local - older - {"id", "extra"}
        if without_row:
            raise TypeError(f"{model.__name__} has fields without a row in model.schema: {sorted(without_row)}")
        missing: dict[str, Any] = {key: _PLAIN[row.shape] for key, row in by_key.items() if key not in held}
        made = model
        if missing:
            made = create_model(model.__name__, __base__=model, __module__=model.__module__, **missing)
        made.__doc__, made.rows = model.__doc__, tuple(by_key.values())
        return made

    return complete


def short_form(field: str) -> Callable[[Any], Any]:
    """A validator that reads a bare string as the entry's main field."""

    def expand(value: Any) -> Any:
        return {field: value} if isinstance(value, str) else value

    return expand


def or_string(schema: dict[str, Any]) -> None:
    """Lets editors accept the short form of a list's items."""
    lists = [part for part in [schema, *schema.get("anyOf", [])] if "items" in part]
    for part in lists:
        part["items"] = {"anyOf": [part["items"], {"type": "string"}]}


def _path_or_map(schema: dict[str, Any]) -> None:
    """Lets editors accept a bare path."""
    schema["anyOf"] = [*schema.get("anyOf", []), {"type": "string"}]


_PLAIN: Final[dict[str, Any]] = {
    "text": (Text, ""),
    "scalar": (str, ""),
    "list": (Synonyms, Field(default_factory=list)),
    "flag": (bool, False),
}
"""The form and default of a field that no class writes out."""


def renamed(value: Any, rows: Iterable[Row]) -> Any:
    """A map with the keys of today for older ones."""
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for row in rows:
        for older in (older for older in row.older if older in found):
            if row.key in found:
                raise ValueError(f"{older} is the older name of {row.key}; keep one of them")
            found[row.key] = found.pop(older)
    return found


class Entry(Model):
    id: Annotated[str | None, Field(description="32 lowercase hex digits; left out, it is derived and stable.")] = None
    extra: Extra | None = None


@reads(SAMPLE_QUESTIONS.fields)
class SampleQuestion(Entry):
    question: RequiredText


@reads(COLUMNS.fields)
class Column(Model):
    column_name: Annotated[str, AfterValidator(not_blank)]
    description: Text = ""
    synonyms: Synonyms = Field(default_factory=list)
    exclude: bool = False
    enable_format_assistance: bool | None = None
    enable_entity_matching: bool = False
    extra: Extra | None = None

    @model_validator(mode="before")
    @classmethod
    def _older_flags(cls, value: Any) -> Any:
        """Version 1 of the body called the flags otherwise."""
        return renamed(value, COLUMNS.fields)


class TableSource(Model):
    """The file that a table is made of, and how to read it."""

    path: Annotated[str, AfterValidator(not_blank), Field(description="Below the project's folder, or /Volumes/….")]
    sheet: Annotated[str, Field(description="The sheet, by name or by number from 1.")] = ""
    range: Annotated[str, Field(description="The part of the sheet, as A3:F; its first row has the headings.")] = ""
    table: Annotated[str, Field(description="The table of an Access database, or of a PDF.")] = ""
    records: Annotated[str, Field(description="Where records lie: /catalog/item in XML, data.items in JSON.")] = ""
    pages: Annotated[str, Field(description="Pages of a PDF, as 2-5.")] = ""
    delimiter: Annotated[str, Field(description="Between the cells of a CSV: one character, or tab.")] = ""
    encoding: Annotated[str, Field(description="Of a CSV or dBASE file, as cp1252.")] = ""
    quote: Annotated[str | None, Field(description="Around the cells of a CSV; empty for none.")] = None
    header: Annotated[bool, Field(description="Whether the first row holds the headings.")] = True
    decimal: Annotated[Literal[".", ","], Field(description="The decimal sign of a CSV.")] = "."
    types: Annotated[dict[str, str], Field(description="Column → SQL type.")] = Field(default_factory=dict)
    allow: Annotated[Synonyms, Field(description="Kinds of trouble that may be, as error-cell.")] = Field(
        default_factory=list
    )
    comment: Annotated[Text, Field(description="The table's comment in Unity Catalog.")] = ""
    column_comments: Annotated[dict[str, Text], Field(description="Column → comment in Unity Catalog.")] = Field(
        default_factory=dict
    )
    describe_columns: Annotated[
        bool, Field(description="The space's columns without a description have column_comments as theirs.")
    ] = False
    primary_key: Annotated[Synonyms, Field(description="The columns of the key.")] = Field(default_factory=list)
    staging: Annotated[str, Field(description="The folder on a volume through which a large file goes.")] = ""

    @model_validator(mode="after")
    def _comments_describe(self) -> TableSource:
        if self.describe_columns and not self.column_comments:
            raise ValueError("describe_columns takes the descriptions from column_comments; there are none")
        return self


@reads(TABLES.fields)
class Table(Model):
    local: ClassVar[frozenset[str]] = frozenset({"from_file", "sheet", "range"})

    identifier: Identifier
    from_file: Annotated[
        TableSource | None,
        BeforeValidator(short_form("path")),
        Field(description="The file that the table is made of.", json_schema_extra=_path_or_map),
    ] = None
    sheet: Annotated[str, Field(description="The sheet of from_file.")] = ""
    range: Annotated[str, Field(description="The part of the sheet of from_file, as A3:F.")] = ""
    description: Text = ""
    column_configs: list[Annotated[Column, BeforeValidator(short_form("column_name"))]] = Field(
        default_factory=list, json_schema_extra=or_string
    )
    extra: Extra | None = None

    @model_validator(mode="after")
    def _sheet_of_file(self) -> Table:
        """`sheet` and `range` may stand beside `from_file`."""
        given = {key: getattr(self, key) for key in ("sheet", "range") if getattr(self, key)}
        if given and self.from_file is None:
            raise ValueError(f"{next(iter(given))} says how to read a file; from_file names it")
        if given and self.from_file is not None:
            self.from_file = self.from_file.model_copy(update=given)
        return self

    @model_validator(mode="after")
    def _described_by_comments(self) -> Table:
        """What `describe_columns` asks for. The comments of the spec are what Unity Catalog will hold: so the space
        is known before the table is, and a comment that somebody changed there is drift of the table, not of it."""
        source = self.from_file
        if source is None or not source.describe_columns:
            return self
        held = {column.column_name.lower(): column for column in self.column_configs}
        for name, comment in source.column_comments.items():
            column = held.get(name.lower())
            if column is None:
                self.column_configs.append(_described_column(name, comment))
            elif not column.description:
                column.description = comment
        return self


def _described_column(name: str, description: str) -> Column:
    return Column.model_validate({"column_name": name, "description": description})


TableEntry = Annotated[Table, BeforeValidator(short_form("identifier"))]


@reads(INSTRUCTIONS.fields)
class TextInstruction(Entry):
    content: RequiredText

    @model_validator(mode="before")
    @classmethod
    def _text_is_content(cls, value: Any) -> Any:
        if isinstance(value, dict) and "text" in value and "content" not in value:
            return {"content" if key == "text" else key: part for key, part in value.items()}
        return value


def _default_values(value: Any) -> Any:
    """A default as text, list, `{values}` or `{type, value}`."""
    if isinstance(value, dict):
        if value.keys() <= {"values"}:
            value = value.get("values", [])
        elif value.keys() <= {"type", "value"}:
            value = value.get("value")
    if isinstance(value, bool):
        return [json.dumps(value)]
    if isinstance(value, str | int | float):
        return [str(value)]
    return value


@reads(PARAMETERS.fields)
class Parameter(Model):
    name: Annotated[str, AfterValidator(not_blank)]
    type_hint: str = "STRING"
    description: Text = ""
    default_value: Annotated[
        list[str],
        BeforeValidator(_default_values),
        WithJsonSchema({"type": ["string", "number", "boolean", "array", "object"]}),
    ] = Field(default_factory=list)
    extra: Extra | None = None


@reads(EXAMPLES.fields)
class Example(Entry):
    question: RequiredText
    sql: RequiredText
    parameters: list[Parameter] = Field(default_factory=list)
    usage_guidance: Text = ""


@reads(FUNCTIONS.fields)
class Function(Entry):
    identifier: Identifier
    description: Text = ""


class JoinSide(Model):
    identifier: Identifier
    alias: str = ""
    extra: Extra | None = None


_Side = Annotated[JoinSide, BeforeValidator(short_form("identifier"))]
_MARK = "--rt=FROM_RELATIONSHIP_TYPE_"
_JOIN_WORDS = {"left_table", "right_table", "join_condition", "join_type", "description"}


@reads(JOINS.fields)
class Join(Entry):
    left: _Side
    right: _Side
    sql: RequiredText
    relationship: Literal["MANY_TO_ONE", "ONE_TO_MANY", "ONE_TO_ONE", "MANY_TO_MANY"] | None = None
    instruction: Text = ""
    comment: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _other_forms(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        join = _from_older_join(value) if value.keys() & {"left_table", "join_condition"} else dict(value)
        sql = join.get("sql")
        lines = sql if isinstance(sql, list) else sql.splitlines() if isinstance(sql, str) else []
        markers = [line.strip() for line in lines if isinstance(line, str) and line.strip().startswith(_MARK)]
        if markers:
            relationship = markers[0].removeprefix(_MARK).rstrip("-").strip()
            if join.get("relationship", relationship) != relationship:
                raise ValueError(f"relationship says {join['relationship']}, the marker in sql {relationship}")
            join["relationship"] = relationship
            join["sql"] = "\n".join(line for line in lines if line.strip() not in markers).strip()
        return join

    @field_validator("relationship", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        if isinstance(value, str):
            name = value.upper().replace("-", "_").removeprefix("FROM_RELATIONSHIP_TYPE_")
            if name not in RELATIONSHIPS:
                raise ValueError(f"{value!r} is none of {', '.join(RELATIONSHIPS)}")
            return name
        return value


def _from_older_join(value: dict[str, Any]) -> dict[str, Any]:
    join = {key: part for key, part in value.items() if key not in _JOIN_WORDS}
    for old, new in (("left_table", "left"), ("right_table", "right"), ("join_condition", "sql")):
        if old in value:
            join[new] = value[old]
    if "description" in value:
        join["instruction"] = value["description"]
    kind = str(value.get("join_type", "")).upper().replace("-", "_")
    if kind in RELATIONSHIPS:
        join["relationship"] = kind
    return join


@reads(BY_NAME["measures"].fields)
class Snippet(Entry):
    display_name: Annotated[str, AfterValidator(not_blank)]
    sql: RequiredText
    alias: str = ""
    instruction: Text = ""
    synonyms: Synonyms = Field(default_factory=list)
    comment: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _named_by_alias(cls, value: Any) -> Any:
        """The workspace demands a display name; an alias alone serves as one."""
        if isinstance(value, dict) and value.get("alias") and not value.get("display_name"):
            return {**value, "display_name": value["alias"]}
        return value


@reads(BY_NAME["filters"].fields)
class Filter(Snippet):
    @field_validator("alias")
    @classmethod
    def _no_alias(cls, value: str) -> str:
        if value:
            raise ValueError("a filter has no alias; the workspace refuses it")
        return value


class Answer(Model):
    format: Literal["SQL"] = "SQL"
    content: Text = ""


@reads(BENCHMARKS.fields)
class Benchmark(Entry):
    question: RequiredText
    expected_sql: Text = ""
    answer: list[Answer] = Field(default_factory=list, max_length=1)
    """The API's own form of `expected_sql`."""
    evaluation_note: Text = ""

    @model_validator(mode="after")
    def _one_answer(self) -> Benchmark:
        if self.expected_sql and self.answer:
            raise ValueError("expected_sql and answer say the same; keep one of them")
        if self.answer:
            self.expected_sql, self.answer = self.answer[0].content, []
        if not self.expected_sql and not self.evaluation_note and not (self.extra or {}).get("answer"):
            raise ValueError("a benchmark needs expected_sql, or an evaluation_note")
        return self
