"""gate: an evaluation and a policy → passed, failed, or not known.

Not known comes first: where the evidence is not whole, nothing is claimed of the space, neither good nor bad.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ..model.gate import Policy
from . import evidence
from .comparison import Baseline, Change, compare
from .records import Doubt, Evaluation
from .tally import Tally, tallies
from .words import BAD, GOOD, NEEDS_REVIEW, fits, many

Outcome = Literal["passed", "failed", "not known"]

EXIT_CODES: Final[dict[Outcome, int]] = {"passed": 0, "failed": 1, "not known": 3}


@dataclass(frozen=True)
class Judgement:
    """What the gate says of one space.

    Attributes:
        failures: what of the policy is not met, a sentence each.
        doubts: why it is not known; then the outcome is "not known" whatever the failures.
        notices: worth knowing, without a say.
        correct, counted: right answers, of those that count.
    """

    evaluation: Evaluation
    policy: Policy
    outcome: Outcome
    tallies: list[Tally] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    baseline: str = ""
    correct: int = 0
    counted: int = 0

    def passes(self, tally: Tally) -> bool:
        """Whether a question counts as right."""
        return tally.verdict in _right(self.policy) and not _fails_as_unstable(self.policy, tally)


def judge(evaluation: Evaluation, policy: Policy, baseline: Baseline | None = None) -> Judgement:
    """The judgement of one space."""
    all_tallies = tallies(evaluation)
    changes = compare(evaluation, baseline, right=_right(policy)) if baseline and evaluation.runs else []
    counting = [each for each in all_tallies if not (policy.needs_review == "ignore" and each.verdict == NEEDS_REVIEW)]
    right = [each for each in counting if each.verdict in _right(policy) and not _fails_as_unstable(policy, each)]
    doubts = [*evidence.doubts(evaluation), *_policy_doubts(policy, all_tallies, counting, baseline, changes)]
    failures = [*_failures(policy, all_tallies, len(right), len(counting)), *_regressions(policy, changes)]
    return Judgement(
        evaluation,
        policy,
        "not known" if doubts else "failed" if failures else "passed",
        all_tallies,
        failures,
        list(dict.fromkeys(doubts)),
        list(_notices(evaluation, all_tallies)),
        changes,
        baseline.words if baseline else "",
        len(right),
        len(counting),
    )


def outcome_of(judgements: Sequence[Judgement]) -> Outcome:
    """That of all spaces: one that failed is certain, whatever is not known of others; none at all is not known."""
    outcomes = {each.outcome for each in judgements}
    if "failed" in outcomes:
        return "failed"
    return "passed" if outcomes == {"passed"} else "not known"


def _right(policy: Policy) -> frozenset[str]:
    return frozenset({GOOD, NEEDS_REVIEW} if policy.needs_review == "pass" else {GOOD})


def _fails_as_unstable(policy: Policy, tally: Tally) -> bool:
    return policy.unstable == "fail" and tally.is_unstable


def _policy_doubts(
    policy: Policy, asked: list[Tally], counting: list[Tally], baseline: Baseline | None, changes: list[Change]
) -> Iterator[Doubt]:
    if not asked:
        return
    if not counting:
        yield Doubt("every question needs a person's review, and those are ignored", "review them in the UI")
    for pattern in policy.required:
        if not any(fits(pattern, each.question.text) for each in asked):
            near = difflib.get_close_matches(pattern, [each.question.text for each in asked], n=1, cutoff=0.5)
            hint = f"; did you mean “{near[0]}”?" if near else ""
            yield Doubt(f"the required question “{pattern}” was not asked{hint}", "correct `required` in the gate")
    if policy.no_regression and baseline is None:
        yield Doubt("there is nothing to compare with", "evaluate the baseline first, or name one with --baseline")
    elif policy.no_regression and changes and all(each.kind in ("new", "gone") for each in changes):
        yield Doubt("the baseline knows none of the questions", "name another one with --baseline")


def _failures(policy: Policy, asked: list[Tally], right: int, counted: int) -> Iterator[str]:
    waiting = sum(each.verdict == NEEDS_REVIEW for each in asked)
    enough = policy.min_correct * counted
    if counted and right < enough and (right + waiting < enough or policy.needs_review != "fail"):
        yield f"{right} of {counted} right, wanted are {policy.min_correct:.0%}"
    if waiting and policy.needs_review == "fail":
        yield f"{many(waiting, 'answer')} must be reviewed by a person"
    for each in asked:
        required = any(fits(pattern, each.question.text) for pattern in policy.required)
        if required and each.counts and each.verdict not in _right(policy):
            yield f"“{each.question.text}” is required and is not right"
        if _fails_as_unstable(policy, each):
            yield f"“{each.question.text}” is unstable: {each.spread}"


def _regressions(policy: Policy, changes: list[Change]) -> Iterator[str]:
    for each in changes:
        if policy.no_regression and each.kind == "worse" and each.before and each.now:
            before = each.before.spread or "right"
            yield f"“{each.question}” got worse: {each.now.spread or 'wrong'}, the baseline {before}"


def _notices(evaluation: Evaluation, asked: list[Tally]) -> Iterator[str]:
    proposals = [each for each in asked if each.question.is_proposal]
    if proposals:
        yield (
            f"{many(len(proposals), 'expected SQL')} {'is a proposal' if len(proposals) == 1 else 'are proposals'} "
            "that nobody has checked: counted as to be reviewed"
        )
    if any(each.verdict == NEEDS_REVIEW for each in asked):
        yield f"review on {evaluation.url} (Benchmarks); then `eval --last` counts what was said there, at no cost"
    if any(each.verdict == BAD and not each.has_majority for each in asked):
        yield "a question without a majority counts as wrong"
