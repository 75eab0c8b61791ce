"""readers: who may open a space: the spec's own permissions, and grants made by hand or inherited from folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..client import Workspace
from ..errors import Place, Problem, WorkspaceError
from ..model.spec import SpaceSpec
from . import access, remedy
from .access import Shown, Verdict

_THREADS = 8
_ADMINS = "group:admins"
"""May open every space, and are asked for nothing by the workspace."""


@dataclass(frozen=True)
class Audience:
    """One space: who may open it, and what it shows."""

    space: str
    place: Place
    levels: Mapping[str, str]
    """Principal → level, those of the spec first."""
    shown: Shown
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What was found out about one space."""

    audience: Audience
    verdicts: Sequence[Verdict]
    filters: Mapping[str, list[str]]

    def of(self, principal: str) -> list[Verdict]:
        return [each for each in self.verdicts if each.principal == principal]


def audience_of(
    workspace: Workspace, name: str, spec: SpaceSpec, places: Mapping[str, Place], space_id: str, warehouse: str
) -> Audience:
    """The audience of a spec, and of the live space of that id if there is one.

    Args:
        warehouse: name or id; "" where none is known.
    """
    levels: dict[str, str] = dict(spec.permissions or {})
    if space_id:
        for grant in workspace.permissions(space_id):
            if grant.principal != _ADMINS:
                levels.setdefault(grant.principal, grant.level)
    tables = [*spec.data_sources.tables, *spec.data_sources.metric_views]
    shown = Shown(
        tuple(table.identifier for table in tables),
        tuple(function.identifier for function in spec.instructions.sql_functions),
        *_warehouse(workspace, warehouse),
    )
    return Audience(name, places.get("title", Place(name)), levels, shown, places)


def _warehouse(workspace: Workspace, word: str) -> tuple[str, str]:
    if not word:
        return "", ""
    try:
        found = workspace.find_warehouse(word)
    except WorkspaceError as error:
        if error.kind != "invalid":
            raise
        return "", word  # other checks speak of warehouses that cannot be found
    return found.id, found.name


def check(workspace: Workspace, audiences: Sequence[Audience]) -> list[Checked]:
    """Every answer about every principal of every space, many at a time."""

    def look(audience: Audience) -> Checked:
        found = [
            verdict
            for principal, level in audience.levels.items()
            for verdict in access.verdicts(workspace, principal, level, audience.shown)
        ]
        return Checked(audience, found, access.filters(workspace, audience.shown.tables))

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(look, audiences))


def problems_of(found: Sequence[Checked]) -> list[Problem]:
    """What readers lack, one problem a principal and space with what to grant; notices for what is not known."""
    problems: list[Problem] = []
    for checked in found:
        for principal in checked.audience.levels:
            place = checked.audience.places.get(principal, checked.audience.place)
            problems += _of_principal(principal, checked.of(principal), place)
    return problems


def _of_principal(principal: str, verdicts: Sequence[Verdict], place: Place) -> list[Problem]:
    lacking = [each for each in verdicts if each.answer == "no"]
    hidden = list(dict.fromkeys(each.reason for each in verdicts if each.answer == "not known"))
    found = []
    if lacking:
        words = ", ".join(f"{each.privilege.replace('_', ' ')} on {each.kind} {each.name}" for each in lacking)
        grants = " ".join(remedy.statements(lacking))
        hint = f"; grant it: {grants}" if grants else ""
        found.append(Problem(f"{principal} may open the space and lacks {words}{hint}", place))
    if hidden:
        words = f"whether {principal} may read all of it is not known: {'; '.join(hidden)}"
        found.append(Problem(words, place, "notice"))
    return found
