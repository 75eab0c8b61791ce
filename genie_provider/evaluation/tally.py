"""tally: the verdicts of a question over all repeats: the majority and the spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .records import Answer, Evaluation, Question
from .words import BAD, GOOD, NEEDS_REVIEW, VERDICTS


@dataclass(frozen=True)
class Tally:
    """One question over all repeats.

    Attributes:
        counts: verdict → how often, in the order GOOD, BAD, NEEDS_REVIEW; only those that were given.
        verdict: the one that more than half of the runs gave; BAD where none did.
        answer: the one worth looking at: the last that has the verdict; of an unstable question the last not right.
    """

    question: Question
    counts: dict[str, int] = field(default_factory=dict)
    verdict: str = ""
    answer: Answer | None = None

    @property
    def times(self) -> int:
        return sum(self.counts.values())

    @property
    def right(self) -> int:
        return self.counts.get(GOOD, 0)

    @property
    def is_unstable(self) -> bool:
        """Whether the verdict changed between repeats."""
        return len(self.counts) > 1

    @property
    def has_majority(self) -> bool:
        return any(2 * count > self.times for count in self.counts.values())

    @property
    def spread(self) -> str:
        """ "3 of 5 right" where it was asked more than once."""
        return f"{self.right} of {self.times} right" if self.times > 1 else ""


def tallies(evaluation: Evaluation) -> list[Tally]:
    """Every question that was asked, by text; one without any verdict has no counts."""
    by_question: dict[str, list[Answer]] = {}
    for run in evaluation.runs:
        for answer in run.answers:
            by_question.setdefault(answer.question_id, []).append(answer)
    return [_tally(each, by_question.get(each.question_id, [])) for each in evaluation.asked]


def _tally(question: Question, answers: list[Answer]) -> Tally:
    given = [(answer, _counted(question, answer)) for answer in answers]
    counted = Counter(verdict for _, verdict in given if verdict in VERDICTS)
    counts = {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}
    verdict = _majority(counts)
    unstable_but_right = len(counts) > 1 and verdict == GOOD
    fits = [answer for answer, each in given if (each != GOOD if unstable_but_right else each == verdict)]
    shown = fits or answers
    return Tally(question, counts, verdict, shown[-1] if shown else None)


def _counted(question: Question, answer: Answer) -> str:
    """A proposal is Genie's own answer: that Genie repeats itself proves nothing."""
    if question.is_proposal and answer.verdict == GOOD and not answer.manual:
        return NEEDS_REVIEW
    return answer.verdict


def _majority(counts: dict[str, int]) -> str:
    times = sum(counts.values())
    return next((verdict for verdict, count in counts.items() if 2 * count > times), BAD if counts else "")
