"""sentences: the parts of a review that are the same in every form, without markup."""

from __future__ import annotations

import shlex
from typing import Final

from ..data import Benchmarks, EntryChange, Review, SpaceReview
from ..words import many

SIGNS: Final = {"create": "+", "update": "~", "delete": "-", "same": "="}
DONE: Final = {"create": "new", "update": "changed", "delete": "to be trashed", "same": "as it is"}


def headline(review: Review) -> list[tuple[str, bool]]:
    """The counts, each with whether it is to be loud."""
    if review.failed:
        return [("the preview failed", True)]
    trashed, new, changed = (len(review.by(op)) for op in ("delete", "create", "update"))
    parts = [(f"{many(trashed, 'space')} to be trashed", True)] if trashed else []
    parts += [(f"{many(changed, 'space')} {'changes' if changed == 1 else 'change'}", False)] if changed else []
    parts += [(f"{new} new", False)] if new else []
    parts += [(f"{len(review.edited)} edited in the UI", True)] if review.edited else []
    worse = sum(len(each.worse) for each in review.benchmarks)
    parts += [(f"{many(worse, 'benchmark')} worse", True)] if worse else []
    others = sum(review.others.values())
    parts += [(many(others, "other resource"), False)] if others else []
    return parts or [("nothing changes", False)]


def ui_edit_words(review: Review) -> str:
    """What becomes of the UI edits."""
    fate = "the update stops at these spaces" if review.stops else "the update undoes this"
    return f"Edited in the UI since the last up; {fate}. To keep it, take it into the specs before:"


def pull_line(review: Review) -> str:
    names = " ".join(shlex.quote(space.name) for space in review.edited)
    return f"genie pull {names} --stack {review.stack}"


def entry_line(entry: EntryChange) -> tuple[str, str, str]:
    """Our words, somebody's name, our words; with who made the change where it was not the spec alone."""
    whose = {"ui": " (edited in the UI)", "both": " (edited in the UI and in the spec)", "spec": ""}[entry.author]
    return entry.words.before, entry.words.name, f"{entry.words.after}{whose}".strip()


def whole_words(space: SpaceReview) -> str:
    """What a new or trashed space holds."""
    holds = ", ".join(f"{count:,} {noun if count != 1 else noun[:-1]}" for noun, count in space.counts.items())
    if space.op == "delete":
        return f"goes to the workspace's trash ({holds})" if holds else "goes to the workspace's trash"
    return holds or "without entries"


def benchmark_cells(each: Benchmarks) -> list[str]:
    before = "" if each.before is None else f"{each.before} of {each.asked}"
    return [
        before,
        f"{each.right} of {each.asked}",
        many(len(each.worse), "question") if each.worse else "",
        each.outcome,
    ]


def footer(review: Review) -> list[tuple[str, str]]:
    """Where all of this comes from: (word, value)."""
    commit = f"{review.commit[:12]}{' and changes that no commit has' if review.dirty else ''}" if review.commit else ""
    rows = [
        ("stack", "/".join(part for part in (review.project, review.stack) if part)),
        ("workspace", review.workspace),
        ("commit", commit),
        ("plan", review.plan),
        ("looked", review.at),
    ]
    return [(word, value) for word, value in rows if value]
