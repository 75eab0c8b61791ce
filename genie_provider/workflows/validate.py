"""validate: all checks that need no network, for one stack or for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import stackfile
from ..config.settings import Settings
from ..errors import Place, Problem, WorkspaceError
from ..lint.forbidden_names import leaks_of, leaks_of_settings
from ..model.variables import Variables
from ..specs import loader
from ..specs.references import needs_of

if TYPE_CHECKING:
    from ..client import Workspace


@dataclass
class Report:
    """What a check found: problems in the order of files and lines."""

    spaces: int = 0
    files: int = 0
    problems: list[Problem] = field(default_factory=list)


def check(
    project: Path,
    paths: Sequence[Path] = (),
    stack: str | None = None,
    forbid: Sequence[str] = (),
    workspace: Workspace | None = None,
) -> Report:
    """Checks the specs under `paths` (the stack's folder if none are given).

    Args:
        stack: whose variables, rules and forbidden names (genie:forbid) hold; every stack's if None.
        forbid: more names that must not stand anywhere in what would be sent.
        workspace: where tables, columns, functions and principals of the specs are looked for; nowhere if None.

    Raises:
        SettingsError: the stack or its settings cannot be used.
        WorkspaceError: the workspace cannot be asked.
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
    report.problems += _older_names(loaded)
    report.problems += _leaks(project, wanted, stack, forbid, loaded)
    report.problems += _broken_rules(project, stack, loaded)
    if workspace:
        report.problems += _gaps(workspace, loaded)
        report.problems += _houses(workspace, loaded, settings.warehouse, f"Pulumi.{stack}.yaml" if stack else "")
    report.problems.sort(key=lambda problem: problem.place or Place(""))
    return report


def _older_names(loaded: loader.Loaded) -> list[Problem]:
    """Where a space's logical name is still called `space_id`, a word that everywhere else is the workspace's id."""
    found = []
    for name, spec in loaded.specs.items():
        document, within = loaded.sources[name]
        place = loaded.finder(name)(("name",))
        if spec.name and place == document.place((*within, "space_id")):
            found.append(Problem("space_id is called name now; the old word goes on working", place, "notice"))
    return found


def _broken_rules(project: Path, stack: str | None, loaded: loader.Loaded) -> list[Problem]:
    """Naming rules and policies; without a stack, those of every stack."""
    found: dict[Problem, None] = {}
    for each in [stack] if stack else stackfile.stack_names(project):
        rules = stackfile.stack_settings(project, each).governed(each, stackfile.project_name(project))
        for problem in loader.governed(loaded, rules):
            suffix = "" if stack else f" (stack {each})"
            found[Problem(problem.message + suffix, problem.place, problem.severity)] = None
    return list(found)


def _gaps(workspace: Workspace, loaded: loader.Loaded) -> list[Problem]:
    from ..reconcile import preflight

    return preflight.check(
        workspace, [need for name, spec in loaded.specs.items() for need in needs_of(spec, loaded.finder(name))]
    )


def _houses(workspace: Workspace, loaded: loader.Loaded, usual: str, file: str) -> list[Problem]:
    """Warehouses that cannot be used, with the choices; the stack's own once."""
    places: dict[str, Place] = {}
    for name, spec in loaded.specs.items():
        own = "warehouse_id" if spec.warehouse_id else "warehouse" if spec.warehouse else ""
        if own:
            places.setdefault(str(getattr(spec, own)), loaded.finder(name)((own,)))
        elif usual:
            places.setdefault(usual, Place(file) if file else loaded.places[name])
    return [Problem(said, places[word]) for word in places if (said := _unusable(workspace, word))]


def _unusable(workspace: Workspace, word: str) -> str:
    try:
        workspace.find_warehouse(word)
    except WorkspaceError as error:
        if error.kind == "invalid":
            return f"warehouse {word!r}: {error.message}. {error.hint}"
        raise
    return ""


def _leaks(
    project: Path, paths: Sequence[Path], stack: str | None, forbid: Sequence[str], loaded: loader.Loaded
) -> list[Problem]:
    """Forbidden names: of the stack and of the caller; without a stack, of each with its own variables."""
    if stack:
        settings = stackfile.stack_settings(project, stack)
        names = [*settings.forbid, *forbid]
        return [*leaks_of(loaded, names), *leaks_of_settings(settings, names, stack)] if names else []
    found = leaks_of(loaded, forbid)
    for each in stackfile.stack_names(project):
        settings = stackfile.stack_settings(project, each)
        if settings.forbid:
            own = loader.load(paths, stackfile.variables_of(project, each))
            found += leaks_of(own, settings.forbid, each)
            found += leaks_of_settings(settings, settings.forbid, each)
    return found


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
