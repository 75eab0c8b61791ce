"""records: one evaluation of one space, as it is stored: questions, runs, answers, what was in doubt.

Nothing in here judges. A record holds what the workspace said, so that a later version can judge it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone
from typing import Any, Final

FORMAT: Final = 1
"""Version of the stored form; raised when a reader of the older one would misread it."""

UNCHECKED: Final = "-- to be checked:"
"""How an expected SQL begins that is only a proposal: Genie's own answer, which nobody has looked at yet."""


@dataclass(frozen=True)
class Doubt:
    """Why something is not known, and what a person can do about it."""

    reason: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """A benchmark of the space; without `expected_sql` a person has to judge the answer."""

    question_id: str
    text: str
    expected_sql: str = ""

    @property
    def is_proposal(self) -> bool:
        return self.expected_sql.lstrip().startswith(UNCHECKED)


@dataclass(frozen=True)
class Rows:
    """A result as far as the workspace gave it; values are text, None for NULL."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    row_count: int | None = None
    error: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of one question in one run. `verdict` is the workspace's word, "" if it gave none."""

    question_id: str
    question: str
    status: str = ""
    verdict: str = ""
    reasons: list[str] = field(default_factory=list)
    manual: bool = False
    expected_sql: str = ""
    actual_sql: str = ""
    actual_text: str = ""
    expected_rows: Rows | None = None
    actual_rows: Rows | None = None


@dataclass(frozen=True)
class Run:
    """One run of the workspace. Counts are None where the workspace did not tell."""

    run_id: str
    status: str = ""
    started: str = ""
    seconds: float = 0.0
    num_questions: int | None = None
    num_correct: int | None = None
    num_needs_review: int | None = None
    answers: list[Answer] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True)
class Evaluation:
    """All runs of one space in one go.

    Attributes:
        name: the spec's, or the title for a space without one.
        definition: digest of the definition before the first run; `definition_after` that after the last.
        asked: the questions that were to be asked, in the order of their texts.
        partial: whether only some of the space's questions were asked.
        regressed: whether a gate refused it because it was worse than its baseline; then it never becomes one.
    """

    name: str
    title: str
    space_id: str
    url: str = ""
    stack: str = ""
    at: str = ""
    definition: str = ""
    definition_after: str = ""
    partial: bool = False
    repeats: int = 1
    regressed: bool = False
    asked: list[Question] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def now() -> str:
    """The time as records write it: 2026-11-21T14:03:07Z."""
    return f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def digest_of(body: Mapping[str, Any], warehouse_id: str) -> str:
    """What identifies a definition, however its lists of texts are split and its keys ordered."""
    text = json.dumps([_canonical(body), warehouse_id], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _canonical(value: Any) -> Any:
    """The workspace splits texts into lists of lines anew on every read, and orders entries with ids as it likes."""
    if isinstance(value, Mapping):
        return {key: _canonical(part) for key, part in value.items() if part not in (None, [], {}, "", False)}
    if isinstance(value, list):
        if all(isinstance(part, str) for part in value):
            return "".join(value)
        parts = [_canonical(part) for part in value]
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
    return value


def questions_of(body: Mapping[str, Any]) -> list[Question]:
    """The benchmarks of a definition, by text."""
    held = (body.get("benchmarks") or {}).get("questions") or []
    found = [Question(str(each.get("id", "")), _text(each.get("question")), _expected(each)) for each in held]
    return sorted(found, key=lambda question: question.text)


def _expected(entry: Mapping[str, Any]) -> str:
    return next((_text(each.get("content")) for each in entry.get("answer") or [] if each.get("format") == "SQL"), "")


def _text(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


# ── stored form ─────────────────────────────────────────────────────────────────────────────


def to_data(evaluation: Evaluation) -> dict[str, Any]:
    """The record as plain values; `format` says how to read it."""
    return {"format": FORMAT, **asdict(evaluation)}


def from_data(data: Mapping[str, Any]) -> Evaluation:
    """The record again.

    Raises:
        ValueError: not such a record, or of a later version.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"a saved evaluation of format {data.get('format')!r}; this version reads {FORMAT}")
    try:
        return Evaluation(
            **_known(Evaluation, data, "asked", "runs", "doubts"),
            asked=[Question(**_known(Question, each)) for each in data["asked"]],
            runs=[_run(each) for each in data["runs"]],
            doubts=[Doubt(**_known(Doubt, each)) for each in data["doubts"]],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a saved evaluation: {error}") from None


def _run(data: Mapping[str, Any]) -> Run:
    return Run(
        **_known(Run, data, "answers", "doubts"),
        answers=[_answer(each) for each in data["answers"]],
        doubts=[Doubt(**_known(Doubt, each)) for each in data["doubts"]],
    )


def _answer(data: Mapping[str, Any]) -> Answer:
    expected, actual = _rows(data.get("expected_rows")), _rows(data.get("actual_rows"))
    plain = _known(Answer, data, "expected_rows", "actual_rows")
    return Answer(**plain, expected_rows=expected, actual_rows=actual)


def _rows(data: Mapping[str, Any] | None) -> Rows | None:
    return None if data is None else Rows(**_known(Rows, data))


def _known(kind: type[Any], data: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    names = {each.name for each in fields(kind)} - set(left_out)
    return {name: value for name, value in data.items() if name in names}
