"""comparison: question by question against a baseline, by text: ids differ between stacks.

One run says little about an answer that is right three times in five. A question that the baseline always had right
regressed when the majority is no longer right. One whose verdict already changed there regressed only when it is
right less often than that spread explains: more than two standard errors below the baseline's share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from .records import Evaluation
from .tally import Tally, tallies
from .words import GOOD, folded

Kind = Literal["same", "better", "worse", "new", "gone"]

STANDARD_ERRORS: Final = 2.0


@dataclass(frozen=True)
class Change:
    """One question here and in the baseline; None where it was not asked."""

    kind: Kind
    question: str
    before: Tally | None = None
    now: Tally | None = None


@dataclass(frozen=True)
class Baseline:
    """What is compared with, and how to call it: "prod, run of 2026-11-20"."""

    words: str
    evaluation: Evaluation


def compare(current: Evaluation, baseline: Baseline, *, right: frozenset[str] = frozenset({GOOD})) -> list[Change]:
    """Every question of both, in the order of the current ones; those gone come last.

    Args:
        right: the verdicts that count as right (NEEDS_REVIEW too, where the policy lets it pass).
    """
    before = {folded(each.question.text): each for each in tallies(baseline.evaluation) if each.counts}
    changes = []
    for now in tallies(current):
        held = before.pop(folded(now.question.text), None)
        kind: Kind = "new" if held is None else _kind(held, now, right)
        changes.append(Change(kind, now.question.text, held, now))
    if current.partial:
        return changes
    return changes + [Change("gone", held.question.text, held) for held in before.values()]


def _kind(before: Tally, now: Tally, right: frozenset[str]) -> Kind:
    was, is_ = before.verdict in right, now.verdict in right
    if _is_worse(before, now, right):
        return "worse"
    return "better" if is_ and not was else "same"


def _is_worse(before: Tally, now: Tally, right: frozenset[str]) -> bool:
    if not now.times or now.verdict in right:
        return False
    held, got = _right(before, right), _right(now, right)
    if held == before.times:
        return True
    pooled = (held + got) / (before.times + now.times)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before.times + 1 / now.times))
    return held / before.times - got / now.times > STANDARD_ERRORS * error


def _right(tally: Tally, right: frozenset[str]) -> int:
    return sum(tally.counts.get(verdict, 0) for verdict in right)
