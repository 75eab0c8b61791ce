"""spec_inputs: spec → what Pulumi stores and shows: maps keyed by what a person calls the entry.

A table goes by its name, a column by its name, a question by its text, a join by its two tables,
a snippet by its display name. Defaults are left out, so that the state stays small and a preview
shows only what somebody wrote. Hidden inputs start with two underscores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..model import entry_ids
from ..model.authored_order import remember_order
from ..model.identifiers import last_part
from ..model.schema import CONTAINERS, INSTRUCTIONS, JOINS, KEYED, SAMPLE_QUESTIONS, Field, Section
from ..model.state import OWNER
from ..text import folder
from . import wire
from .paths import dump, joined

if TYPE_CHECKING:  # the host needs this room, and pydantic would be half of its start
    from ..model.entries import Column, Join, JoinSide
    from ..model.spec import SpaceSpec

Properties = dict[str, Any]


@dataclass(frozen=True)
class Defaults:
    """What the stack gives every space that does not say it itself."""

    warehouse: str = ""
    parent_path: str = ""
    title_prefix: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def apply(self, inputs: Properties) -> Properties:
        """What a spec says, with what the stack gives beside it."""
        return {
            **inputs,
            "title": self.title_prefix + inputs["title"],
            "warehouse": inputs.get("warehouse") or self.warehouse,
            "parent_path": folder(inputs.get("parent_path") or self.parent_path),
            "tags": {**self.tags, **(inputs.get("tags") or {})},
        }

    def strip(self, inputs: Properties) -> Properties:
        """What a spec has to say for `apply` to give these inputs; what is left of a title is never empty."""
        said = dict(inputs)
        said["title"] = inputs["title"].removeprefix(self.title_prefix) or inputs["title"]
        for name, default in (("warehouse", self.warehouse), ("parent_path", folder(self.parent_path))):
            if said.get(name) == default:
                said.pop(name, None)
        if "tags" in inputs:
            tags = inputs["tags"] or {}
            said["tags"] = {key: value for key, value in tags.items() if self.tags.get(key) != value}
        return said


def inputs_of(spec: SpaceSpec, owner: str, defaults: Defaults | None = None) -> Properties:
    """The canonical inputs of one space."""
    given = defaults or Defaults()
    inputs: Properties = {
        "title": spec.title,
        "description": spec.description,
        "warehouse": spec.warehouse_id or spec.warehouse,
        "parent_path": spec.parent_path,
        "tags": spec.tags,
        "permissions": _levels(spec.permissions or {}),
        "permissions_mode": "exact" if spec.permissions_mode == "exact" else "",
        "wait_for_tables": spec.wait_for_tables,
    }
    inputs = {**given.apply(inputs), **_body_inputs(spec, owner)}
    inputs = {name: value for name, value in inputs.items() if value not in ("", None, {}, [])}
    return {**inputs, OWNER: owner}


def _levels(permissions: Mapping[str, str]) -> Properties:
    """The API's word for the UI's "can view" is CAN_READ; databricks/cli maps it the same way."""
    return {who: "CAN_READ" if level == "CAN_VIEW" else level for who, level in permissions.items()}


def _body_inputs(spec: SpaceSpec, owner: str) -> Properties:
    if spec.serialized_space is not None:
        body = wire.from_body(spec.serialized_space, owner)
        return _with_extra(body, {joined("", name): text for name, text in _json_texts(spec.extra).items()})
    inputs: Properties = {}
    order: list[tuple[Section, list[str]]] = []
    for section in KEYED:
        entries = [(_key(section, entry), _fields(section, entry)) for entry in _listed(section, spec)]
        if entries:
            inputs[section.name] = wire.name_entries(section, _with_ids(section, entries, owner), owner)
            order.append((section, list(inputs[section.name])))
    instructions = _instructions(spec, owner)
    if instructions:
        inputs["instructions"] = instructions
    remember_order(inputs, order)
    return _with_extra(inputs, dict(_scattered_extras(spec)))


def _listed(section: Section, spec: SpaceSpec) -> list[Any]:
    if section is SAMPLE_QUESTIONS:
        return list(spec.questions())
    found: Any = spec
    for step in section.places[0]:
        found = getattr(found, step)
    return list(found)


def _key(section: Section, entry: Any) -> str:
    if section is JOINS:
        return wire.join_key(entry.left.identifier, entry.right.identifier)
    return str(getattr(entry, section.key))


def _with_ids(section: Section, entries: list[tuple[str, Properties]], owner: str) -> list[tuple[str, Properties]]:
    """Entries whose id from an old file is no id but a key get the id derived from it."""
    for _, fields in entries:
        given = fields.get("id")
        if given and not entry_ids.is_well_formed(given):
            fields["id"] = entry_ids.assign([given], {}, owner, section.kind)[given]
    return entries


def _fields(section: Section, entry: Any) -> Properties:
    """An entry's fields by the schema's rows; the key is not one of them."""
    fields: Properties = {"id": entry.id} if section.has_id else {}
    for row in section.fields:
        if row.sent_by == "body" and row.name != section.key:
            fields.update(_OWN.get((section.kind, row.name), _field)(row, entry))
    fields["extra"] = _json_texts({**(entry.extra or {}), **(_extra_of_sides(entry) if section is JOINS else {})})
    return {name: value for name, value in fields.items() if value not in ("", None, False, [], {})}


def _field(field: Field, entry: Any) -> Properties:
    value = getattr(entry, field.key)
    if field.of is None:
        return {field.name: value}
    return {field.name: {_key(field.of, inner): _fields(field.of, inner) for inner in value}}


def _assistance(field: Field, entry: Column) -> Properties:
    """Entity matching needs format assistance, says the API's description, so the one brings the other."""
    given = entry.enable_format_assistance
    return {field.name: entry.enable_entity_matching if given is None else given}


