"""plain: a review for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator

from ...text import shown
from ..data import EntryChange, Review, SpaceReview
from . import sentences
from .values import diff_lines


def render(review: Review) -> str:
    return "\n".join(_lines(review)) + "\n"


def _lines(review: Review) -> Iterator[str]:
    yield f"{review.stack}: {', '.join(part for part, _ in sentences.headline(review))}"
    for finding in review.findings:
        yield from _indented(f"{finding.severity}: {finding.message}", "  ")
    for space in review.spaces:
        if space.op != "same" or space.findings:
            yield from _space(space)
    for other, count in review.others.items():
        yield f"  {count} × {shown(other)}"
    if review.edited:
        yield from ("", sentences.ui_edit_words(review), f"  {sentences.pull_line(review)}")
    if review.benchmarks:
        yield from ("", "Benchmarks:")
    for each in review.benchmarks:
        before, after, worse, outcome = sentences.benchmark_cells(each)
        was = f" (before: {before})" if before else ""
        yield f"  {shown(each.name)}: {after} right{was}, {outcome}{f', worse: {worse}' if worse else ''}"
        yield from (f"    worse: {shown(question)}" for question in each.worse)
    yield ""
    yield "  ".join(f"{word} {shown(value)}" for word, value in sentences.footer(review))


def _space(space: SpaceReview) -> Iterator[str]:
    title = f" ({shown(space.title)})" if space.title and space.title != space.name else ""
    what = sentences.whole_words(space) if space.op in ("create", "delete") else ""
    yield f"{sentences.SIGNS[space.op]} {space.name}{title}{f': {what}' if what else ''}"
    for finding in space.findings:
        yield from _indented(f"{finding.severity}: {finding.message}", "    ")
    for entry in space.entries:
        yield from (f"    {line}" for line in entry_lines(entry))


def entry_lines(entry: EntryChange) -> Iterator[str]:
    """One entry in words, and its difference below."""
    before, name, after = sentences.entry_line(entry)
    quoted = f'"{name}"' if name else ""
    yield " ".join(part for part in (before, quoted, after) if part)
    yield from (f"  {sign} {text}".rstrip() for sign, text in diff_lines(entry))


def _indented(text: str, pad: str) -> Iterator[str]:
    return (f"{pad}{line}" for line in shown(text).splitlines())
