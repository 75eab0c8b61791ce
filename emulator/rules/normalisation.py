"""normalisation: what the workspace makes of a definition it has accepted.

What comes back is never the text that was sent: keys in the workspace's order, texts split after newlines,
false flags and empty lists gone, version 1 turned into 2.
"""

from __future__ import annotations

import json
from typing import Any

from ..state.clock import ordered_id
from ..state.settings import Settings
from .export_message import BOOL, EXPORT, STRING, STRINGS, TEXT, Many, Message

# databricks/cli's own fake workspace (`libs/testserver/genie_spaces.go`, 2026) renames these two on the move from
# version 1 to 2.
_RENAMED = {"get_example_values": "enable_format_assistance", "build_value_dictionary": "enable_entity_matching"}


def normalised(document: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The definition as the workspace keeps and returns it. Applying it twice changes nothing."""
    if document.get("version") == 1:
        document = _migrated(document)
    kept = _message(EXPORT, _with_minted_ids(document), settings)
    # The authors of databricks/cli saw {"version": 1} come back as {"version": 2, "data_sources": {}} in June 2026.
    if document.get("data_sources") is not None:
        kept.setdefault("data_sources", {})
    kept = {name: kept[name] for name in [*EXPORT.fields, *kept] if name in kept}
    _reorder(kept, settings)
    return kept


def dumped(document: dict[str, Any]) -> str:
    """The document as text; always re-serialised, so nobody can compare it with what was sent."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def split(text: str) -> list[str]:
    """A text as the list the workspace returns: one element a line, each with its newline."""
    lines = text.split("\n")
    elements = [line + "\n" for line in lines[:-1]]
    return [*elements, lines[-1]] if lines[-1] else elements


def _message(message: Message, value: dict[str, Any], settings: Settings) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, kind in message.fields.items():
        held = value.get(name)
        if held is None or held == [] or held == "":
            continue
        if message.name == "TextInstruction" and name == "content" and settings.text_first_line_only:
            held = [_first_line(each) for each in held]
        shaped = _field(kind, held, settings)
        if shaped is not False and shaped != [] and shaped != {}:
            kept[name] = shaped
    kept.update({name: held for name, held in value.items() if name not in message.fields and held is not None})
    return kept


def _field(kind: str | Message | Many, held: Any, settings: Settings) -> Any:
    if isinstance(kind, Message):
        return _message(kind, held, settings)
    if isinstance(kind, Many):
        return [_message(kind.of, each, settings) for each in held]
    if kind == TEXT:
        return split("".join(held))
    assert kind in (STRING, STRINGS, BOOL) or isinstance(held, int)
    return held


def _first_line(element: str) -> str:
    """Of an element with newlines inside, only the first line survives.

    Two public scripts of 2026, by different people, sent the instruction as one element; to one of them 174 of
    1,485 characters came back.
    """
    return element[: element.index("\n") + 1] if "\n" in element else element


def _migrated(document: dict[str, Any]) -> dict[str, Any]:
    sources = document.get("data_sources") or {}
    lists = {
        name: [_migrated_table(table) for table in tables] if isinstance(tables, list) else tables
        for name, tables in sources.items()
    }
    return {**document, "version": 2, "data_sources": lists}


def _migrated_table(table: dict[str, Any]) -> dict[str, Any]:
    columns = [
        {_RENAMED.get(name, name): held for name, held in column.items()}
        for column in table.get("column_configs") or []
    ]
    return {**table, "column_configs": columns}


def _with_minted_ids(document: dict[str, Any]) -> dict[str, Any]:
    """A text instruction without an id is given one; nothing else is.

    A public script of September 2026 leaves it out and says that its workspace fills it in.
    """
    instructions = document.get("instructions") or {}
    texts = instructions.get("text_instructions") or []
    if all(each.get("id") for each in texts):
        return document
    minted = [{**each, "id": each.get("id") or ordered_id()} for each in texts]
    return {**document, "instructions": {**instructions, "text_instructions": minted}}


def _reorder(kept: dict[str, Any], settings: Settings) -> None:
    questions = kept.get("benchmarks", {}).get("questions")
    if questions and settings.benchmarks_order == "descending":
        # Of ten exports in public repositories that have two benchmarks or more, eight list them in descending order
        # of id, up to 32 of them: what was sent sorted comes back reversed. The other two have two benchmarks each.
        questions.sort(key=lambda each: each["id"], reverse=True)
    samples = kept.get("config", {}).get("sample_questions")
    if samples and settings.sample_questions_newest_first:
        samples.sort(key=lambda each: each["id"], reverse=True)
    sources = kept.get("data_sources", {})
    if settings.metric_views_in_tables and sources.get("metric_views"):
        merged = sources.get("tables", []) + sources.pop("metric_views")
        sources["tables"] = sorted(merged, key=lambda each: str(each["identifier"]))
