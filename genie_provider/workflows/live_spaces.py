"""live_spaces: the spaces of a stack as the workspace holds them now, read as a preview reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from ..config.settings import NAMESPACE, Settings, key_of
from ..errors import GenieError
from ..lifecycle import Call
from ..model.state import MARKS, SEEN
from ..progress import counted
from ..reconcile.import_mark import owner_of
from ..reconcile.space import SpaceLifecycle
from .pulumi_cli import Engine, HeldSpace

if TYPE_CHECKING:
    from ..client import Workspace

_AT_ONCE = 32
"""Spaces read side by side; the client itself decides how many calls that may be."""


@dataclass(frozen=True)
class LiveSpace:
    """One space: its inputs in the words of the state, the marks of the last `up`, and when it was last edited."""

    name: str
    inputs: dict[str, Any] = field(default_factory=dict)
    marks: str = ""
    problem: str = ""
    is_gone: bool = False
    edited: str = ""


def read_spaces(settings: Settings, engine: Engine, held: Sequence[HeldSpace]) -> dict[str, LiveSpace]:
    """Every space by name; one that cannot be read has a problem instead."""
    lifecycle = SpaceLifecycle(provider_config(settings))
    project = engine.project_name

    def read(space: HeldSpace) -> LiveSpace:
        call = Call(space.name, project, engine.stack_file_name)
        try:
            found = lifecycle.read(call, space.id, space.inputs, space.outputs)
        except GenieError as error:
            return LiveSpace(space.name, problem=str(error))
        if found is None:
            return LiveSpace(space.name, problem=f"the space {space.id} is in the trash or gone", is_gone=True)
        inputs = {**found.inputs, "warehouse": _warehouse(found.inputs, found.outputs, space)}
        shown = {name: value for name, value in inputs.items() if value}
        edited = str(found.outputs.get(SEEN) or "")
        return LiveSpace(space.name, shown, str(space.inputs.get(MARKS, "")), edited=edited)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return {space.name: space for space in counted(pool.map(read, held), len(held), "spaces read")}


def _warehouse(inputs: dict[str, Any], outputs: dict[str, Any], space: HeldSpace) -> str:
    """Another warehouse by its name, where the spec speaks of it by name."""
    word = str(inputs.get("warehouse", ""))
    if word == outputs.get("warehouse_id") and space.inputs.get("warehouse") != space.outputs.get("warehouse_id"):
        return str(outputs.get("warehouse_name") or word)
    return word


def provider_config(settings: Settings) -> dict[str, str]:
    """The settings as the engine would hand them to the provider."""
    config = {}
    for item in fields(settings):
        value = getattr(settings, item.name)
        if value != getattr(Settings(), item.name):
            config[f"{NAMESPACE}:{key_of(item.name)}"] = value if isinstance(value, str) else json.dumps(value)
    return config


def owners(workspace: Workspace, space_ids: Sequence[str]) -> dict[str, str]:
    """Space → the stack and spec that manage it, by its mark; "" where there is none."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda space_id: owner_of(workspace, space_id), space_ids)
        return {space_id: mark.owner if mark else "" for space_id, mark in zip(space_ids, found, strict=True)}
