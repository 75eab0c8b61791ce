"""readers: who may open a space: the spec's own permissions, and grants made by hand or inherited from folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ...client import Workspace
from ...errors import Place, Problem, WorkspaceError
from . import access, remedy
from .access import Planned, Shown, Verdict
from .membership import membership_of

if TYPE_CHECKING:  # pydantic, which the provider's process does without
    from ...model.spec import SpaceSpec

_THREADS: Final = 16
_ADMINS: Final = "group:admins"
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
    """Every answer about every principal of every space, and the filters on its tables."""
    every = verdicts_of(workspace, audiences)
    with ThreadPoolExecutor(_THREADS) as pool:
        filters = pool.map(lambda audience: access.filters(workspace, audience.shown.tables), audiences)
        return [Checked(*each) for each in zip(audiences, every, filters, strict=True)]


def verdicts_of(
    workspace: Workspace, audiences: Sequence[Audience], planned: Sequence[Planned] = ()
) -> list[list[Verdict]]:
    """The verdicts of each space. Everything is asked for once, however many spaces share it, many at a time.

    Args:
        planned: grants that a program is about to make; they count as made.
    """
    principals = dict.fromkeys(principal for audience in audiences for principal in audience.levels)
    objects = dict.fromkeys(
        thing for audience in audiences if audience.levels for thing in access.things(audience.shown)
    )
    with ThreadPoolExecutor(_THREADS) as pool:
        members = pool.map(lambda principal: membership_of(workspace, principal), principals)
        grants = pool.map(lambda thing: workspace.granted(*thing), objects)
        list(members), list(grants)  # the client keeps the answers; what went wrong is raised here
    return [
        [
            verdict
            for principal, level in audience.levels.items()
            for verdict in access.verdicts(workspace, principal, level, audience.shown, planned)
        ]
        for audience in audiences
    ]


def problems_of(found: Sequence[Checked]) -> list[Problem]:
    """What readers lack, one problem a principal and space with what to grant; notices for what is not known."""
    problems: list[Problem] = []
    for checked in found:
        for principal in checked.audience.levels:
            place = checked.audience.places.get(principal, checked.audience.place)
            problems += _of_principal(principal, checked.of(principal), place)
    return problems


def _of_principal(principal: str, verdicts: Sequence[Verdict], place: Place) -> list[Problem]:
    missing, unknown = lacks(principal, verdicts), hidden(principal, verdicts)
    found = [Problem(missing, place)] if missing else []
    return [*found, Problem(unknown, place, "notice")] if unknown else found


def lacks(principal: str, verdicts: Sequence[Verdict]) -> str:
    """What a principal may not use, and the statements that mend it; "" where that is nothing."""
    missing = [each for each in verdicts if each.answer == "no"]
    if not missing:
        return ""
    words = ", ".join(f"{each.privilege.replace('_', ' ')} on {each.kind} {each.name}" for each in missing)
    grants = " ".join(remedy.statements(missing))
    return f"{principal} may open the space and lacks {words}{f'; grant it: {grants}' if grants else ''}"


def hidden(principal: str, verdicts: Sequence[Verdict]) -> str:
    """What about a principal is not known; "" where that is nothing."""
    reasons = list(dict.fromkeys(each.reason for each in verdicts if each.answer == "not known"))
    return f"whether {principal} may read all of it is not known: {'; '.join(reasons)}" if reasons else ""
