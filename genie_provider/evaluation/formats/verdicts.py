"""verdicts: a question's verdict in words, as every format says it."""

from __future__ import annotations

from typing import Final

from ..tally import Tally
from ..words import BAD, GOOD, NEEDS_REVIEW, reason

WORDS: Final = {GOOD: "right", BAD: "WRONG", NEEDS_REVIEW: "to be reviewed", "": "no verdict"}


def said(tally: Tally) -> str:
    """The verdict, its spread and its reasons on one line: "wrong; unstable, 1 of 3 right; rows are missing"."""
    reasons = [reason(code) for code in tally.answer.reasons] if tally.answer else []
    spread = [f"unstable, {tally.spread}"] if tally.is_unstable else []
    return "; ".join([WORDS[tally.verdict].lower(), *spread, *reasons])
