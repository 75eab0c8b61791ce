"""markdown: a review as the comment of a pull request, on GitHub, GitLab and Azure DevOps.

Whatever came from a workspace or a spec stands in `<code>` with every mark as an entity, or in a fence longer than
any it holds: the three systems look for `@somebody`, `#123`, `:tada:` and `$formulas$` in neither. A comment that
would be too long leaves out whole entries, the largest first; the deletions and the names of all spaces always stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from ...text import shown
from ..data import EntryChange, Finding, Review, SpaceReview
from ..words import many
from . import sentences
from .values import diff_lines

LIMITS: Final = {"github": 65_536, "gitlab": 1_000_000, "azure": 150_000}
"""Characters of one comment: GitHub and GitLab refuse longer ones, Azure DevOps documents its own."""

_SPARE: Final = 500
_ENTITIES: Final = {
    **{
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "@": "&commat;",
        "#": "&num;",
        "|": "&vert;",
        "*": "&ast;",
    },
    **{"_": "&lowbar;", "`": "&grave;", "[": "&lsqb;", "]": "&rsqb;", "!": "&excl;", "$": "&dollar;", "\\": "&bsol;"},
    **{":": "&colon;", "~": "&#126;", "(": "&lpar;", ")": "&rpar;", "{": "&lcub;", "}": "&rcub;", "^": "&Hat;"},
}
_MARKS: Final = re.compile(f"[{re.escape(''.join(_ENTITIES))}]")
_CELL_ENTRIES: Final = (1000, 20, 8, 3, 0)
"""How many entries a row of the table names, tried until the table takes no more than its share."""
_TABLE_SHARE: Final = 0.6


def marker(review: Review) -> str:
    """What our own comment begins with; no two stacks have the same."""
    words = "/".join(part for part in (review.project, review.stack) if part)
    return f"<!-- genie-report {quote(words, safe='/')} -->"


def render(review: Review, form: str, *, limit: int | None = None) -> str:
    """The comment, with its marker.

    Args:
        form: "github", "gitlab" or "azure".
    """
    room = (limit or LIMITS[form]) - _SPARE
    loud = form != "azure"
    head = "\n".join([marker(review), *_head(review), *_trashed(review, loud), *_edited(review, loud)])
    foot = "\n".join(_footer(review))
    table = _table(review, int((room - size(head) - size(foot)) * _TABLE_SHARE))
    notes = "\n".join([*_findings(review, loud), *_benchmarks(review)])
    fixed = size(head) + size(table) + size(foot) + 8
    if fixed + size(notes) > room:
        notes = _cut(notes, room - fixed)
    folds = _folds(review, room - fixed - size(notes))
    return "\n".join(part for part in (head, table, notes, folds, foot) if part) + "\n"


def size(text: str) -> int:
    """Characters as the systems count them: those beyond the Basic Multilingual Plane are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def code(text: str) -> str:
    """Somebody's text within a line."""
    line = " ".join(shown(text).split()).replace("www.", "www&period;")
    escaped = _MARKS.sub(lambda match: _ENTITIES[match[0]], line.replace("www&period;", "www\0"))
    return f"<code>{escaped.replace('www' + chr(0), 'www&period;') or ' '}</code>"


# ── what always stays ───────────────────────────────────────────────────────────────────────


def _head(review: Review) -> Iterator[str]:
    parts = ", ".join(f"**{part}**" if loud else part for part, loud in sentences.headline(review))
    yield f"### Genie spaces of {code(review.stack)}: {parts}"
    yield ""


def _trashed(review: Review, loud: bool) -> Iterator[str]:
    trashed = review.by("delete")
    if trashed:
        yield from _alert("CAUTION", loud, "**To be trashed**, with everybody's conversations: ")
        for space in trashed:
            title = f" ({code(space.title)})" if space.title not in ("", space.name) and len(trashed) <= 50 else ""
            yield f"> - {code(space.name)}{title}"
        yield ""


def _edited(review: Review, loud: bool) -> Iterator[str]:
    if not review.edited:
        return
    yield from _alert("WARNING", loud, sentences.ui_edit_words(review))
    yield (
        f"> {code(sentences.pull_line(review))}"
        if len(review.edited) <= 20
        else (f"> {code(f'genie pull --stack {review.stack}')} ({many(len(review.edited), 'space')})")
    )
    yield ""


def _alert(kind: str, loud: bool, words: str) -> Iterator[str]:
    yield from ([f"> [!{kind}]"] if loud else [])
    yield f"> {words}"
    yield ">"


def _table(review: Review, room: int) -> str:
    rows = review.by("delete", "create", "update")
    if not rows and not review.others:
        return ""
    for most in _CELL_ENTRIES:
        lines = ["| space | | entries |", "|---|---|---|", *(_row(space, most) for space in rows)]
        lines += [f"| | {count} × | {code(other)} |" for other, count in review.others.items()]
        text = "\n".join([*lines, ""])
        if size(text) <= room:
            return text
    return _names_alone(rows, room)


def _names_alone(rows: Sequence[SpaceReview], room: int) -> str:
    """So many spaces that only their names have room, or not even those; the trashed ones stand above already."""
    parts = []
    for op in ("delete", "create", "update"):
        names = [code(space.name) for space in rows if space.op == op]
        kept: list[str] = []
        for name in names:
            room -= size(name) + 2
            if room < 0:
                kept.append(f"and {len(names) - len(kept)} more")
                break
            kept.append(name)
        if names:
            parts.append(f"**{len(names)} {sentences.DONE[op]}**: {', '.join(kept)}\n")
    return "\n".join(parts)


