"""detailed_diff: changed entries → the engine's detailed diff.

The engine prints exactly the entries named here, taking old and new values from the two
sets of inputs, and puts the paths into `pulumi preview --json`.
"""

from __future__ import annotations

from collections.abc import Iterable

from genie_provider.codec.veil import veil
from genie_provider.lifecycle import Change, Path
from genie_provider.pulumi_sdk.messages import provider_pb2
from genie_provider.text import path_text

_KINDS = {
    "add": provider_pb2.PropertyDiff.ADD,
    "delete": provider_pb2.PropertyDiff.DELETE,
    "update": provider_pb2.PropertyDiff.UPDATE,
}


def to_response(changes: Iterable[Change]) -> provider_pb2.DiffResponse:
    """The engine's answer: an update of the named entries, never a replacement."""
    entries: dict[str, provider_pb2.PropertyDiff] = {}
    for change in changes:
        path = sayable(change.path)
        kind = change.kind if path == change.path else "update"
        entries[as_told(path)] = provider_pb2.PropertyDiff(kind=_KINDS[kind], inputDiff=True)
    if not entries:
        return no_changes()
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME, detailedDiff=entries, hasDetailedDiff=True
    )


def as_told(path: Path) -> str:
    """The path as the engine finds it in the inputs, and prints it."""
    return path_text(veil(step) if isinstance(step, str) else step for step in path)


def no_changes() -> provider_pb2.DiffResponse:
    """Nothing to do."""
    return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)


def sayable(path: Path) -> Path:
    """The path, cut before a key that Pulumi's syntax has no words for.

    Its parser reads a backslash before the closing quote as an escaped quote and the
    engine then stops with an assertion, so such an entry is reported by its parent.
    """
    for index, step in enumerate(path):
        if isinstance(step, str) and step.endswith("\\"):
            return path[:index]
    return path
