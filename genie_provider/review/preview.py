"""preview: the document of `pulumi preview --json` → a `Review`.

An update's step holds the space as it is (our host reads every space before a preview) and as the spec wants it, with
the marks of the last `up`; the difference and who made it come of these three. The engine writes secrets as
"[secret]" there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..codec import normalize
from ..codec.veil import unveiled
from ..compare import diff
from ..model import state as keys
from ..model.schema import KEYED
from . import words
from .data import Author, EntryChange, Finding, Operation, Review, SpaceReview

SPACE_TYPE: Final = "pulumi-python:dynamic/genie:GenieSpace"

_OPERATIONS: Final[dict[str, Operation]] = {
    "create": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "same": "same",
}
_ORDER: Final = ("delete", "create", "update", "same")
_UI_EDIT: Final = "edited in the UI since the last up"
_ANNOUNCED: Final = re.compile(r"^(warning|error):\s*")
_SCOLDING: Final = re.compile(r"^(preview|update) failed|^resource plugin .* is expected to have version", re.I)


def review_of(document: Mapping[str, Any], stack: str, *, failed: bool = False) -> Review:
    """What the document says.

    Args:
        document: with `steps`, `diagnostics` and `config`, as CLI 3.2 gives them.
        failed: the preview ended with an error; what it found until then is told.
    """
    steps = [step for step in document.get("steps") or [] if isinstance(step, dict)]
    config = document.get("config") or {}
    result = Review(stack, workspace=str(config.get("genie:host") or ""), failed=failed)
    result.stops = config.get("genie:uiEdits") == "stop"
    found: dict[str, SpaceReview] = {}
    for step in steps:
        operation = _OPERATIONS.get(str(step.get("op")))
        if operation is None or not _is_space(step):
            continue
        space = space_of(step, operation)
        found[str(step.get("urn"))] = space
    _hear(document.get("diagnostics") or [], found, result)
    result.spaces = sorted(found.values(), key=lambda space: (_ORDER.index(space.op), space.name))
    result.others = dict(Counter(_other(step) for step in steps if _is_other(step)))
    return result


def space_of(step: Mapping[str, Any], operation: Operation) -> SpaceReview:
    """One space of a preview."""
    before, after = step.get("oldState") or {}, step.get("newState") or {}
    old, new = _inputs(before), _inputs(after)
    outputs = before.get("outputs") or after.get("outputs") or {}
    told = new or old
    space = SpaceReview(
        str(step.get("urn", "")).rpartition("::")[2],
        operation,
        str(told.get("title", "")),
        str(before.get("id") or after.get("id") or ""),
        str(outputs.get(keys.URL) or ""),
        str((after.get("inputs") or before.get("inputs") or {}).get(keys.FILE) or ""),
    )
    if operation == "update":
        space.entries = changes_between(old, new, str((before.get("inputs") or {}).get(keys.MARKS, "")))
        space.edited = str(outputs.get(keys.SEEN) or "") if space.ui_edits else ""
    elif operation in ("create", "delete"):
        space.counts = words.counts(told)
    return space


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any], marks: str = "") -> list[EntryChange]:
    """Every changed entry from one set of inputs to another, and who made it.

    Args:
        marks: what the spec said at the last `up`; without them all is the spec's.
    """
    there = normalize.settle(dict(old), dict(new))
    authors = {edit.path: edit.author for edit in diff.edits(there, dict(new), marks)}
    found = []
    for change in sorted(diff.changes(there, dict(new)), key=lambda change: _rank(str(change.path[0]))):
        path = tuple(change.path)
        values = _at(there, path), _at(new, path)
        said = words.entry_words(path, change.kind, *values)
        found.append(EntryChange(diff.entry_name(path), said, change.kind, _author(authors, path), *values))
    return found


_READ_IN: Final = ("title", "description", "warehouse", "parent_path", "instructions", *(each.name for each in KEYED))
"""The order in which a person reads a space; what is around it comes last."""


def _rank(section: str) -> int:
    return _READ_IN.index(section) if section in _READ_IN else len(_READ_IN)


def _author(authors: Mapping[Any, Author], path: tuple[Any, ...]) -> Author:
    return next((authors[path[:end]] for end in range(len(path), 0, -1) if path[:end] in authors), "spec")


def _at(inputs: Any, path: Sequence[Any]) -> Any:
    for step in path:
        if not isinstance(inputs, Mapping):
            return None
        inputs = inputs.get(step)
    return inputs


def _inputs(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: unveiled(value) for name, value in (state.get("inputs") or {}).items() if not keys.is_hidden(name)}


def _is_space(step: Mapping[str, Any]) -> bool:
    return (step.get("newState") or step.get("oldState") or {}).get("type") == SPACE_TYPE


def _is_other(step: Mapping[str, Any]) -> bool:
    kind = str((step.get("newState") or step.get("oldState") or {}).get("type", ""))
    return step.get("op") not in ("same", "refresh", "read") and not _is_space(step) and not kind.startswith("pulumi:")


def _other(step: Mapping[str, Any]) -> str:
    kind = str((step.get("newState") or step.get("oldState") or {}).get("type", ""))
    return f"{step.get('op')} {kind.rpartition(':')[2]}"


def _hear(diagnostics: Sequence[Any], spaces: Mapping[str, SpaceReview], result: Review) -> None:
    """Puts what was said to its space. What the UI edited is told as entries already."""
    for each in diagnostics:
        severity = each.get("severity")
        if severity not in ("error", "warning"):
            continue
        message = _ANNOUNCED.sub("", str(each.get("message", "")).strip())
        space = spaces.get(str(each.get("urn", "")))
        if not message or _SCOLDING.match(message) or (space and space.ui_edits and message.startswith(_UI_EDIT)):
            continue
        holder = space.findings if space else result.findings
        name = str(each.get("urn", "")).rpartition("::")[2] if not space else ""
        finding = Finding(severity, f"{name}: {message}" if name else message)
        if finding not in holder:
            holder.append(finding)