def _side(field: Field, entry: Join) -> Properties:
    side: JoinSide = getattr(entry, field.name)
    has_own_alias = side.alias.strip("`") != last_part(side.identifier)
    return {field.name: side.identifier, f"{field.name}_alias": side.alias if has_own_alias else ""}


def _extra_of_sides(entry: Join) -> Properties:
    return {name: side.extra for name, side in (("left", entry.left), ("right", entry.right)) if side.extra}


_OWN: Final[dict[tuple[str, str], Callable[[Field, Any], Properties]]] = {
    ("column", "enable_format_assistance"): _assistance,
    ("join", "left"): _side,
    ("join", "right"): _side,
    ("join", "sql"): lambda field, entry: {"sql": entry.sql.strip()},
    ("join", "relationship"): lambda field, entry: {"relationship": entry.relationship or "MANY_TO_MANY"},
}
"""Fields whose value is not just what stands in the spec."""


def _json_texts(extra: Properties | None) -> dict[str, str]:
    """Unknown values as JSON text: maps of Pulumi would drop nulls and turn integers to floats."""
    return {name: dump(value) for name, value in (extra or {}).items()}


def _instructions(spec: SpaceSpec, owner: str) -> Properties:
    """The workspace takes one text instruction, so several become one, a blank line between."""
    texts = spec.instructions.text_instructions
    if not texts:
        return {}
    content = texts[0].content
    for text in texts[1:]:
        content = f"{content.rstrip()}\n\n{text.content}"
    fields = {**_fields(INSTRUCTIONS, texts[0]), "content": content}
    if "id" in fields and not entry_ids.is_well_formed(fields["id"]):
        del fields["id"]
    return fields


def _scattered_extras(spec: SpaceSpec) -> list[tuple[str, str]]:
    """`extra` of the spec's containers, as dotted paths into the body."""
    found: list[tuple[str, Any]] = [("", spec)]
    for holder in CONTAINERS:
        at: Any = spec
        for step in holder.split("."):
            at = getattr(at, step, None)
        found.append((holder, at))
    containers = [(holder, map_.extra) for holder, map_ in found if map_ is not None]
    return [(joined(holder, name), text) for holder, extra in containers for name, text in _json_texts(extra).items()]


def _with_extra(inputs: Properties, extra: dict[str, str]) -> Properties:
    return {**inputs, "extra": {**inputs.get("extra", {}), **extra}} if extra else inputs
