"""words: what the workspace's codes mean, in plain words."""

from __future__ import annotations

import re
from typing import Final

from .records import Doubt

GOOD, BAD, NEEDS_REVIEW = "GOOD", "BAD", "NEEDS_REVIEW"
VERDICTS: Final = (GOOD, BAD, NEEDS_REVIEW)

UNDER_WAY: Final = frozenset({"NOT_STARTED", "RUNNING", "EVALUATION_STATUS_TYPE_UNSPECIFIED", ""})
DONE: Final = "DONE"
ENDED_BADLY: Final = frozenset({"EVALUATION_FAILED", "EVALUATION_CANCELLED", "EVALUATION_TIMEOUT"})

REASONS: Final = {
    "EMPTY_RESULT": "the answer's SQL returns nothing, or fails",
    "RESULT_MISSING_ROWS": "rows are missing from the answer",
    "RESULT_EXTRA_ROWS": "the answer has rows too many",
    "RESULT_MISSING_COLUMNS": "columns are missing from the answer",
    "RESULT_EXTRA_COLUMNS": "the answer has columns too many",
    "SINGLE_CELL_DIFFERENCE": "the one value asked for is another",
    "COLUMN_TYPE_DIFFERENCE": "a column has another type",
    "EMPTY_GOOD_SQL": "the expected SQL returns nothing",
    "FORMATTING_ERROR": "the answer is in the wrong form",
    "INCOMPLETE_OR_PARTIAL_OUTPUT": "the answer is not whole",
    "INCORRECT_FUNCTION_USAGE": "a function is used wrongly",
    "INCORRECT_METRIC_CALCULATION": "a metric is computed wrongly",
    "INCORRECT_TABLE_OR_FIELD_USAGE": "the wrong table or column",
    "INSTRUCTION_COMPLIANCE_OR_MISSING_BUSINESS_LOGIC": "an instruction or a business rule is not followed",
    "MISINTERPRETATION_OF_USER_REQUEST": "the question is misunderstood",
    "MISSING_OR_INCORRECT_AGGREGATION": "an aggregation is missing or wrong",
    "MISSING_OR_INCORRECT_FILTER": "a filter is missing or wrong",
    "MISSING_OR_INCORRECT_JOIN": "a join is missing or wrong",
    "OTHER": "the judge gives no closer reason",
    "MISSING_JOIN": "a join is missing",
    "WRONG_FILTER": "a filter is wrong",
    "WRONG_AGGREGATION": "an aggregation is wrong",
    "WRONG_COLUMNS": "the wrong columns",
    "SYNTAX_ERROR": "the SQL has a syntax error",
    "SEMANTIC_ERROR": "the SQL does something else",
}
"""ScoreReason → words; those of a judge come with the prefix LLM_JUDGE_."""

RUN_ENDS: Final = {
    "EVALUATION_FAILED": Doubt(
        "the workspace's run failed",
        "see that the space answers in the UI and that its warehouse starts, then evaluate again",
    ),
    "EVALUATION_CANCELLED": Doubt("somebody cancelled the run", "evaluate again"),
    "EVALUATION_TIMEOUT": Doubt(
        "the workspace's run took too long for the workspace",
        "evaluate again, or fewer questions at once with --question",
    ),
}


def reason(code: str) -> str:
    """A ScoreReason in words; one that nobody knows is shown as it is."""
    return REASONS.get(code.removeprefix("LLM_JUDGE_"), code.lower().replace("_", " "))


def many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def span(seconds: float) -> str:
    """A duration for people: 40 s, 7 min, 2 h 5 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def fits(pattern: str, question: str) -> bool:
    """Whether a question fits a pattern: `*` any text; case and runs of space do not matter.

    `?` is a plain letter here: questions end in one.
    """
    wanted = ".*".join(re.escape(part) for part in folded(pattern).split("*"))
    return re.fullmatch(wanted, folded(question)) is not None


def folded(question: str) -> str:
    """A question as it is compared between stacks: ids differ there, texts do not."""
    return " ".join(question.split()).casefold()
