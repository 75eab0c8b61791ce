"""references: what specs refer to in the workspace, each with its place. Offline.

Tables, views and metric views with the columns that the spec configures; functions; tables that only SQL
texts name; principals. Names that wait for a value of another resource are left out: they cannot be told yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from ..codec import wire
from ..errors import Place
from ..model.identifiers import is_three_part, parts
from ..model.variables import PENDING

if TYPE_CHECKING:  # see inputs
    from ..model.spec import SpaceSpec

Kind = Literal["table", "column", "function", "principal"]
Path = tuple[str | int, ...]

_PART: Final = r"(?:`[^`]+`|[A-Za-z_]\w*)"
_THREE_PARTS: Final = re.compile(rf"{_PART}\s*\.\s*{_PART}\s*\.\s*{_PART}")


@dataclass(frozen=True)
class Need:
    """One thing that has to be there.

    Attributes:
        name: the three-part name, or the principal.
        column: of a "column", its name.
        in_sql: named by a SQL text only; Genie would not see the table.
        awaited: may come later: somebody else's job or a resource of the program makes it.
        text: of a "column", whether it has to hold text (entity matching).
    """

    kind: Kind
    name: str
    place: Place
    column: str = ""
    in_sql: bool = False
    awaited: bool = False
    text: bool = False

    @property
    def key(self) -> str:
        """The name as Unity Catalog compares names."""
        return key_of(self.name)


def key_of(name: str) -> str:
    return ".".join(parts(name)).lower() or name.lower()


def needs_of(spec: SpaceSpec, place_of: Callable[[Path], Place]) -> list[Need]:
    """Everything one spec refers to, in the order of its sections."""
    awaited = bool(spec.depends_on) or spec.wait_for_tables is not None
    if spec.serialized_space is not None:
        found = needs_of_inputs(wire.from_body(spec.serialized_space, ""), place_of(("serialized_space",)), awaited)
    else:
        found = _needs_of_sections(spec, place_of, awaited)
    found = [need for need in found if PENDING not in need.name]
    return [*found, *(Need("principal", who, place_of(("permissions", who))) for who in spec.permissions or {})]


def _needs_of_sections(spec: SpaceSpec, place_of: Callable[[Path], Place], awaited: bool) -> list[Need]:
    found: list[Need] = []
    for kind in ("tables", "metric_views"):
        for at, table in enumerate(getattr(spec.data_sources, kind)):
            path: Path = ("data_sources", kind, at)
            found.append(Need("table", table.identifier, place_of((*path, "identifier")), awaited=awaited))
            for index, column in enumerate(table.column_configs):
                place = place_of((*path, "column_configs", index))
                text = column.enable_entity_matching
                found.append(Need("column", table.identifier, place, column.column_name, text=text))
    for at, function in enumerate(spec.instructions.sql_functions):
        place = place_of(("instructions", "sql_functions", at))
        found.append(Need("function", function.identifier, place, awaited=awaited))
    known = {need.key for need in found}
    texts = [(text, place_of(path)) for path, text in _sql_texts(spec)]
    return [*found, *_needs_of_sql(texts, known, [need.name for need in found if need.kind == "table"], awaited)]


def _sql_texts(spec: SpaceSpec) -> Iterator[tuple[Path, str]]:
    for at, example in enumerate(spec.instructions.example_question_sqls):
        yield ("instructions", "example_question_sqls", at, "sql"), example.sql
    for at, benchmark in enumerate(spec.benchmarks.questions):
        yield ("benchmarks", "questions", at, "expected_sql"), benchmark.expected_sql


def needs_of_inputs(inputs: Mapping[str, Any], place: Place, awaited: bool = False) -> list[Need]:
    """The same of a space's inputs, principals aside; all at one place."""
    found: list[Need] = []
    for section in ("tables", "metric_views"):
        for name, table in (inputs.get(section) or {}).items():
            found.append(Need("table", name, place, awaited=awaited))
            columns = (table.get("columns") or {}).items()
            found += [
                Need("column", name, place, column, text=bool(config.get("enable_entity_matching")))
                for column, config in columns
            ]
    found += [Need("function", name, place, awaited=awaited) for name in inputs.get("functions") or {}]
    sections = (("examples", "sql"), ("benchmarks", "expected_sql"))
    texts = [
        (str(entry.get(field, "")), place)
        for section, field in sections
        for entry in (inputs.get(section) or {}).values()
    ]
    tables = [need.name for need in found if need.kind == "table"]
    return [*found, *_needs_of_sql(texts, {need.key for need in found}, tables, awaited)]


def _needs_of_sql(
    texts: Iterable[tuple[str, Place]], known: Collection[str], tables: Collection[str], awaited: bool
) -> list[Need]:
    """Tables and functions that only SQL names. A text is parsed only if it names something new in full."""
    found: dict[tuple[str, str], Need] = {}
    for text, place in texts:
        candidates = {key_of(re.sub(r"\s*\.\s*", ".", match[0])) for match in _THREE_PARTS.finditer(text)}
        if PENDING in text or not candidates - set(known):
            continue
        for kind, name in _named_in(text, tables):
            key = key_of(name)
            if key in candidates and key not in known:
                found.setdefault((kind, key), Need(kind, name, place, in_sql=True, awaited=awaited))
    return list(found.values())


def _named_in(text: str, tables: Collection[str]) -> Iterator[tuple[Literal["table", "function"], str]]:
    from ..sql import UnreadableSql, find_references

    try:
        references = find_references(text, tables=[name for name in tables if is_three_part(name)])
    except UnreadableSql:
        return  # other checks speak of SQL that cannot be read
    for reference in references:
        if reference.resolved and len(reference.resolved) == 3 and reference.kind in ("table", "function"):
            name = ".".join(f"`{part}`" if re.search(r"\W", part) else part for part in reference.resolved)
            yield ("table" if reference.kind == "table" else "function"), name
