"""text: a table of spaces, then every question that is not plainly right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...errors import shown
from ..gate import Judgement, outcome_of
from ..records import Rows
from ..sql_difference import side_by_side
from ..tally import Tally
from ..words import BAD, GOOD, NEEDS_REVIEW, many, reason
from .verdicts import WORDS

ROWS_SHOWN: Final = 5


def render(judgements: Sequence[Judgement]) -> str:
    lines = [*_table(judgements)]
    for each in judgements:
        lines += _space(each)
    return shown("\n".join([*lines, "", closing(judgements)]))


def closing(judgements: Sequence[Judgement]) -> str:
    """One line for all: "not passed: 1 space failed, 2 are not known"."""
    counts = [(sum(each.outcome == name for each in judgements), name) for name in ("passed", "failed", "not known")]
    parts = ", ".join(f"{many(count, 'space')} {name}" for count, name in counts if count)
    return f"{outcome_of(judgements)}: {parts or 'no space was evaluated'}"


def _table(judgements: Sequence[Judgement]) -> Iterator[str]:
    rows = [("space", "right", "wrong", "review", "unstable", "worse", "result")]
    for each in judgements:
        verdicts = [tally.verdict for tally in each.tallies]
        rows.append(
            (
                each.evaluation.name,
                f"{verdicts.count(GOOD)}/{len(verdicts)}",
                str(verdicts.count(BAD) or "-"),
                str(verdicts.count(NEEDS_REVIEW) or "-"),
                str(sum(tally.is_unstable for tally in each.tallies) or "-"),
                str(sum(change.kind == "worse" for change in each.changes) or "-") if each.baseline else "",
                each.outcome.upper() if each.outcome != "passed" else "passed",
            )
        )
    used = [at for at in range(7) if at != 5 or any(row[5] for row in rows[1:])]
    widths = {at: max(len(row[at]) for row in rows) for at in used}
    for row in rows:
        cells = [row[at].ljust(widths[at]) if at in (0, 6) else row[at].rjust(widths[at]) for at in used]
        yield "  ".join(cells).rstrip()


def _space(judgement: Judgement) -> Iterator[str]:
    worth = [each for each in judgement.tallies if each.verdict != GOOD or each.is_unstable]
    gone = [each for each in judgement.changes if each.kind == "gone"]
    if not (worth or gone or judgement.failures or judgement.doubts or judgement.notices):
        return
    yield ""
    yield f"{judgement.evaluation.name}: {judgement.outcome}"
    for doubt in judgement.doubts:
        yield f"  not known: {doubt.reason}"
        if doubt.hint:
            yield f"    {doubt.hint}"
    label = "failed" if judgement.outcome == "failed" else "besides"
    yield from (f"  {label}: {each}" for each in judgement.failures)
    yield from (f"  {each}" for each in judgement.notices)
    kinds = {change.question: change.kind for change in judgement.changes}
    for tally in worth:
        yield from _question(tally, kinds.get(tally.question.text, ""), judgement)
    for each in gone:
        yield f"  no longer asked: {each.question}"


def _question(tally: Tally, kind: str, judgement: Judgement) -> Iterator[str]:
    yield ""
    marks = [WORDS[tally.verdict]]
    if tally.is_unstable:
        marks.append(f"unstable, {tally.spread}")
    if kind in ("worse", "better", "new") and judgement.baseline:
        marks.append({"worse": "worse than", "better": "better than", "new": "not in"}[kind] + f" {judgement.baseline}")
    yield f"  {tally.question.text}  [{'; '.join(marks)}]"
    answer = tally.answer
    if answer is None:
        return
    yield from (f"    {reason(code)}" for code in answer.reasons)
    if answer.manual:
        yield "    judged by a person"
    if tally.verdict == GOOD:
        yield "    an answer that was not right:"
    if answer.actual_sql and answer.expected_sql:
        heads = side_by_side("expected", "actual")
        yield from (
            f"    {line}"
            for line in [heads[0].replace("|", " "), *side_by_side(answer.expected_sql, answer.actual_sql)]
        )
    elif answer.actual_sql or answer.actual_text:
        yield from (f"    {line}" for line in (answer.actual_sql or answer.actual_text).splitlines())
    yield from _results("expected", answer.expected_rows)
    yield from _results("actual", answer.actual_rows)


def _results(side: str, rows: Rows | None) -> Iterator[str]:
    if rows is None:
        return
    if rows.error:
        yield f"    {side} result: it failed: {rows.error}"
        return
    count = len(rows.rows) if rows.row_count is None else rows.row_count
    yield f"    {side} result: {many(count, 'row')}"
    if rows.rows:
        yield f"      {' | '.join(rows.columns)}"
    for row in rows.rows[:ROWS_SHOWN]:
        yield f"      {' | '.join('NULL' if cell is None else str(cell) for cell in row)}"
    if count > ROWS_SHOWN and rows.rows:
        yield f"      … {count - min(len(rows.rows), ROWS_SHOWN)} more"
