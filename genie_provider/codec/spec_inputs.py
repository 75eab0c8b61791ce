"""spec_inputs: spec → what Pulumi stores and shows: maps keyed by what a person calls the entry.

A table goes by its name, a column by its name, a question by its text, a join by its two tables,
a snippet by its display name. Defaults are left out, so that the state stays small and a preview
shows only what somebody wrote. Hidden inputs start with two underscores.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model import entry_ids
from ..model.authored_order import remember_order
from ..model.identifiers import last_part
from ..model.schema import KEYED, SAMPLE_QUESTIONS, Section
from ..model.state import OWNER
from ..text import folder
from . import wire

if TYPE_CHECKING:  # the host needs this room, and pydantic would be half of its start
    from ..model.entries import Benchmark, Column, Entry, Example, Join, Parameter, Snippet, Table
    from ..model.spec import SpaceSpec

Properties = dict[str, Any]

_BY_NAME = {section.name: section for section in KEYED}


@dataclass(frozen=True)
class Defaults:
    """What the stack gives every space that does not say it itself."""

    warehouse: str = ""
    parent_path: str = ""
    title_prefix: str = ""
    tags: dict[str, str] = field(default_factory=dict)


def inputs_of(spec: SpaceSpec, owner: str, defaults: Defaults | None = None) -> Properties:
    """The canonical inputs of one space."""
    given = defaults or Defaults()
    inputs: Properties = {
        "title": given.title_prefix + spec.title,
        "description": spec.description,
        "warehouse": spec.warehouse_id or spec.warehouse or given.warehouse,
        "parent_path": folder(spec.parent_path or given.parent_path),
        "tags": {**given.tags, **spec.tags},
        "permissions": _levels(spec.permissions or {}),
        "permissions_mode": "exact" if spec.permissions_mode == "exact" else "",
        "wait_for_tables": spec.wait_for_tables,
    }
    inputs.update(_body_inputs(spec, owner))
    inputs = {name: value for name, value in inputs.items() if value not in ("", None, {}, [])}
    return {**inputs, OWNER: owner}


def _levels(permissions: Mapping[str, str]) -> Properties:
    """The API's word for the UI's "can view" is CAN_READ (genie-api 3)."""
    return {who: "CAN_READ" if level == "CAN_VIEW" else level for who, level in permissions.items()}


def _body_inputs(spec: SpaceSpec, owner: str) -> Properties:
    if spec.serialized_space is not None:
        body = wire.from_body(spec.serialized_space, owner)
        return _with_extra(body, _json_texts(spec.extra))
    inputs: Properties = {}
    order: list[tuple[Section, list[str]]] = []
    for name, entries in _sections_of(spec):
        section = _BY_NAME[name]
        if entries:
            inputs[name] = wire.name_entries(section, _keyed(section, entries, owner), owner)
            order.append((section, list(inputs[name])))
    instructions = _instructions(spec, owner)
    if instructions:
        inputs["instructions"] = instructions
    remember_order(inputs, order)
    return _with_extra(inputs, dict(_scattered_extras(spec)))


def _sections_of(spec: SpaceSpec) -> list[tuple[str, list[Any]]]:
    instructions = spec.instructions
    return [
        ("tables", [(table.identifier, _table(table)) for table in spec.data_sources.tables]),
        ("metric_views", [(view.identifier, _table(view)) for view in spec.data_sources.metric_views]),
        (SAMPLE_QUESTIONS.name, [(entry.question, _fields(entry)) for entry in spec.questions()]),
        ("examples", [(entry.question, _example(entry)) for entry in instructions.example_question_sqls]),
        ("functions", [(entry.identifier, _fields(entry)) for entry in instructions.sql_functions]),
        ("joins", [_join(entry) for entry in instructions.join_specs]),
        ("filters", [_snippet(entry) for entry in instructions.sql_snippets.filters]),
        ("expressions", [_snippet(entry) for entry in instructions.sql_snippets.expressions]),
        ("measures", [_snippet(entry) for entry in instructions.sql_snippets.measures]),
        ("benchmarks", [(entry.question, _benchmark(entry)) for entry in spec.benchmarks.questions]),
    ]


def _keyed(section: Section, entries: list[tuple[str, Properties]], owner: str) -> list[tuple[str, Properties]]:
    """Entries whose id from an old file is no id but a key get the id derived from it."""
    for _, fields in entries:
        given = fields.get("id")
        if given and not entry_ids.is_well_formed(given):
            fields["id"] = entry_ids.assign([given], {}, owner, section.kind)[given]
    return entries


def _present(**fields: Any) -> Properties:
    return {name: value for name, value in fields.items() if value not in ("", None, False, [], {})}


def _fields(entry: Entry, **fields: Any) -> Properties:
    return _present(**fields, id=entry.id, extra=_json_texts(entry.extra))


def _json_texts(extra: Properties | None) -> dict[str, str]:
    """Unknown values as JSON text: maps of Pulumi would drop nulls and turn integers to floats."""
    return {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        for name, value in (extra or {}).items()
    }


def _table(table: Table) -> Properties:
    columns = {column.column_name: _column(column) for column in table.column_configs}
    return _present(description=table.description, columns=columns, extra=_json_texts(table.extra))


def _column(column: Column) -> Properties:
    """Entity matching needs format assistance (genie-api 2.3), so the one brings the other."""
    assisted = column.enable_format_assistance
    return _present(
        description=column.description,
        synonyms=column.synonyms,
        exclude=column.exclude,
        enable_format_assistance=column.enable_entity_matching if assisted is None else assisted,
        enable_entity_matching=column.enable_entity_matching,
        extra=_json_texts(column.extra),
    )


def _example(entry: Example) -> Properties:
    parameters = {parameter.name: _parameter(parameter) for parameter in entry.parameters}
    return _fields(entry, sql=entry.sql, parameters=parameters, usage_guidance=entry.usage_guidance)


def _parameter(parameter: Parameter) -> Properties:
    return _present(
        type_hint=parameter.type_hint,
        description=parameter.description,
        default_value=parameter.default_value,
        extra=_json_texts(parameter.extra),
    )


def _join(entry: Join) -> tuple[str, Properties]:
    fields = _fields(
        entry,
        left=entry.left.identifier,
        right=entry.right.identifier,
        left_alias=_own_alias(entry.left.alias, entry.left.identifier),
        right_alias=_own_alias(entry.right.alias, entry.right.identifier),
        sql=entry.sql.strip(),
        relationship=entry.relationship or "MANY_TO_MANY",
        instruction=entry.instruction,
        comment=entry.comment,
    )
    sides = {side: getattr(entry, side).extra for side in ("left", "right") if getattr(entry, side).extra}
    if sides:
        fields["extra"] = {**fields.get("extra", {}), **_json_texts(sides)}
    return wire.join_key(entry.left.identifier, entry.right.identifier), fields


def _own_alias(alias: str, identifier: str) -> str:
    return "" if alias.strip("`") == last_part(identifier) else alias


def _snippet(entry: Snippet) -> tuple[str, Properties]:
    return entry.display_name, _fields(
        entry,
        sql=entry.sql,
        alias=entry.alias,
        instruction=entry.instruction,
        synonyms=entry.synonyms,
        comment=entry.comment,
    )


def _benchmark(entry: Benchmark) -> Properties:
    return _fields(entry, expected_sql=entry.expected_sql, evaluation_note=entry.evaluation_note)


def _instructions(spec: SpaceSpec, owner: str) -> Properties:
    """The workspace takes one text instruction, so several become one, a blank line between."""
    texts = spec.instructions.text_instructions
    if not texts:
        return {}
    content = texts[0].content
    for text in texts[1:]:
        content = f"{content.rstrip()}\n\n{text.content}"
    fields = _fields(texts[0], content=content)
    if "id" in fields and not entry_ids.is_well_formed(fields["id"]):
        del fields["id"]
    return fields


def _scattered_extras(spec: SpaceSpec) -> list[tuple[str, str]]:
    """`extra` of the spec's containers, as dotted paths into the body."""
    containers = (
        ("", spec.extra),
        ("config.", spec.config.extra if spec.config else None),
        ("data_sources.", spec.data_sources.extra),
        ("instructions.", spec.instructions.extra),
        ("instructions.sql_snippets.", spec.instructions.sql_snippets.extra),
        ("benchmarks.", spec.benchmarks.extra),
    )
    return [(prefix + name, text) for prefix, extra in containers for name, text in _json_texts(extra).items()]


def _with_extra(inputs: Properties, extra: dict[str, str]) -> Properties:
    return {**inputs, "extra": {**inputs.get("extra", {}), **extra}} if extra else inputs
