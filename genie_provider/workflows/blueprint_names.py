"""blueprint_names: what every entry of the blueprint is called, all stacks side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..config import stackfile
from ..config.made_names import load_blueprint
from ..errors import Problem, SettingsError


@dataclass
class NamesOfStacks:
    """Reference → stack → full name, in the order of the blueprint; and each stack's problems."""

    stacks: list[str] = field(default_factory=list)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def names_of(project: Path, stacks: Sequence[str] = ()) -> NamesOfStacks:
    """The names in these stacks, or in all that have a file.

    Raises:
        SettingsError: no blueprint here, no such stack, or settings that cannot be used.
    """
    found = NamesOfStacks(list(stacks) or stackfile.stack_names(project))
    problems: dict[Problem, None] = {}
    for stack in found.stacks:
        settings = stackfile.stack_settings(project, stack)
        loaded = load_blueprint(project, settings, stack)
        if loaded is None:
            raise SettingsError(f"there is no {settings.blueprint} here; docs/composition.md shows one")
        for reference, name in loaded.names.full.items():
            found.names.setdefault(reference, {})[stack] = name
        problems.update(dict.fromkeys(loaded.problems))
    found.problems = list(problems)
    return found


def shared(found: NamesOfStacks, project: Path) -> list[tuple[str, str, list[str]]]:
    """(reference, name, stacks): names that several stacks of one workspace have in common."""
    hosts = {stack: _workspace(project, stack) for stack in found.stacks}
    same: list[tuple[str, str, list[str]]] = []
    for reference, by_stack in found.names.items():
        groups: dict[tuple[str, str], list[str]] = {}
        for stack, name in by_stack.items():
            groups.setdefault((hosts[stack], name), []).append(stack)
        same += [(reference, name, stacks) for (_, name), stacks in groups.items() if len(stacks) > 1]
    return same


def _workspace(project: Path, stack: str) -> str:
    settings = stackfile.stack_settings(project, stack)
    return settings.profile or settings.host
