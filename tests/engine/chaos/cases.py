"""cases: which fault strikes which request of which command, and when a run is killed.

The requests of a command are known from a run without faults; every one of them gets every family of
faults that makes a difference for it (a lost answer to a GET is the same before the act and after it).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .situations import EXACTLY_ONE, Situation, situations

PHASES: Final = ("create", "update", "refresh", "destroy")
TENTHS: Final = tuple(range(1, 11))

Requests = Sequence[str]
"""The methods of a command's requests, in order."""

_FAULTS: Final[dict[str, dict[str, Any]]] = {
    "dropped before the act": {"kind": "drop_before"},
    "acted, answer lost": {"kind": "drop_after"},
    "429": {"kind": "429"},
    "429, Retry-After 1": {"kind": "429", "retry_after": 1},
    "500 before the act": {"kind": "status", "status": 500},
    "acted, then 500": {"kind": "status", "status": 500, "after": True},
    "503": {"kind": "status", "status": 503, "error_code": "TEMPORARILY_UNAVAILABLE"},
    "hang, never acted": {"kind": "hang", "seconds": 60, "act": False},
    "acted, then hang": {"kind": "hang", "seconds": 60, "after": True},
    "garbage: broken JSON": {"kind": "garbage", "form": "broken_json", "after": True},
    "garbage: HTML": {"kind": "garbage", "form": "html", "after": True},
    "garbage: half a body": {"kind": "garbage", "form": "half_body", "after": True},
    "garbage: error in a 200": {"kind": "garbage", "form": "error_in_200", "after": True},
}
_GARBAGE: Final = tuple(kind for kind in _FAULTS if kind.startswith("garbage"))
_TWINS: Final[dict[str, tuple[str, ...]]] = {
    "lost": ("dropped before the act",),
    "lost after": ("acted, answer lost",),
    "limited": ("429", "429, Retry-After 1"),
    "server": ("500 before the act", "503"),
    "server before": ("500 before the act",),
    "server after": ("acted, then 500",),
    "busy": ("503",),
    "silent": ("hang, never acted", "acted, then hang"),
    "garbage": _GARBAGE,
    "more garbage": (*_GARBAGE[2:], *_GARBAGE[:2]),
}
_FOR_READS: Final = ("lost", "limited", "server", "garbage")
_FOR_WRITES: Final = (
    *("lost", "lost after", "limited", "server before", "server after", "busy", "silent", "garbage", "more garbage"),
)
_ABSORBED: Final = frozenset({"429", "429, Retry-After 1"})
_ABSORBED_READING: Final = frozenset({*_ABSORBED, "dropped before the act", "500 before the act", "503"})

_PROMISES: Final = {
    "create": EXACTLY_ONE,
    "update": "an update that fails is put right by the next",
    "refresh": "a refresh that fails changes nothing",
    "destroy": "a destroy that fails is put right by the next up",
}

LAGS: Final = {"list_lag_s": 3.0, "stale_get_s": 2.0, "trash_delay_s": 3.0, "tag_lag_s": 2.0}


@dataclass(frozen=True)
class Case:
    """One fault or one kill in one command.

    Attributes:
        at: the request that is struck, from 1; of a kill by time, the tenth of the run.
        fault: what the workspace does to that request; empty for kills by time.
        stop: how the command is ended from outside: "" not at all, "cli", "everything", "ctrl-c".
        switches: what lags in the workspace.
        absorbed: whether the command must not even notice.
        bulk: the engine's checkpoints are off.
    """

    phase: str
    kind: str
    at: int
    fault: Mapping[str, Any] = field(default_factory=dict)
    stop: str = ""
    switches: Mapping[str, float] = field(default_factory=dict)
    absorbed: bool = False
    bulk: bool = False

    @property
    def promise(self) -> str:
        return _PROMISES[self.phase]

    def __str__(self) -> str:
        where = f"tenth {self.at}" if self.stop and not self.fault else f"request {self.at}"
        return f"{self.phase}, {where}: {self.kind}"


