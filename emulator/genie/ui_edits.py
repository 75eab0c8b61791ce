"""ui_edits: edits as people make them in the workspace's own pages.

What the UI writes it does not check the way the API does, and its new entries have ids that sort by time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..catalog import securables
from ..errors import invalid
from ..rules import definition, normalisation
from ..state.clock import ordered_id
from . import spaces

if TYPE_CHECKING:
    from ..workspace import Workspace

_PLAIN = ("title", "description", "warehouse_id", "parent_path")
_Document = dict[str, Any]


def edit(workspace: Workspace, space_id: str, asked: dict[str, Any]) -> sqlite3.Row:
    """Apply the named edits to a space, in the order of `_EDITS`.

    Raises:
        ApiError: 400 for an edit there is none of, or for something the space does not have.
    """
    row = spaces.found(workspace, space_id)
    unknown = set(asked) - set(_PLAIN) - set(_EDITS) - {"serialized_space", "set", "migrate"}
    if unknown:
        raise invalid(f"no edit {', '.join(sorted(unknown))}")
    changes = {name: asked[name] for name in _PLAIN if name in asked}
    if "warehouse_id" in changes:
        # An update by the API breaks the space (`spaces._new_warehouse`); to pick the warehouse in the UI mends it,
        # says issue 1468 of databricks/databricks-sdk-py.
        changes["lost_access"] = 0
    document = json.loads(row["body"])
    for name, apply in _EDITS.items():
        if name in asked:
            apply(workspace, document, asked[name])
    if set(asked) & set(_EDITS):
        changes["body"] = normalisation.dumped(_sorted(normalisation.normalised(document, workspace.settings)))
    if "serialized_space" in asked:
        raw = asked["serialized_space"]
        changes["body"] = raw if isinstance(raw, str) else normalisation.dumped(raw)
    if "set" in asked:
        changes["body"] = _with_values(changes.get("body", row["body"]), asked["set"])
    row = spaces.change(workspace, row, changes)
    return spaces.migrated(workspace, row) if asked.get("migrate") else row


def _instruction(workspace: Workspace, document: _Document, text: str) -> None:
    instructions = document.setdefault("instructions", {})
    held = instructions.get("text_instructions") or [{"id": ordered_id()}]
    instructions["text_instructions"] = [{**held[0], "content": normalisation.split(text)}] if text else []


def _add_table(workspace: Workspace, document: _Document, identifier: str) -> None:
    """Add a table with all its columns; the UI turns on sample values and, for text, the value dictionary."""
    info = securables.find(workspace, "table", identifier)
    if info is None:
        raise invalid(f"Table '{identifier}' does not exist.")
    if any(each["identifier"].lower() == identifier.lower() for each in definition.tables(document)):
        return
    columns = [
        {
            "column_name": each["name"],
            "enable_format_assistance": True,
            "enable_entity_matching": each["type_name"] == "STRING",
        }
        for each in sorted(info["columns"], key=lambda each: str(each["name"]))
    ]
    kind = "metric_views" if info["table_type"] == "METRIC_VIEW" else "tables"
    document.setdefault("data_sources", {}).setdefault(kind, []).append(
        {"identifier": info["full_name"], "column_configs": columns}
    )


def _remove_table(workspace: Workspace, document: _Document, identifier: str) -> None:
    _table(document, identifier)
    for kind, held in document["data_sources"].items():
        document["data_sources"][kind] = [each for each in held if each["identifier"] != identifier]


def _describe_table(workspace: Workspace, document: _Document, asked: dict[str, str]) -> None:
    _table(document, asked["identifier"])["description"] = normalisation.split(asked["description"])


def _column(workspace: Workspace, document: _Document, asked: dict[str, Any]) -> None:
    """`{"identifier": …, "column_name": …, …}`: the other keys replace those of the column."""
    columns = _table(document, asked["identifier"]).setdefault("column_configs", [])
    held = [each for each in columns if each["column_name"] == asked["column_name"]]
    if not held:
        columns.append({})
        held = columns[-1:]
    held[0].update({name: value for name, value in asked.items() if name != "identifier"})


def _example(workspace: Workspace, document: _Document, asked: dict[str, Any]) -> None:
    """`{"id": …, "sql": …}` changes one; without an id a new one is made."""
    _entry(document.setdefault("instructions", {}).setdefault("example_question_sqls", []), asked)


def _sample_question(workspace: Workspace, document: _Document, asked: dict[str, Any]) -> None:
    _entry(document.setdefault("config", {}).setdefault("sample_questions", []), asked)


def _join(workspace: Workspace, document: _Document, asked: dict[str, Any]) -> None:
    _entry(document.setdefault("instructions", {}).setdefault("join_specs", []), asked, texts=())


def _snippet(workspace: Workspace, document: _Document, asked: dict[str, Any]) -> None:
    """`{"kind": "measures", …}`."""
    snippets = document.setdefault("instructions", {}).setdefault("sql_snippets", {})
    _entry(snippets.setdefault(asked["kind"], []), {key: held for key, held in asked.items() if key != "kind"})


def _benchmark(workspace: Workspace, document: _Document, asked: dict[str, Any]) -> None:
    asked = dict(asked)
    if "sql" in asked:
        asked["answer"] = [{"format": "SQL", "content": normalisation.split(asked.pop("sql"))}]
    _entry(document.setdefault("benchmarks", {}).setdefault("questions", []), asked)


def _remove(workspace: Workspace, document: _Document, entry_id: str) -> None:
    """Take away the entry with this id, wherever it is."""
    for path, _ in _ID_LISTS:
        held = definition.entries(document, path)
        held[:] = [each for each in held if each.get("id") != entry_id]


def _entry(
    held: list[dict[str, Any]],
    asked: dict[str, Any],
    texts: tuple[str, ...] = ("question", "sql", "usage_guidance", "instruction", "comment"),
) -> None:
    shaped = {
        name: normalisation.split(value) if name in texts and isinstance(value, str) else value
        for name, value in asked.items()
    }
    entry = next((each for each in held if each.get("id") == asked.get("id")), None)
    if entry is None:
        if asked.get("id"):
            raise invalid(f"no entry {asked['id']}")
        entry = {"id": ordered_id()}
        held.append(entry)
    entry.update(shaped)


def _table(document: _Document, identifier: str) -> dict[str, Any]:
    found = [each for each in definition.tables(document) if each["identifier"] == identifier]
    if not found:
        raise invalid(f"table {identifier} is not in the space")
    return found[0]


_ID_LISTS = (
    definition.SAMPLES,
    definition.TEXTS,
    definition.EXAMPLES,
    definition.FUNCTIONS,
    definition.JOINS,
    *definition.SNIPPETS,
    definition.BENCHMARKS,
)


def _sorted(document: _Document) -> _Document:
    """Lists in the order the workspace keeps them."""
    for kind in ("tables", "metric_views"):
        definition.entries(document, f"data_sources.{kind}").sort(key=lambda each: str(each["identifier"]))
    for table in definition.tables(document):
        table.get("column_configs", []).sort(key=lambda each: str(each["column_name"]))
    for path, name in _ID_LISTS:
        if name != "benchmark_question":
            definition.entries(document, path).sort(key=lambda each: str(each.get("id")))
    return document


def _with_values(body: str, values: list[dict[str, Any]]) -> str:
    """`[{"path": ["data_sources", "tables", 0, "new_key"], "value": …}]`, also for keys nobody knows yet."""
    document = json.loads(body)
    for each in values:
        holder = document
        for step in each["path"][:-1]:
            holder = holder[step]
        holder[each["path"][-1]] = each["value"]
    return normalisation.dumped(document)


_EDITS: dict[str, Callable[[Workspace, _Document, Any], None]] = {
    "instruction": _instruction,
    "add_table": _add_table,
    "remove_table": _remove_table,
    "describe_table": _describe_table,
    "column": _column,
    "example": _example,
    "sample_question": _sample_question,
    "join": _join,
    "snippet": _snippet,
    "benchmark": _benchmark,
    "remove": _remove,
}
