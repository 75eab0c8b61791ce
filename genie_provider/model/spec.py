"""spec: one space as a person writes it in YAML, one stack's variables already applied.

Models only: no files, no network, no Pulumi. Its entries are in `entries`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from ..text import json_text
from .entries import (
    Benchmark,
    Example,
    Extra,
    Filter,
    Function,
    Join,
    Model,
    SampleQuestion,
    Snippet,
    TableEntry,
    Text,
    TextInstruction,
    not_blank,
    or_string,
    reads,
    renamed,
    short_form,
)
from .gate import MAX_REPEAT
from .schema import HEAD, rows_of_container


@reads(rows_of_container(("data_sources",)))
class DataSources(Model):
    tables: list[TableEntry] = Field(default_factory=list, json_schema_extra=or_string)
    metric_views: list[TableEntry] = Field(default_factory=list, json_schema_extra=or_string)
    extra: Extra | None = None


@reads(rows_of_container(("instructions", "sql_snippets")))
class Snippets(Model):
    filters: list[Filter] = Field(default_factory=list)
    expressions: list[Snippet] = Field(default_factory=list)
    measures: list[Snippet] = Field(default_factory=list)
    extra: Extra | None = None


_Instruction = Annotated[TextInstruction, BeforeValidator(short_form("content"))]
_Question = Annotated[SampleQuestion, BeforeValidator(short_form("question"))]


def _one_instruction(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


@reads(rows_of_container(("instructions",)))
class Instructions(Model):
    sample_questions: list[_Question] | None = Field(default=None, json_schema_extra=or_string)
    text_instructions: Annotated[list[_Instruction], BeforeValidator(_one_instruction)] = Field(
        default_factory=list, json_schema_extra=or_string
    )
    example_question_sqls: list[Example] = Field(default_factory=list)
    sql_functions: list[Annotated[Function, BeforeValidator(short_form("identifier"))]] = Field(
        default_factory=list, json_schema_extra=or_string
    )
    join_specs: list[Join] = Field(default_factory=list)
    sql_snippets: Snippets = Field(default_factory=Snippets)
    extra: Extra | None = None


def _one_question(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Gate(Model):
    """What the space's evaluation must show to pass; the stack's `genie:gate` holds for what is left out."""

    min_correct: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the questions that must be right."""
    required: Annotated[list[str], BeforeValidator(_one_question)] | None = None
    """Questions that must be right whatever the share; `*` stands for any text."""
    needs_review: Literal["fail", "pass", "ignore"] | None = None
    """What a question counts as that a person has yet to judge."""
    unstable: Literal["majority", "fail"] | None = None
    """Whether a question whose verdict changes between repeats counts by majority, or fails."""
    no_regression: bool | None = None
    repeat: Annotated[int, Field(ge=1, le=MAX_REPEAT)] | None = None
    """How often every question is asked."""

    def given(self) -> dict[str, Any]:
        """The keys that were written."""
        return self.model_dump(exclude_none=True)


@reads(rows_of_container(("benchmarks",)))
class Benchmarks(Model):
    questions: list[Benchmark] = Field(default_factory=list)
    gate: Gate | None = None
    """When the space passes `eval`; the workspace knows nothing of it."""
    extra: Extra | None = None


def _question_list(value: Any) -> Any:
    return {"questions": value} if isinstance(value, list) else value


@reads(rows_of_container(("config",)))
class SpaceConfig(Model):
    sample_questions: list[_Question] | None = Field(default=None, json_schema_extra=or_string)
    extra: Extra | None = None


def _tag_map(value: Any) -> Any:
    """A list of tags is a map without values."""
    if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        return dict.fromkeys(value, "")
    return value


def _json_text(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json_text.loads(value)
        except ValueError as error:
            raise ValueError(f"this text cannot be sent: {error}") from None
    return value


Level = Literal["CAN_VIEW", "CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE"]

_TYPED = ("sample_questions", "data_sources", "instructions", "benchmarks", "config")


@reads(HEAD)
class SpaceSpec(Model):
    """A Genie space."""

    name: str | None = None
    title: Annotated[str, AfterValidator(not_blank)]
    description: Text = ""
    warehouse_id: str | None = None
    warehouse: str | None = None
    parent_path: str | None = None
    tags: Annotated[
        dict[str, str],
        BeforeValidator(_tag_map),
        WithJsonSchema({"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = Field(default_factory=dict)
    permissions: dict[str, Level] | None = None
    permissions_mode: Literal["additive", "exact"] = "additive"
    sample_questions: list[_Question] | None = Field(default=None, json_schema_extra=or_string)
    config: SpaceConfig | None = None
    data_sources: DataSources = Field(default_factory=DataSources)
    instructions: Instructions = Field(default_factory=Instructions)
    benchmarks: Annotated[
        Benchmarks,
        BeforeValidator(_question_list),
    ] = Field(default_factory=Benchmarks)
    import_id: str | None = Field(default=None, alias="import")
    renamed_from: str | None = None
    protect: bool | None = None
    retain_on_delete: bool | None = None
    depends_on: list[str] = Field(default_factory=list)
    wait_for_tables: str | int | None = None
    serialized_space: Annotated[
        dict[str, Any] | None,
        BeforeValidator(_json_text),
        WithJsonSchema({"type": ["object", "string"]}),
    ] = None
    extra: Extra | None = None

    @model_validator(mode="before")
    @classmethod
    def _older_names(cls, value: Any) -> Any:
        """`space_id` was the logical name, a word that everywhere else is the workspace's id."""
        return renamed(value, [row for row in HEAD if row.name == "name"])

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> SpaceSpec:
        places = [
            name
            for name, questions in (
                ("sample_questions", self.sample_questions),
                ("instructions.sample_questions", self.instructions.sample_questions),
                ("config.sample_questions", self.config and self.config.sample_questions),
            )
            if questions is not None
        ]
        if len(places) > 1:
            raise ValueError(f"sample questions stand in two places: {' and '.join(places)}; keep one")
        if self.warehouse and self.warehouse_id:
            raise ValueError("warehouse and warehouse_id are both given; keep one")
        if self.serialized_space is not None:
            typed = [name for name in _TYPED if name in self.model_fields_set]
            if typed:
                raise ValueError(f"serialized_space mixes with no typed section; take out {', '.join(typed)}")
        if "/" in self.title:
            raise ValueError("a title cannot contain '/': the workspace refuses it")
        return self

    def questions(self) -> list[SampleQuestion]:
        """The sample questions, wherever they were written."""
        in_config = self.config.sample_questions if self.config else None
        return self.sample_questions or self.instructions.sample_questions or in_config or []


class SpecFile(Model):
    """A file of several spaces, or what may stand beside one at top level."""

    version: int | str | None = None
    description: Text = ""
    author: str | None = None
    spaces: list[SpaceSpec]
