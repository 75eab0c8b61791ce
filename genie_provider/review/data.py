"""data: a preview as data: spaces, their changed entries with old and new values, what was edited in the UI."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Operation = Literal["create", "update", "delete", "same"]
Author = Literal["spec", "ui", "both"]


@dataclass(frozen=True)
class EntryChange:
    """One changed entry.

    Attributes:
        path: as Pulumi writes it: `tables["a.b.c"].columns.id.synonyms`.
        words: as people say it: `column c.id synonyms +1`; what came from a spec in it stands in `quoted` again.
        author: who made it differ since the last `up`.
        old, new: the values; None where there is none.
    """

    path: str
    words: EntryWords
    kind: Literal["add", "delete", "update"]
    author: Author
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class EntryWords:
    """An entry in words: `before` and `after` are ours, `name` is somebody's text and is shown as such."""

    before: str
    name: str = ""
    after: str = ""

    def __str__(self) -> str:
        quoted = f'"{self.name}"' if " " in self.name else self.name
        return " ".join(part for part in (self.before, quoted, self.after) if part)


@dataclass(frozen=True)
class Finding:
    """What the engine or the provider said while it looked."""

    severity: Literal["error", "warning"]
    message: str


@dataclass
class SpaceReview:
    """One space.

    Attributes:
        entries: what the `up` changes, UI edits that it undoes among them; of a new or trashed space none.
        counts: of a new or trashed space: how many entries it has, by their noun.
        edited: when the UI was last used on it, RFC 3339; "" where nothing was edited.
    """

    name: str
    op: Operation
    title: str = ""
    space_id: str = ""
    url: str = ""
    file: str = ""
    edited: str = ""
    entries: list[EntryChange] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ui_edits(self) -> list[EntryChange]:
        return [entry for entry in self.entries if entry.author in ("ui", "both")]


@dataclass(frozen=True)
class Benchmarks:
    """The benchmarks of one space: right answers of those asked, before (None: not known) and after."""

    name: str
    outcome: str
    right: int
    asked: int
    before: int | None = None
    worse: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass
class Review:
    """A preview of one stack.

    Attributes:
        workspace: its address.
        stops: whether an `up` stops at spaces with UI edits (`genie:uiEdits: stop`).
        others: resources that are no spaces: "create table" → how many.
        findings: what was said of no space in particular.
        failed: the preview did not come to its end.
        plan: digest of the saved plan, "sha256:…"; "" where none was saved.
        commit: of the work tree; with `dirty` it held changes that no commit has.
    """

    stack: str
    project: str = ""
    workspace: str = ""
    at: str = ""
    commit: str = ""
    dirty: bool = False
    branch: str = ""
    plan: str = ""
    stops: bool = False
    failed: bool = False
    spaces: list[SpaceReview] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    benchmarks: list[Benchmarks] = field(default_factory=list)

    def by(self, *operations: Operation) -> list[SpaceReview]:
        return [space for space in self.spaces if space.op in operations]

    @property
    def edited(self) -> list[SpaceReview]:
        """The spaces with UI edits that the specs do not say."""
        return [space for space in self.spaces if space.ui_edits]

    @property
    def is_empty(self) -> bool:
        return not (self.failed or self.by("create", "update", "delete") or self.others)
