"""benchmarks: what `eval --format json` wrote, as far as a review tells it: right answers before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import GenieError
from .data import Benchmarks

SCHEMA: Final = "genie/eval/1"
_RIGHT: Final = "GOOD"


def benchmarks_of(document: Mapping[str, Any], name: str) -> list[Benchmarks]:
    """The spaces of one evaluation.

    Raises:
        GenieError: it is no evaluation, or of a version that is not known here.
    """
    if document.get("schema") != SCHEMA:
        raise GenieError(f"{name}: not an evaluation of the kind {SCHEMA}; `genie eval --save FILE` writes one")
    return [_benchmarks(space) for space in document.get("spaces") or []]


def _benchmarks(space: Mapping[str, Any]) -> Benchmarks:
    questions = space.get("questions") or []
    compared = [each for each in questions if each.get("against_baseline") in ("same", "better", "worse")]
    worse = tuple(str(each.get("question")) for each in questions if each.get("against_baseline") == "worse")
    return Benchmarks(
        str(space.get("name", "")),
        str(space.get("outcome", "not known")),
        int(space.get("correct") or 0),
        int(space.get("counted") or 0),
        sum(map(_was_right, compared)) if space.get("baseline") and compared else None,
        worse,
        tuple(str(each.get("reason", "")) for each in space.get("not_known") or []),
    )


def _was_right(question: Mapping[str, Any]) -> bool:
    kind = question.get("against_baseline")
    return kind == "worse" or (kind == "same" and question.get("verdict") == _RIGHT)
