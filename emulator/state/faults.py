"""faults: what goes wrong on purpose, and when.

A fault matches requests by method and path and says which of them it strikes. The door asks before every
request; the first fault that strikes wins.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from typing import Any

KINDS = ("drop_before", "drop_after", "status", "429", "hang", "garbage")
FORMS = ("broken_json", "html", "half_body", "error_in_200", "empty", "not_object")
_MATCH_KEYS = {"method", "path_regex", "nth", "every", "probability", "seed"}
_OPTIONS = {
    "kind",
    "match",
    "times",
    "after",
    "seconds",
    "act",
    "status",
    "error_code",
    "message",
    "headers",
    "retry_after",
    "form",
}


@dataclass
class Fault:
    """One fault as it was asked for, and how often it struck."""

    fault_id: int
    kind: str
    match: dict[str, Any]
    options: dict[str, Any]
    times: int | None
    seen: int = 0
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random)

    def counts(self, method: str, path: str) -> bool:
        """Whether this request is of the kind it looks for; if so it is counted."""
        wanted = str(self.match.get("method") or "").upper()
        if wanted and wanted != method:
            return False
        if not re.search(self.match.get("path_regex", ""), path):
            return False
        self.seen += 1
        return True

    def strikes(self) -> bool:
        """Whether it strikes the request just counted."""
        if self.times is not None and self.fired >= self.times:
            return False
        if self.seen < self.match.get("nth", 0):
            return False
        if "probability" in self.match and self.dice.random() >= self.match["probability"]:
            return False
        self.fired += 1
        return True

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.fault_id,
            "kind": self.kind,
            "match": self.match,
            "times": self.times,
            **self.options,
            "seen": self.seen,
            "fired": self.fired,
        }


class Faults:
    """All faults in force, in the order they were added."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._faults: list[Fault] = []

    def add(self, asked: dict[str, Any]) -> Fault:
        """Add a fault.

        Without `times`, one that names the nth request strikes once, one with a probability or `every`
        strikes for ever, and one that says nothing strikes the first match.

        Raises:
            ValueError: the kind, a key or the garbage form is not known.
        """
        match = dict(asked.get("match") or {})
        _refuse_unknown(set(asked) - _OPTIONS, "fault", _OPTIONS)
        _refuse_unknown(set(match) - _MATCH_KEYS, "match", _MATCH_KEYS)
        _refuse_unknown({str(asked.get("kind"))} - set(KINDS), "kind", set(KINDS))
        _refuse_unknown({asked.get("form", "html")} - set(FORMS), "form", set(FORMS))
        endless = match.get("every") or "probability" in match
        fault = Fault(
            fault_id=next(self._ids),
            kind=str(asked["kind"]),
            match=match,
            options={key: value for key, value in asked.items() if key not in ("kind", "match", "times")},
            times=asked.get("times", None if endless else 1),
            dice=random.Random(match.get("seed")),
        )
        self._faults.append(fault)
        return fault

    def striking(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any; every matching fault counts it."""
        counting = [each for each in self._faults if each.counts(method, path)]
        return next((each for each in counting if each.strikes()), None)

    def remove(self, fault_id: int) -> None:
        self._faults = [each for each in self._faults if each.fault_id != fault_id]

    def clear(self) -> None:
        self._faults = []

    def as_list(self) -> list[dict[str, Any]]:
        return [each.as_dict() for each in self._faults]


def _refuse_unknown(unknown: set[Any], what: str, known: set[str]) -> None:
    if unknown:
        raise ValueError(f"no {what} {', '.join(map(str, unknown))}; there are {', '.join(sorted(known))}")
