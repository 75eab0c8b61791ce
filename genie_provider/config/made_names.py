"""made_names: what ${...} means in the specs of one stack: its variables, and what its blueprint calls things.

A project without a blueprint pays for none of it: the reader of blueprints is imported where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.variables import Variables
from . import stackfile
from .settings import Settings

if TYPE_CHECKING:
    from ..blueprint.loader import LoadedBlueprint


def load_blueprint(
    folder: Path, settings: Settings, stack: str, variables: Mapping[str, Any] | None = None
) -> LoadedBlueprint | None:
    """The stack's blueprint, problems and all; None where the project has none.

    Args:
        variables: instead of those of the settings.
    """
    if not Path(folder, settings.blueprint).exists() and settings.blueprint == Settings().blueprint:
        return None
    from ..blueprint import loader

    known = settings.variables if variables is None else variables
    return loader.load(folder, settings.blueprint, stack, known, settings.defaults.tags)


def made_names(folder: Path, settings: Settings, stack: str) -> dict[str, str]:
    """Reference → name, also of entries with problems: those are told once, where they are checked."""
    loaded = load_blueprint(folder, settings, stack)
    return loaded.names.variables() if loaded else {}


def variables_of(project: Path, stack: str) -> Variables:
    return Variables(_known(project, stack), stack)


def _known(project: Path, stack: str) -> dict[str, Any]:
    """The stack's variables, and the names that its blueprint makes."""
    settings = stackfile.stack_settings(project, stack)
    return {**settings.variables, **made_names(project, settings, stack)}


def variables_of_all(project: Path, of_stacks: Sequence[str] | None = None) -> Variables:
    """Variables for a check of specs against several stacks at once, every one unless they are named."""
    stacks = stackfile.stack_names(project) if of_stacks is None else list(of_stacks)
    if not stacks:
        return Variables(stackfile.project_variables(project))
    known = {stack: _known(project, stack) for stack in stacks}
    merged: dict[str, Any] = {"stack": stacks[0]}
    for stack in reversed(stacks):
        merged.update(known[stack])
    return Variables(
        merged,
        source=" and ".join(f"Pulumi.{stack}.yaml" for stack in stacks),
        required_by={stack: set(values) for stack, values in known.items()},
    )
