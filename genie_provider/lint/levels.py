"""levels: how much a finding matters in a stack: `genie:rules`, `genie:policy` with levels, and `genie:waivers`.

`genie:rules` is a map of a rule's id to error, warning, notice or off. A waiver takes one rule off some specs until
a day, with a reason; after that day it counts no more, and the finding says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any, Final

from ..errors import Problem, SettingsError
from .rule import LEVELS, Level, near

_ORDER: Final = {"off": 0, "notice": 1, "warning": 2, "error": 3}


@dataclass(frozen=True)
class Waiver:
    """One entry of `genie:waivers`.

    Attributes:
        specs: patterns of logical names, or of files as they stand in messages; every spec if empty.
        until: the last day on which it counts.
    """

    rule: str
    reason: str
    until: datetime.date
    specs: tuple[str, ...] = ()

    def covers(self, problem: Problem) -> bool:
        file = problem.place.file if problem.place else ""
        names = (problem.space, file, PurePath(file).stem, PurePath(file).name)
        return problem.rule == self.rule and (
            not self.specs or any(fnmatchcase(name, pattern) for pattern in self.specs for name in names if name)
        )


@dataclass(frozen=True)
class Levels:
    """What a stack makes of the rules.

    Attributes:
        today: the day that waivers are compared with.
    """

    rules: Mapping[str, Level] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()
    today: datetime.date = field(default_factory=datetime.date.today)

    def settle(self, problems: Iterable[Problem]) -> tuple[list[Problem], int]:
        """The problems at the stack's levels, and how many were waived."""
        if not self.rules and not self.waivers:
            return list(problems), 0
        kept, waived = [], 0
        for problem in problems:
            at_level = self._at_level(problem)
            if at_level is None:
                continue
            settled = self._unless_waived(at_level)
            kept += [settled] if settled else []
            waived += settled is None
        return kept, waived

    def _at_level(self, problem: Problem) -> Problem | None:
        """The problem at the stack's level; None where its rule is off. A finding milder than its rule stays so."""
        from .rules import all_rules

        level = self.rules.get(problem.rule)
        if level is None:
            return problem
        rule = all_rules()[problem.rule]
        if problem.severity != rule.level and _ORDER[level] > _ORDER[problem.severity]:
            return problem
        return None if level == "off" else replace(problem, severity=level)

    def _unless_waived(self, problem: Problem) -> Problem | None:
        covering = [waiver for waiver in self.waivers if waiver.covers(problem)]
        if any(waiver.until >= self.today for waiver in covering):
            return None
        if covering:
            last = max(covering, key=lambda waiver: waiver.until)
            said = f"{problem.message} (the waiver ran out on {last.until}: {last.reason})"
            return replace(problem, message=said)
        return problem


def parse_rules(given: Mapping[str, Any]) -> dict[str, Level]:
    """The levels of `genie:rules`.

    Raises:
        SettingsError: no such rule, no such level, or a rule that is always an error.
    """
    parsed: dict[str, Level] = {}
    for rule_id, value in given.items():
        _known_rule("genie:rules", str(rule_id))
        level: Any = "off" if value is False else value
        if level not in LEVELS:
            raise SettingsError(f"genie:rules: {rule_id} is '{value}'; it can be {', '.join(LEVELS[:-1])} or off")
        parsed[str(rule_id)] = level
    return parsed


_WAIVER_KEYS: Final = ("rule", "specs", "reason", "until")


def parse_waivers(given: Sequence[Any]) -> tuple[Waiver, ...]:
    """The entries of `genie:waivers`.

    Raises:
        SettingsError: names the entry by its number, and says what it lacks.
    """
    return tuple(_waiver(f"genie:waivers, entry {at}", entry) for at, entry in enumerate(given, 1))


def _waiver(where: str, entry: Any) -> Waiver:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where} must be a map of {', '.join(_WAIVER_KEYS)}")
    for key in entry:
        if key not in _WAIVER_KEYS:
            raise SettingsError(f"{where}: '{key}' is none of its keys{near(str(key), _WAIVER_KEYS)}")
    for key in ("rule", "reason", "until"):
        if not str(entry.get(key) or "").strip():
            raise SettingsError(f"{where} needs {key}: a waiver names a rule, a reason and its last day")
    _known_rule(where, str(entry["rule"]))
    specs = entry.get("specs") or []
    patterns = [specs] if isinstance(specs, str) else specs
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise SettingsError(f"{where}: specs must be a list of names or patterns such as 'legacy-*'")
    return Waiver(str(entry["rule"]), str(entry["reason"]).strip(), _day(where, entry["until"]), tuple(patterns))


def _day(where: str, value: Any) -> datetime.date:
    """The day; the engine hands an unquoted one on with a time behind it."""
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        raise SettingsError(f"{where}: until is '{value}'; write a day such as 2027-03-31") from None


def _known_rule(where: str, rule_id: str) -> None:
    from .rules import all_rules, unknown

    rule = all_rules().get(rule_id)
    if rule is None:
        raise SettingsError(f"{where}: {unknown(rule_id)}")
    if rule.fixed:
        raise SettingsError(f"{where}: {rule_id} is always an error: without it there is no spec to speak of")
