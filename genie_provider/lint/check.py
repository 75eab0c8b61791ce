"""check: runs the rules over specs and says where each finding stands."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any, Final

from ..errors import Place, Problem
from ..yamlio.positions import place_within, written
from ..yamlio.reader import Document
from .rule import Finding, Path, Rule, Space, When
from .rules import rules_when
from .silencing import Silenced, silenced_in


def check_space(space: Space, *stages: When) -> list[Problem]:
    """What the rules of these stages find in one spec, comments of its file heeded."""
    found: list[Problem] = []
    for stage in stages:
        for rule in rules_when(stage):
            found += [_problem(rule, space, finding) for finding in rule.check(space)]
    return unsilenced(found, silenced_in(space.document)) if found else found


def refused(space: Space) -> bool:
    """Whether a rule that is an error finds anything: nobody should write such a spec."""
    return any(any(rule.check(space)) for rule in rules_when("read") if rule.level == "error")


def problem_of(rule: ModuleType, message: str, place: Place | None, space: str = "") -> Problem:
    """What somebody else found, under the name of the rule."""
    return Problem(message, place, rule.LEVEL, rule.ID, space)


def check_between(spaces: Sequence[Space]) -> list[Problem]:
    """What the rules about several specs find."""
    found = []
    for rule in rules_when("between"):
        for space, finding in rule.module.check(spaces):
            found += unsilenced([_problem(rule, space, finding, of_key=True)], silenced_in(space.document))
    return found


def unsilenced(problems: Iterable[Problem], silenced: Silenced) -> list[Problem]:
    return [problem for problem in problems if not silenced.covers(problem)]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, line and column; what was found twice, once."""
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.place or Place(""))


def _problem(rule: Rule, space: Space, finding: Finding, *, of_key: bool = False) -> Problem:
    place = _place(space, finding, of_key)
    return Problem(finding.message, place, finding.severity or rule.level, rule.id, space.name)


def _place(space: Space, finding: Finding, of_key: bool) -> Place:
    document = space.document
    path = (*space.within, *as_written(document, space.within, finding.path))
    if finding.at and written(document, path) is not None:
        return place_within(document, path, *finding.at)
    return document.place(path, of_key=of_key)


FIRST_PLACES: Final = 3


def together(problems: Iterable[Problem], rules: Collection[str] | None = None) -> list[Problem]:
    """Problems of one message are one, with their number and the first of their places.

    Args:
        rules: the ids of the rules for which this holds; all if None. Exact repetitions are told once anyhow.
    """
    groups: dict[Hashable, dict[Place | None, Problem]] = {}
    for problem in problems:
        alike = rules is None or problem.rule in rules
        same = (problem.rule, problem.message, problem.severity, None if alike else problem.place)
        groups.setdefault(same, {}).setdefault(problem.place, problem)
    return [_with_places(list(group.values())) for group in groups.values()]


def _with_places(same: Sequence[Problem]) -> Problem:
    first = same[0]
    if len(same) == 1:
        return first
    others = ", ".join(str(problem.place) for problem in same[1:FIRST_PLACES])
    more = " …" if len(same) > FIRST_PLACES else ""
    return replace(first, message=f"{first.message}; so in {len(same)} places, also {others}{more}")


def as_written(document: Document, within: Path, path: Path) -> Path:
    """The path in the words of the file, where that has the older key for the logical name."""
    if path != ("name",):
        return path
    value: Any = document.value
    for step in within:
        value = value[step]
    return ("space_id",) if isinstance(value, dict) and "space_id" in value else path