def _row(space: SpaceReview, most: int) -> str:
    done = sentences.DONE[space.op]
    what = f"**{done}**" if space.op == "delete" else done
    if not space.entries:
        return f"| {_link(space, most)} | {what} | {sentences.whole_words(space)} |"
    named = [_entry_words(entry) for entry in space.entries[:most]]
    more = len(space.entries) - len(named)
    if more:
        named.append(f"and {more} more" if named else many(more, "entry", "entries"))
    return f"| {_link(space, most)} | {what} | {'<br>'.join(named)} |"


def _link(space: SpaceReview, most: int) -> str:
    """The name; with the space's address, where there is room for addresses."""
    parts = urlsplit(space.url)
    if not most or parts.scheme not in ("http", "https") or re.search(r"[\s()<>|\\]", space.url):
        return code(space.name)
    return f"[{code(space.name)}]({space.url})"


def _entry_words(entry: EntryChange) -> str:
    before, name, after = sentences.entry_line(entry)
    return " ".join(part for part in (_own(before), code(name) if name else "", _own(after)) if part)


def _own(words: str) -> str:
    """Words of ours, which may hold the key of a tag or right."""
    return _MARKS.sub(lambda match: match[0] if match[0] in "()" else _ENTITIES[match[0]], shown(words))


def _footer(review: Review) -> Iterator[str]:
    yield f"<sub>{' · '.join(f'{word} {code(value)}' for word, value in sentences.footer(review))}</sub>"


# ── what is left out where there is no room ─────────────────────────────────────────────────


def _findings(review: Review, loud: bool) -> Iterator[str]:
    found: list[tuple[str, Finding]] = [("", each) for each in review.findings]
    found += [(space.name, each) for space in review.spaces for each in space.findings]
    for severity, kind in (("error", "CAUTION"), ("warning", "WARNING")):
        for name, each in (pair for pair in found if pair[1].severity == severity):
            yield from ([f"> [!{kind}]"] if loud else [])
            said = [] if loud else [f"**{severity}**"]
            yield f"> {' '.join([*said, *([code(name)] if name else [])])}".rstrip()
            yield from (f"> <br>{code(line)}" for line in each.message.splitlines() if line.strip())
            yield ""


def _benchmarks(review: Review) -> Iterator[str]:
    if not review.benchmarks:
        return
    yield "| benchmarks of | before | after | worse | |"
    yield "|---|--:|--:|---|---|"
    for each in review.benchmarks:
        yield f"| {code(each.name)} | {' | '.join(sentences.benchmark_cells(each))} |"
    yield ""
    yield from (f"- worse: {code(question)}" for each in review.benchmarks for question in each.worse)
    yield from (f"- not known: {code(doubt)}" for each in review.benchmarks for doubt in each.doubts)
    yield ""


@dataclass
class _Fold:
    """The entries of one space behind a fold; `blocks` that are None are left out."""

    space: SpaceReview
    blocks: list[str | None] = field(default_factory=list)

    def text(self) -> str:
        kept = [block for block in self.blocks if block is not None]
        left = len(self.blocks) - len(kept)
        if not kept:
            return ""
        count = many(len(self.blocks), "entry", "entries")
        out = f"\n*{many(left, 'entry', 'entries')} left out: too long for one comment.*\n" if left else ""
        return f"<details><summary>{code(self.space.name)}: {count}</summary>\n\n{''.join(kept)}{out}\n</details>\n"


def _folds(review: Review, room: int) -> str:
    folds = [_Fold(space, [_block(entry) for entry in space.entries]) for space in review.spaces if space.entries]
    whole = [each.text() for each in folds]
    if sum(map(size, whole)) + len(whole) <= room:
        return "\n".join(whole)
    _leave_out(folds, room - _SPARE)
    left = sum(block is None for each in folds for block in each.blocks)
    note = f"*{many(left, 'entry', 'entries')} left out here, the largest first: too long for one comment. "
    return "\n".join([*(text for each in folds if (text := each.text())), f"{note}`genie report` shows all.*\n"])


def _leave_out(folds: list[_Fold], room: int) -> None:
    """Takes out the largest blocks until the rest has room."""
    frame = {
        at: size(each.text()) - sum(size(block or "") for block in each.blocks) + 80 for at, each in enumerate(folds)
    }
    blocks = [(size(block or ""), at, i) for at, each in enumerate(folds) for i, block in enumerate(each.blocks)]
    left = {at: len(each.blocks) for at, each in enumerate(folds)}
    total = sum(frame.values()) + sum(length for length, _, _ in blocks) + len(folds)
    for length, at, i in sorted(blocks, reverse=True):
        if total <= room:
            return
        folds[at].blocks[i] = None
        left[at] -= 1
        total -= length + (frame[at] if not left[at] else 0)


def _block(entry: EntryChange) -> str:
    """One entry as a diff in a fence that nothing in it can end."""
    lines = [f"{sign if sign != '@' else ' '} {text}".rstrip() for sign, text in diff_lines(entry)]
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{_entry_words(entry)}\n\n{fence}diff\n" + "\n".join(lines) + f"\n{fence}\n\n"


def _cut(text: str, room: int) -> str:
    """Whole paragraphs of findings, as many as have room."""
    kept: list[str] = []
    used = 60
    parts = text.split("\n\n")
    for part in parts:
        if used + size(part) + 2 > room:
            break
        kept.append(part)
        used += size(part) + 2
    return "\n\n".join([*kept, f"*{many(len(parts) - len(kept), 'paragraph')} left out: too long.*\n"])
