"""markdown: what a pull request shows: a table, and what is not right behind a fold."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..gate import Judgement, outcome_of
from ..sql_difference import unified
from ..tally import Tally
from ..words import BAD, GOOD, NEEDS_REVIEW, reason
from .text import closing
from .verdicts import WORDS

SIGNS: Final = {"passed": "✅", "failed": "❌", "not known": "❔"}
MOST_BYTES: Final = 60_000
"""A comment on GitHub holds 65,536 characters; what is cut off says so."""


def render(judgements: Sequence[Judgement]) -> str:
    outcome = outcome_of(judgements)
    lines = [
        f"### {SIGNS[outcome]} Genie benchmarks: {closing(judgements).partition(': ')[2]}",
        "",
        *_table(judgements),
    ]
    for each in judgements:
        lines += _space(each)
    return _cut("\n".join(lines))


def _table(judgements: Sequence[Judgement]) -> Iterator[str]:
    yield "| space | right | wrong | to be reviewed | unstable | compared | result |"
    yield "|---|--:|--:|--:|--:|---|---|"
    for each in judgements:
        verdicts = [tally.verdict for tally in each.tallies]
        link = (
            f"[{_cell(each.evaluation.name)}]({each.evaluation.url})"
            if each.evaluation.url
            else _cell(each.evaluation.name)
        )
        unstable = sum(tally.is_unstable for tally in each.tallies)
        counts = [
            f"{verdicts.count(GOOD)}/{len(verdicts)}",
            verdicts.count(BAD),
            verdicts.count(NEEDS_REVIEW),
            unstable,
        ]
        cells = [link, *map(str, counts), _compared(each), f"{SIGNS[each.outcome]} {each.outcome}"]
        yield f"| {' | '.join(cells)} |"


def _compared(judgement: Judgement) -> str:
    kinds = [each.kind for each in judgement.changes]
    parts = [f"{kinds.count(kind)} {kind}" for kind in ("worse", "better", "new", "gone") if kind in kinds]
    return (", ".join(parts) or "same") + f" ({_cell(judgement.baseline)})" if judgement.baseline else ""


def _space(judgement: Judgement) -> Iterator[str]:
    worth = [each for each in judgement.tallies if each.verdict != GOOD or each.is_unstable]
    said = [f"- **not known**: {_inline(each.reason)} {_inline(each.hint)}".rstrip() for each in judgement.doubts]
    said += [f"- {_inline(each)}" for each in [*judgement.failures, *judgement.notices]]
    if not (worth or said):
        return
    yield from ("", f"**{_inline(judgement.evaluation.name)}**", "", *said)
    kinds = {change.question: change.kind for change in judgement.changes}
    for tally in worth:
        yield from _question(tally, kinds.get(tally.question.text, ""))


def _question(tally: Tally, kind: str) -> Iterator[str]:
    marks = [WORDS[tally.verdict].lower()]
    marks += [f"unstable, {tally.spread}"] if tally.is_unstable else []
    marks += [kind] if kind in ("worse", "better", "new") else []
    yield ""
    yield f"<details><summary>{_inline(tally.question.text)}: <b>{'; '.join(marks)}</b></summary>"
    yield ""
    answer = tally.answer
    if answer is not None:
        yield from (f"- {_inline(reason(code))}" for code in answer.reasons)
        if answer.expected_sql and answer.actual_sql:
            yield from ("", "```diff", *map(_fenced, unified(answer.expected_sql, answer.actual_sql)), "```")
        elif answer.actual_sql or answer.actual_text:
            yield from ("", "```", *map(_fenced, (answer.actual_sql or answer.actual_text).splitlines()), "```")
    yield ""
    yield "</details>"


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")


def _inline(text: str) -> str:
    """Data of the workspace as one line of text: no markup, no mention of anybody."""
    line = html.escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_\[\]#])", r"\\\1", line).replace("@", "@\u200b")


def _fenced(line: str) -> str:
    """A line inside a fence: three back-ticks in it would end the fence."""
    return line.replace("```", "`\u200b``")


def _cut(text: str) -> str:
    if len(text.encode()) <= MOST_BYTES:
        return text
    kept = text.encode()[:MOST_BYTES].decode("utf-8", "ignore").rpartition("\n<details>")[0]
    return f"{kept}\n\n_The rest is too long for a comment; see the saved evaluation._"