AnyCase = Case | Situation


def all_cases(runs: Mapping[str, Requests]) -> list[AnyCase]:
    """Every case; `runs` tells the requests of each command."""
    cases: list[AnyCase] = []
    for phase in PHASES:
        requests = runs[phase]
        cases += faults_of(phase, requests)
        cases += kills_of(phase, requests)
        cases += lagging_of(phase, requests)
    return [*cases, *situations()]


def draw(cases: Sequence[AnyCase], count: int, seed: int) -> list[AnyCase]:
    """Some of the cases, of as many kinds as can be; those that hang take too long for a draw."""
    dice = random.Random(seed)
    quick = [case for case in cases if not _is_slow(case)]
    dice.shuffle(quick)
    by_kind: dict[str, list[AnyCase]] = {}
    for case in quick:
        by_kind.setdefault(case.kind, []).append(case)
    kinds = list(by_kind.values())
    dice.shuffle(kinds)
    mixed = [case for row in itertools.zip_longest(*kinds) for case in row if case is not None]
    return mixed[:count]


def _is_slow(case: AnyCase) -> bool:
    if isinstance(case, Situation):
        return bool(case.get("lags"))
    return "hang" in case.kind or bool(case.switches)


def faults_of(phase: str, requests: Requests) -> Iterator[Case]:
    """Each request with each family of faults; where a family has twins, they take turns."""
    turns = {family: itertools.cycle(kinds) for family, kinds in _TWINS.items()}
    for at, method in enumerate(requests, 1):
        reads = method == "GET"
        families = _FOR_READS if reads else _FOR_WRITES
        kinds = [next(turns[family]) for family in families]
        if reads and at % 4 == 0:
            kinds.append("hang, never acted")  # all threads share one patience: some of the reads show it
        for kind in kinds:
            absorbed = kind in (_ABSORBED_READING if reads else _ABSORBED)
            yield Case(phase, kind, at, _FAULTS[kind], absorbed=absorbed)


def kills_of(phase: str, requests: Requests) -> Iterator[Case]:
    """Kills by time and, for writes, with the request under way: before the act and after it."""
    for tenth in TENTHS:
        yield Case(phase, "kill -9 of the CLI", tenth, stop="cli")
        if tenth % 2:
            yield Case(phase, "power cut", tenth, stop="everything")
        elif tenth < 10:
            yield Case(phase, "Ctrl-C", tenth, stop="ctrl-c")
    for at in _writes(requests):
        yield Case(phase, "power cut before the act", at, _held(act=False), stop="everything")
        yield Case(phase, "power cut after the act", at, _held(after=True), stop="everything")
        if phase == "create":
            yield Case(phase, "power cut, bulk mode", at, _held(after=True), stop="everything", bulk=True)
            yield Case(phase, "late act after kill -9", at, {"kind": "hang", "seconds": 2.5}, stop="everything")
    if phase == "create":
        for tenth in TENTHS[4:]:
            yield Case(phase, "kill -9, bulk mode", tenth, stop="cli", bulk=True)


def lagging_of(phase: str, requests: Requests) -> Iterator[Case]:
    """What is worst while lists, reads and the trash lag."""
    kinds = itertools.cycle([("answer lost, all lags", False), ("power cut, all lags", True)])
    for at, (kind, cut) in zip(_writes(requests), kinds, strict=False):
        fault = _held(after=True) if cut else _FAULTS["acted, answer lost"]
        yield Case(phase, kind, at, fault, stop="everything" if cut else "", switches=LAGS)
    for tenth in TENTHS[5::2]:
        yield Case(phase, "kill -9, all lags", tenth, stop="cli", switches=LAGS)


def _writes(requests: Requests) -> list[int]:
    return [at for at, method in enumerate(requests, 1) if method != "GET"]


def _held(**options: Any) -> dict[str, Any]:
    """A request that stays open, so that the kill meets it under way."""
    return {"kind": "hang", "seconds": 60, **options}
