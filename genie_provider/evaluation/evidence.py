"""evidence: whether an evaluation proves anything at all. Fails closed: what is not shown to be whole, is not.

Passed means that every rule here holds: the runs ended as DONE, every question that was to be asked has one verdict
in every run, the workspace's counts agree with the verdicts, and the space stayed the same meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

from .records import Answer, Doubt, Evaluation, Run
from .words import DONE, GOOD, NEEDS_REVIEW, RUN_ENDS, VERDICTS, many

AGAIN = "evaluate again"


def doubts(evaluation: Evaluation) -> list[Doubt]:
    """Why the evaluation is not whole; empty if it is. Each once, in the order a person would look."""
    found = [*evaluation.doubts, *_of_space(evaluation)]
    for run in evaluation.runs:
        found += [*run.doubts, *_of_run(evaluation, run)]
    return list(dict.fromkeys(found))


def _of_space(evaluation: Evaluation) -> Iterator[Doubt]:
    if evaluation.doubts:
        return  # it did not come to runs, and the reason is told
    if not evaluation.asked:
        yield Doubt("no question was asked", "write benchmarks into the spec")
    if len(evaluation.runs) != evaluation.repeats:
        yield Doubt(f"{many(len(evaluation.runs), 'run')} of {evaluation.repeats} took place", AGAIN)
    if not evaluation.definition_after or evaluation.definition != evaluation.definition_after:
        known = "changed during the run" if evaluation.definition_after else "could not be read again after the run"
        yield Doubt(f"the space's definition {known}", "see who edits it, then evaluate again")


def _of_run(evaluation: Evaluation, run: Run) -> Iterator[Doubt]:
    if run.status != DONE:
        if not run.doubts:
            yield RUN_ENDS.get(
                run.status, Doubt(f"the run ended as {run.status or 'nothing'}, which nobody knows", AGAIN)
            )
        return
    if run.doubts:
        return
    asked = {each.question_id for each in evaluation.asked}
    if run.num_questions != len(asked):
        told = "does not say how many questions it asked" if run.num_questions is None else f"asked {run.num_questions}"
        yield Doubt(f"the run {told}, wanted were {len(asked)}", AGAIN)
    yield from _of_answers(evaluation, run, asked)
    yield from _of_counts(run)


def _of_answers(evaluation: Evaluation, run: Run, asked: set[str]) -> Iterator[Doubt]:
    by_id: dict[str, list[Answer]] = {}
    for answer in run.answers:
        by_id.setdefault(answer.question_id, []).append(answer)
    for question in evaluation.asked:
        answers = by_id.get(question.question_id, [])
        if len(answers) != 1:
            told = "has no row in the run" if not answers else f"has {len(answers)} rows in the run"
            yield Doubt(f"“{question.text}” {told}", AGAIN)
        for answer in answers[:1]:
            yield from _of_answer(question.text, answer)
    foreign = by_id.keys() - asked
    if foreign:
        yield Doubt(f"the run has {many(len(foreign), 'row')} of questions that were not asked", AGAIN)


def _of_answer(text: str, answer: Answer) -> Iterator[Doubt]:
    if answer.verdict not in VERDICTS:
        state = "" if answer.status in (DONE, "") else f" ({answer.status.lower().replace('_', ' ')})"
        told = f"the verdict {answer.verdict}, which nobody knows" if answer.verdict else f"no verdict{state}"
        yield Doubt(f"“{text}” has {told}", AGAIN)
    elif answer.manual:
        return  # a person has looked at it, expected SQL or not
    elif _expects_nothing(answer):
        yield Doubt(
            f"the expected SQL of “{text}” returns nothing, so any answer without rows would be right",
            "correct the expected SQL, or ask for something that has rows",
        )
    elif answer.expected_rows is not None and answer.expected_rows.error:
        yield Doubt(f"the expected SQL of “{text}” fails: {answer.expected_rows.error}", "correct the expected SQL")


def _expects_nothing(answer: Answer) -> bool:
    """By the workspace's word, or by the result where it shows one."""
    if "EMPTY_GOOD_SQL" in answer.reasons:
        return True
    rows = answer.expected_rows
    return rows is not None and not rows.error and rows.row_count == 0


def _of_counts(run: Run) -> Iterator[Doubt]:
    """Verdicts given by hand may not be in the workspace's counts: that many may be missing or too many."""
    given = [answer.verdict for answer in run.answers]
    by_hand = sum(answer.manual for answer in run.answers)
    for told, verdict, words in (
        (run.num_correct, GOOD, "right"),
        (run.num_needs_review, NEEDS_REVIEW, "to be reviewed"),
    ):
        if told is None and verdict == NEEDS_REVIEW:
            told = 0 if NEEDS_REVIEW not in given else None
        if told is None:
            yield Doubt(f"the run does not say how many answers are {words}", AGAIN)
        elif abs(told - given.count(verdict)) > by_hand:
            yield Doubt(f"the run counts {told} {words}, its verdicts say {given.count(verdict)}", AGAIN)
