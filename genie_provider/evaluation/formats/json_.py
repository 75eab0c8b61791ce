"""json_: everything, for programs. The schema is in docs/evaluation.md; `--baseline FILE` reads this form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from ..gate import EXIT_CODES, Judgement, outcome_of
from ..records import to_data
from ..tally import Tally

SCHEMA: Final = "genie/eval/1"


def render(judgements: Sequence[Judgement]) -> str:
    return json.dumps(report(judgements), ensure_ascii=False, indent=2)


def report(judgements: Sequence[Judgement]) -> dict[str, Any]:
    outcome = outcome_of(judgements)
    return {
        "schema": SCHEMA,
        "outcome": outcome,
        "exit_code": EXIT_CODES[outcome],
        "spaces": [_space(each) for each in judgements],
    }


def _space(judgement: Judgement) -> dict[str, Any]:
    kinds = {change.question: change.kind for change in judgement.changes}
    return {
        "name": judgement.evaluation.name,
        "space_id": judgement.evaluation.space_id,
        "outcome": judgement.outcome,
        "correct": judgement.correct,
        "counted": judgement.counted,
        "failures": judgement.failures,
        "not_known": [asdict(each) for each in judgement.doubts],
        "notices": judgement.notices,
        "policy": asdict(judgement.policy),
        "baseline": judgement.baseline or None,
        "questions": [_question(each, kinds.get(each.question.text)) for each in judgement.tallies],
        "no_longer_asked": [each.question for each in judgement.changes if each.kind == "gone"],
        "evaluation": to_data(judgement.evaluation),
    }


def _question(tally: Tally, kind: str | None) -> dict[str, Any]:
    return {
        "question": tally.question.text,
        "question_id": tally.question.question_id,
        "verdict": tally.verdict or None,
        "counts": tally.counts,
        "unstable": tally.is_unstable,
        "reasons": tally.answer.reasons if tally.answer else [],
        "against_baseline": kind,
    }
