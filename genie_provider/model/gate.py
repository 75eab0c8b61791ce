"""gate: what a space's benchmark run must show to pass: from the stack, the spec and the command line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from ..errors import SettingsError

CHOICES: Final = {"needs_review": ("fail", "pass", "ignore"), "unstable": ("majority", "fail")}
MAX_REPEAT: Final = 25


@dataclass(frozen=True)
class Policy:
    """The gate of one space; each field is a key of `benchmarks.gate` and of `genie:gate`.

    Attributes:
        min_correct: share of the questions that must be right, 0 to 1.
        required: questions, or patterns of them, that must be right whatever the share.
        needs_review: what a question counts as that a person has yet to judge.
        unstable: whether a question whose verdict changes between repeats counts by majority, or fails.
        no_regression: whether a question that the baseline had right may not be wrong now.
        repeat: how often every question is asked.
    """

    min_correct: float = 1.0
    required: list[str] = field(default_factory=list)
    needs_review: str = "fail"
    unstable: str = "majority"
    no_regression: bool = False
    repeat: int = 1


def parse(given: Mapping[str, Any], where: str, base: Policy | None = None) -> Policy:
    """The policy that `given` makes of `base`: keys that are given win, the others stay.

    Raises:
        SettingsError: a key that is none, or a value of another kind; `where` begins the message.
    """
    known = {each.name for each in fields(Policy)}
    changes: dict[str, Any] = {}
    for key, value in given.items():
        name = _snake(str(key))
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
            raise SettingsError(f"{where}: '{key}' is no key of a gate; {hint}")
        problem = _problem(name, value)
        if problem:
            raise SettingsError(f"{where}: {key} {problem}")
        changes[name] = float(value) if name == "min_correct" else value
    return replace(base or Policy(), **changes)


def _problem(name: str, value: Any) -> str:
    """What is wrong with a value, "" if nothing."""
    if name == "min_correct":
        ok = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
        return "" if ok else "must be a share between 0 and 1, such as 0.9"
    if name == "required":
        ok = isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)
        return "" if ok else "must be a list of questions"
    if name in CHOICES:
        return "" if value in CHOICES[name] else f"can be {' or '.join(CHOICES[name])}"
    if name == "repeat":
        ok = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_REPEAT
        return "" if ok else f"must be a whole number from 1 to {MAX_REPEAT}"
    return "" if isinstance(value, bool) else "must be true or false"


def _snake(key: str) -> str:
    """Pulumi's settings are in camel case, specs in snake case; both are understood."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
