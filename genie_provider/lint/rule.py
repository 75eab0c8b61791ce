"""rule: what a rule is, what it finds, and what it is given to look at."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal

from ..errors import Severity
from .policy import Stack

if TYPE_CHECKING:  # the host reads settings, and pydantic would be half of its start
    from ..model.spec import SpaceSpec
    from ..yamlio.reader import Document
    from .sql_facts import SqlReader

Path = tuple[str | int, ...]
Level = Literal["error", "warning", "notice", "off"]
LEVELS: Final = ("error", "warning", "notice", "off")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at a path of the spec.

    Attributes:
        severity: where it is milder than the rule's own level.
        at: line and column within the text at `path`, from 1.
    """

    path: Path
    message: str
    severity: Severity | None = None
    at: tuple[int, int] | None = None


@dataclass(frozen=True)
class Space:
    """One spec under check.

    Attributes:
        file: the stem of its file.
        document, within: where it was read; rules about its words as written look there.
        columns: table's key → its columns in small letters, where the workspace was asked.
    """

    name: str
    spec: SpaceSpec
    document: Document
    within: Path = ()
    file: str = ""
    stack: Stack = field(default_factory=Stack)
    sql: SqlReader | None = None
    columns: Mapping[str, Collection[str]] = field(default_factory=dict)

    @cached_property
    def as_json(self) -> str:
        """The spec as JSON, no shorter than any text in it; made in C, and so cheaper than a look at each text."""
        try:
            return self.spec.model_dump_json()
        except ValueError:  # half of a surrogate pair
            return "\\u0000"

    @classmethod
    def alone(cls, name: str, spec: SpaceSpec) -> Space:
        """A spec that stands in no file."""
        from ..yamlio.reader import Document

        return cls(name, spec, Document("", ""))


When = Literal["read", "stack", "sql", "between", "outside"]


@dataclass(frozen=True)
class Rule:
    """A rule's module, read.

    Attributes:
        level: how much a finding matters, unless the stack says otherwise.
        fixed: an error always: without it there is no spec to speak of.
        when: "read", as soon as a spec is read; "stack", once its stack is known; "sql", where SQL is parsed
            as well; "between", over all specs; "outside", found by the reader of files or by the look into the
            workspace.
    """

    module: ModuleType

    @property
    def id(self) -> str:
        return str(self.module.ID)

    @property
    def level(self) -> Severity:
        return self.module.LEVEL  # type: ignore[no-any-return]

    @property
    def fixed(self) -> bool:
        return bool(getattr(self.module, "FIXED", False))

    @property
    def when(self) -> When:
        return getattr(self.module, "WHEN", "read")

    @property
    def check(self) -> Callable[[Space], Iterator[Finding]]:
        return self.module.check  # type: ignore[no-any-return]

    @property
    def summary(self) -> str:
        return _page(self.module).partition("\n")[0].rstrip(".")

    @property
    def page(self) -> str:
        """The manual page."""
        level = f"{self.level}, always" if self.fixed else self.level
        return f"{self.id} ({level})\n\n{_page(self.module)}"

    def examples(self, kind: str) -> list[str]:
        """The blocks of the page under `Passes::`, `Fails::` or `Settings::`."""
        return [_dedented(block) for block in re.findall(rf"^{kind}::\n\n((?:    .*\n|\n)+)", _page(self.module), re.M)]


def _page(module: ModuleType) -> str:
    return (module.__doc__ or "").strip() + "\n"


def _dedented(block: str) -> str:
    return "\n".join(line[4:] for line in block.rstrip().splitlines()) + "\n"


Between = Callable[[Sequence[Space]], Iterator[tuple[Space, Finding]]]


def near(word: str, known: Iterable[Any]) -> str:
    """; did you mean …?"""
    import difflib

    close = difflib.get_close_matches(word, [str(each) for each in known], n=1)
    return f"; did you mean {close[0]}?" if close else ""
