"""html: a review as one page without outside resources, scripts or links to anything but the spaces."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import urlsplit

from ...text import shown
from ..data import EntryChange, Review, SpaceReview
from . import sentences
from .values import diff_lines

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1f2328;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}code,pre{font:13px/1.45 ui-monospace,monospace}
code{background:#eff1f3;border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
td,th{border:1px solid #d1d9e0;padding:.35rem .6rem;text-align:left;vertical-align:top}
pre{overflow-x:auto;border:1px solid #d1d9e0;border-radius:6px;padding:.5rem}pre span{display:block;min-height:1.45em}
.add{background:#dafbe1}.del{background:#ffebe9}.cut{color:#59636e}summary{cursor:pointer;margin:.4rem 0}
.loud{border-left:4px solid #cf222e;background:#fff5f5;padding:.5rem 1rem;margin:1rem 0}
.warn{border-left:4px solid #9a6700;background:#fff8e5;padding:.5rem 1rem;margin:1rem 0}
footer{color:#59636e;margin-top:2rem}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}
code{background:#2a313c}td,th,pre{border-color:#3d444d}
.add{background:#12361f}.del{background:#4a1a1d}.loud{background:#2b1214}.warn{background:#2a2110}}
""".strip()
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_CLASSES: Final = {"+": "add", "-": "del", "@": "cut", " ": ""}


def render(review: Review) -> str:
    return "\n".join(_lines(review)) + "\n"


def _lines(review: Review) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>Genie spaces of {_text(review.stack)}</title><style>{_STYLE}</style></head><body>"
    head = ", ".join(
        f"<strong>{_text(part)}</strong>" if loud else _text(part) for part, loud in sentences.headline(review)
    )
    yield f"<h1>{_text(review.stack)}: {head}</h1>"
    yield from _trashed(review)
    yield from (_finding(each.severity, each.message) for each in review.findings)
    yield from _ui_edits(review)
    yield from _table(review)
    yield from _benchmarks(review)
    for space in review.spaces:
        yield from _space(space)
    footer = " · ".join(f"{word} {_code(value)}" for word, value in sentences.footer(review))
    yield f"<footer>{footer}</footer></body></html>"


def _trashed(review: Review) -> Iterator[str]:
    if trashed := review.by("delete"):
        yield '<div class="loud"><strong>To be trashed, with everybody\'s conversations:</strong><ul>'
        yield from (f"<li>{_link(space)} {_text(space.title)}</li>" for space in trashed)
        yield "</ul></div>"


def _ui_edits(review: Review) -> Iterator[str]:
    if review.edited:
        yield f'<div class="warn"><p>{_text(sentences.ui_edit_words(review))}</p>'
        yield f"<p>{_code(sentences.pull_line(review))}</p></div>"


def _table(review: Review) -> Iterator[str]:
    rows = review.by("delete", "create", "update")
    if not rows and not review.others:
        return
    yield "<table><thead><tr><th>space</th><th></th><th>entries</th></tr></thead><tbody>"
    for space in rows:
        cells = "<br>".join(_entry_words(entry) for entry in space.entries) or _text(sentences.whole_words(space))
        done = _text(sentences.DONE[space.op])
        what = f"<strong>{done}</strong>" if space.op == "delete" else done
        yield f"<tr><td>{_link(space)}</td><td>{what}</td><td>{cells}</td></tr>"
    for other, count in review.others.items():
        yield f"<tr><td></td><td>{count} ×</td><td>{_text(other)}</td></tr>"
    yield "</tbody></table>"


def _benchmarks(review: Review) -> Iterator[str]:
    if not review.benchmarks:
        return
    yield "<h2>Benchmarks</h2><table><thead>"
    yield "<tr><th>space</th><th>before</th><th>after</th><th>worse</th><th></th></tr></thead>"
    for each in review.benchmarks:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in sentences.benchmark_cells(each))
        yield f"<tr><td>{_code(each.name)}</td>{cells}</tr>"
    yield "</table>"
    yield from (f"<p>worse: {_text(question)}</p>" for each in review.benchmarks for question in each.worse)
    yield from (f"<p>not known: {_text(doubt)}</p>" for each in review.benchmarks for doubt in each.doubts)


def _space(space: SpaceReview) -> Iterator[str]:
    if not space.entries and not space.findings:
        return
    yield f"<h2>{_link(space)} {_text(space.title)}</h2>"
    yield from (_finding(each.severity, each.message) for each in space.findings)
    for entry in space.entries:
        yield f"<details open><summary>{_entry_words(entry)}</summary><pre>{_diff(entry)}</pre></details>"


def _diff(entry: EntryChange) -> str:
    lines = diff_lines(entry)
    return "".join(f'<span class="{_CLASSES[sign]}">{escape(f"{sign} {text}")}</span>' for sign, text in lines)


def _entry_words(entry: EntryChange) -> str:
    before, name, after = sentences.entry_line(entry)
    return " ".join(part for part in (_text(before), _code(name) if name else "", _text(after)) if part)


def _finding(severity: str, message: str) -> str:
    lines = "<br>".join(_text(line) for line in message.splitlines())
    return f'<div class="{"loud" if severity == "error" else "warn"}">{lines}</div>'


def _link(space: SpaceReview) -> str:
    name = _code(space.name)
    is_web = urlsplit(space.url).scheme in ("http", "https")
    return f'<a href="{escape(space.url)}" rel="noreferrer">{name}</a>' if is_web else name


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    return f"<bdi>{escape(shown(text))}</bdi>" if not text.isascii() else escape(shown(text))
