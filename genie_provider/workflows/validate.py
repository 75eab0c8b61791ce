"""validate: all checks that need no network, for one stack or for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import made_names, stackfile
from ..config.context import StackContext
from ..config.settings import Settings
from ..errors import Place, Problem, WorkspaceError
from ..lint.around import forbidden_name
from ..lint.check import in_order, problem_of
from ..lint.live import unusable_warehouse
from ..lint.sql_facts import SqlReader, cache_file
from ..seeds import spec_sources
from ..specs import loader
from ..specs.references import key_of, needs_of

if TYPE_CHECKING:
    from ..client import Workspace

_RANK = {"error": 2, "warning": 1, "notice": 0}


@dataclass
class Report:
    """What a check found: problems in the order of files and lines."""

    spaces: int = 0
    files: int = 0
    problems: list[Problem] = field(default_factory=list)
    waived: int = 0


@dataclass
class _Group:
    """Stacks whose specs are the same files, and those files."""

    stacks: list[str]
    paths: list[Path]


def check(
    project: Path,
    paths: Sequence[Path] = (),
    stack: str | None = None,
    forbid: Sequence[str] = (),
    workspace: Workspace | None = None,
    sql: SqlReader | None = None,
) -> Report:
    """Checks the specs under `paths` (the stacks' folders if none are given).

    Args:
        stack: whose variables, rules and forbidden names (genie:forbid) hold; every stack's if None.
        forbid: more names that must not stand anywhere in what would be sent.
        workspace: where tables, columns, functions and principals of the specs are looked for; nowhere if None.
        sql: reads SQL; one that keeps what it read in the user's cache if None.

    Raises:
        SettingsError: a stack or its settings cannot be used.
        WorkspaceError: the workspace cannot be asked.
    """
    stacks = [stack] if stack else stackfile.stack_names(project)
    settings = {each: stackfile.stack_settings(project, each) for each in stacks}
    report = Report()
    for group in _groups(project, paths, settings):
        _check_group(project, group, settings, stack or "", forbid, workspace, sql or SqlReader(cache_file()), report)
    for each in stacks:
        report.problems += stackfile.odd_keys(project, each)
    report.problems += _of_blueprint(project, settings)
    report.problems = in_order(report.problems)
    return report


def _of_blueprint(project: Path, settings: Mapping[str, Settings]) -> list[Problem]:
    """What is wrong with the blueprint in any of these stacks, each problem once."""
    found: dict[Problem, None] = {}
    for stack, each in settings.items():
        blueprint = made_names.load_blueprint(project, each, stack)
        found.update(dict.fromkeys(blueprint.problems if blueprint else ()))
    return list(found)


def _readers(context: StackContext, workspace: Workspace, loaded: loader.Loaded) -> list[Problem]:
    """Who may open a space without being able to read what it shows."""
    from ..blueprint.audience.readers import problems_of
    from .audience import of_specs

    return problems_of(of_specs(context, workspace, loaded, list(loaded.specs)))


def _groups(project: Path, paths: Sequence[Path], settings: Mapping[str, Settings]) -> list[_Group]:
    """The stacks by the folder of their specs; all of them together where paths are given."""
    if paths or not settings:
        return [_Group(list(settings), list(paths) or [_shown(stackfile.specs_folder(project, Settings()))])]
    by_folder: dict[Path, list[str]] = {}
    for stack, each in settings.items():
        by_folder.setdefault(stackfile.specs_folder(project, each), []).append(stack)
    return [_Group(stacks, [_shown(folder)]) for folder, stacks in by_folder.items()]


def _check_group(
    project: Path,
    group: _Group,
    settings: Mapping[str, Settings],
    chosen: str,
    forbid: Sequence[str],
    workspace: Workspace | None,
    sql: SqlReader,
    report: Report,
) -> None:
    variables = (
        made_names.variables_of(project, chosen) if chosen else made_names.variables_of_all(project, group.stacks)
    )
    loaded = loader.load(group.paths, variables)
    files, _ = loader.find_files(group.paths)
    report.spaces += len(loaded.specs)
    report.files += len(files)
    found = [*loaded.problems, *_leaks(loaded, forbid), *spec_sources.problems_of(loaded, project)]
    columns: Mapping[str, Collection[str]] = {}
    if workspace:
        usual = settings[chosen].warehouse if chosen else ""
        gaps, columns = _gaps(workspace, loaded)
        found += [*gaps, *_warehouses(workspace, loaded, usual, f"Pulumi.{chosen}.yaml" if chosen else "")]
        found += _readers(StackContext.of(project, chosen), workspace, loaded) if chosen else []
    found += loader.read_sql(loaded, sql, columns)
    if not group.stacks:
        report.problems += found
        return
    told = []
    for stack in group.stacks:
        own = _of_stack(project, group.paths, stack, settings[stack], loaded, chosen)
        kept, waived = settings[stack].levels.settle([*found, *own])
        told.append(kept)
        report.waived += waived
    report.problems += _worst(told)


def _worst(told: Iterable[Iterable[Problem]]) -> list[Problem]:
    """What any stack tells; where they weigh it otherwise, as the strictest does."""
    worst: dict[tuple[Place | None, str, str], Problem] = {}
    for problem in (problem for problems in told for problem in problems):
        key = (problem.place, problem.rule, problem.message)
        known = worst.get(key)
        if known is None or _RANK[problem.severity] > _RANK[known.severity]:
            worst[key] = problem
    return list(worst.values())


def _of_stack(
    project: Path, paths: Sequence[Path], stack: str, settings: Settings, loaded: loader.Loaded, chosen: str
) -> list[Problem]:
    """Naming, policy and forbidden names of one stack, which is named where several are checked."""
    rules = settings.governed(stack, stackfile.project_name(project))
    if not chosen:
        rules = rules.without_warehouse()  # its name and its variables may come from somewhere else
    suffix = "" if chosen else f" (stack {stack})"
    found = [
        Problem(each.message + suffix, each.place, each.severity, each.rule, each.space)
        for each in loader.governed(loaded, rules)
    ]
    if settings.forbid:
        own = loaded if chosen else loader.load(paths, made_names.variables_of(project, stack))
        found += _leaks(own, settings.forbid, "" if chosen else stack)
        found += forbidden_name.check_settings(settings.given_to_spaces, settings.forbid, f"Pulumi.{stack}.yaml")
    return found


def _leaks(loaded: loader.Loaded, names: Sequence[str], stack: str = "") -> list[Problem]:
    return [
        problem
        for space in loaded.spaces()
        for problem in forbidden_name.check(space.document, space.within, names, stack)
    ]


def _gaps(workspace: Workspace, loaded: loader.Loaded) -> tuple[list[Problem], Mapping[str, Collection[str]]]:
    """What the specs refer to and the workspace has not, and the columns of the tables that it has."""
    from ..reconcile import preflight

    needs = [need for name, spec in loaded.specs.items() for need in needs_of(spec, loaded.finder(name))]
    made = frozenset(key_of(each.table) for each in spec_sources.tables_of(loaded))
    inventory = preflight.look_up(workspace, **preflight.ask_for(needs, made))
    return preflight.gaps(needs, inventory, made), inventory.tables


def _warehouses(workspace: Workspace, loaded: loader.Loaded, usual: str, file: str) -> list[Problem]:
    """Warehouses that cannot be used, with the choices; the stack's own once."""
    places: dict[str, Place] = {}
    for name, spec in loaded.specs.items():
        own = "warehouse_id" if spec.warehouse_id else "warehouse" if spec.warehouse else ""
        if own:
            places.setdefault(str(getattr(spec, own)), loaded.finder(name)((own,)))
        elif usual:
            places.setdefault(usual, Place(file) if file else loaded.places[name])
    return [
        problem_of(unusable_warehouse, said, places[word]) for word in places if (said := _unusable(workspace, word))
    ]


def _unusable(workspace: Workspace, word: str) -> str:
    try:
        workspace.find_warehouse(word)
    except WorkspaceError as error:
        if error.kind == "invalid":
            return f"warehouse {word!r}: {error.message}. {error.hint}"
        raise
    return ""


def _shown(path: Path) -> Path:
    """The path as seen from here, where that is shorter to read."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
