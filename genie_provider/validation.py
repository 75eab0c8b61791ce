"""validation: all checks that need no network, for one stack or for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import loader, stackfile
from .errors import Problem
from .settings import Settings
from .variables import Variables


@dataclass
class Report:
    """What a check found: problems in the order of files and lines."""

    spaces: int = 0
    files: int = 0
    problems: list[Problem] = field(default_factory=list)


def check(project: Path, paths: Sequence[Path] = (), stack: str | None = None) -> Report:
    """Checks the specs under `paths` (the stack's folder if none are given).

    Raises:
        SettingsError: the stack or its settings cannot be used.
    """
    settings, variables = _stack_of(project, stack)
    wanted = list(paths) or [_shown(project / settings.specs)]
    loaded = loader.load(wanted, variables)
    files, _ = loader.find_files(wanted)
    report = Report(len(loaded.specs), len(files), loaded.problems)
    for name, spec in loaded.specs.items():
        if stack and not (spec.warehouse or spec.warehouse_id or settings.warehouse):
            message = f"no warehouse: name one here, or set genie:warehouse in Pulumi.{stack}.yaml"
            report.problems.append(Problem(message, loaded.places[name]))
    return report


def _stack_of(project: Path, stack: str | None) -> tuple[Settings, Variables]:
    if stack:
        return stackfile.stack_settings(project, stack), stackfile.variables_of(project, stack)
    stacks = stackfile.stack_names(project)
    variables = stackfile.variables_of_all(project)
    return (stackfile.stack_settings(project, stacks[0]) if stacks else Settings()), variables


def _shown(path: Path) -> Path:
    """The path as seen from here, where that is shorter to read."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


