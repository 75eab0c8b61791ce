"""github: workflow commands: an annotation for what is wrong or not known, in the spec where possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...errors import Place, shown
from ..gate import Judgement
from .text import closing
from .verdicts import said

Places = Mapping[tuple[str, str], Place]
"""(name of the space, text of the question) → where it stands; ("name", "") for the space itself."""


def render(judgements: Sequence[Judgement], places: Places | None = None) -> str:
    lines = [line for each in judgements for line in _space(each, places or {})]
    return "\n".join([*lines, closing(judgements)])


def _space(judgement: Judgement, places: Places) -> Iterator[str]:
    name = judgement.evaluation.name
    for doubt in judgement.doubts:
        yield _command("error", f"{name}: not known", f"{doubt.reason}\n{doubt.hint}".strip(), places.get((name, "")))
    if not judgement.doubts:
        for failure in judgement.failures:
            yield _command("error", f"{name}: failed", failure, places.get((name, "")))
    for tally in judgement.tallies:
        if tally.counts and (not judgement.passes(tally) or tally.is_unstable):
            level = "warning" if judgement.passes(tally) or judgement.outcome == "passed" else "error"
            place = places.get((name, tally.question.text)) or places.get((name, ""))
            yield _command(level, name, f"{tally.question.text}: {said(tally)}", place)


def _command(level: str, title: str, message: str, place: Place | None) -> str:
    at = f"file={_property(place.file)},line={place.line},col={place.column}," if place else ""
    return f"::{level} {at}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return "\n".join(map(shown, text.split("\n"))).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
