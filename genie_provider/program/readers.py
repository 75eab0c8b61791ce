"""readers: warns of people whom the specs let in and who may not read what the spaces show. It never stops an `up`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pulumi

from ..blueprint.audience import ahead
from ..blueprint.audience.access import Planned, Shown
from ..blueprint.audience.readers import Audience
from ..errors import Place, Problem
from ..model.spec import SpaceSpec
from ..model.variables import PENDING
from .asking import ask

if TYPE_CHECKING:
    from ..specs.loader import Loaded

_MOST_LINES: Final = 10
_MORE: Final = "python -m genie_provider audience"


def warn(loaded: Loaded, names: Sequence[str], planned: Sequence[Planned]) -> None:
    """Asks about the specs of these names, and says what came out.

    Args:
        planned: what the program itself grants; it counts as granted.
    """
    audiences = [_audience(loaded, name) for name in names if loaded.specs[name].permissions]
    if not audiences:
        return
    found = ask(ahead.TOKEN, ahead.question(audiences, planned), "whether readers may read the tables")
    if found is None:
        return
    lacking = found.get("lacking") or []
    for space, principal, words in lacking[:_MOST_LINES]:
        place = loaded.finder(space)(("permissions", principal))
        pulumi.warn(str(Problem(words, place, "warning")))
    if len(lacking) > _MOST_LINES:
        pulumi.warn(f"and {len(lacking) - _MOST_LINES} more of the spaces' readers lack something: {_MORE}")
    _tell_hidden(found.get("hidden") or [])


def _tell_hidden(hidden: Sequence[Sequence[str]]) -> None:
    who = list(dict.fromkeys(principal for _, principal, _ in hidden))
    if who:
        more = f" and {len(who) - 3} more" if len(who) > 3 else ""
        pulumi.info(f"whether {', '.join(who[:3])}{more} may read what the spaces show is not known: {_MORE}")


def _audience(loaded: Loaded, name: str) -> Audience:
    """What the spec says; names that wait for another resource are left out."""
    spec: SpaceSpec = loaded.specs[name]
    tables = [table.identifier for table in (*spec.data_sources.tables, *spec.data_sources.metric_views)]
    functions = [function.identifier for function in spec.instructions.sql_functions]
    shown = Shown(_known(tables), _known(functions))
    return Audience(name, Place(name), {str(who): str(level) for who, level in (spec.permissions or {}).items()}, shown)


def _known(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if PENDING not in name)
