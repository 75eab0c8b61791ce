"""ahead: the question before anything is sent. The program asks, the provider's process answers: it has the log-in.

Asked about are those whom the specs let in; those let in by hand are the business of `genie audience`, since it takes
a call for each space to know them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...client import Workspace
from ...errors import Place
from . import readers
from .access import Planned, Shown
from .readers import Audience

TOKEN: Final = "pulumi-python:dynamic/genie:mayRead"
"""The function of the provider, as programs invoke it."""


def question(audiences: Sequence[Audience], planned: Sequence[Planned]) -> dict[str, Any]:
    """The arguments of the function."""
    return {
        "spaces": [
            {
                "name": each.space,
                "levels": dict(each.levels),
                "tables": list(each.shown.tables),
                "functions": list(each.shown.functions),
            }
            for each in audiences
        ],
        "planned": [[each.on, each.principal, *sorted(each.privileges)] for each in planned],
    }


def answer(workspace: Workspace, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """`lacking` and `hidden`: (space, principal, words) of who may not read all, and of whom that is not known."""
    audiences = [_audience(each) for each in arguments.get("spaces") or ()]
    planned = [Planned(on, who, frozenset(held)) for on, who, *held in arguments.get("planned") or ()]
    found: dict[str, Any] = {"lacking": [], "hidden": []}
    for audience, verdicts in zip(audiences, readers.verdicts_of(workspace, audiences, planned), strict=True):
        for principal in audience.levels:
            own = [each for each in verdicts if each.principal == principal]
            for key, words in ("lacking", readers.lacks(principal, own)), ("hidden", readers.hidden(principal, own)):
                if words:
                    found[key].append([audience.space, principal, words])
    return found


def _audience(asked: Mapping[str, Any]) -> Audience:
    shown = Shown(tuple(asked["tables"]), tuple(asked["functions"]))
    return Audience(asked["name"], Place(asked["name"]), asked["levels"], shown)
