"""situations: odd moments that no fault of a request makes: whose a space is, what people did meanwhile.

Each is a kind of scene (`scenes` plays it) with the choices that make a difference for it; every combination is a case.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

EXACTLY_ONE: Final = "exactly one space for a spec"
NOBODY_ELSES: Final = "nobody else's space is touched"
NO_EDIT_LOST: Final = "no edit of the UI is lost unsaid"
NEVER_TRASHED: Final = "no space goes to the trash unmeant"
OTHERS_GO_ON: Final = "one bad space stops no other"

Choices = tuple[tuple[str, tuple[str, ...]], ...]

_SPACE: Final = ("space", ("orders", "trips"))
_UI_EDITS: Final = ("uiEdits", ("undo", "stop"))
_FLAGS: Final = ("flags", ("", "--continue-on-error"))

_KINDS: Final[tuple[tuple[str, str, Choices], ...]] = (
    (
        "lost state",
        EXACTLY_ONE,
        (
            ("title", ("as it was", "changed in the UI", "changed in the spec", "prefixed")),
            ("journal", ("kept", "lost")),
            ("lost", ("one", "all")),
            ("fault", ("", "list fails once", "write limited", "write's answer lost")),
            ("lags", ("", "all")),
        ),
    ),
    (
        "killed between journal and create",
        EXACTLY_ONE,
        (
            ("act", ("before", "after")),
            ("journal", ("kept", "lost", "cut short")),
            ("title", ("as it was", "changed in the spec")),
            ("mode", ("plain", "bulk")),
            ("post", ("1", "2")),
        ),
    ),
    (
        "two states of one clone",
        NOBODY_ELSES,
        (_UI_EDITS, _FLAGS, ("title", ("as it was", "changed in the spec")), ("command", ("up", "preview"))),
    ),
    (
        "another team of the same names",
        NOBODY_ELSES,
        (_UI_EDITS, _FLAGS, ("title", ("as it was", "changed in the spec")), ("stack id", ("another", "none yet"))),
    ),
    (
        "a copy",
        NOBODY_ELSES,
        (
            _SPACE,
            ("place", ("beside, other title", "elsewhere, same title", "beside, time-stamped")),
            ("state", ("there", "lost")),
            ("tags", ("left out", "copied")),
        ),
    ),
    (
        "a stranger's title",
        NOBODY_ELSES,
        (_SPACE, ("body", ("the same", "another")), _FLAGS, _UI_EDITS),
    ),
    (
        "another workspace at the address",
        NOBODY_ELSES,
        (("command", ("up", "refresh", "destroy", "preview")), _FLAGS),
    ),
    (
        "UI edit while an update waits",
        NO_EDIT_LOST,
        (
            _SPACE,
            _UI_EDITS,
            ("wait", ("429", "503", "answer lost, not acted")),
            ("edit", ("title", "description", "another entry", "a new entry")),
        ),
    ),
    (
        "lost state and a UI edit",
        NO_EDIT_LOST,
        (_SPACE, _UI_EDITS, ("edit", ("description", "another entry")), ("journal", ("kept", "lost"))),
    ),
    (
        "a forced replacement",
        NEVER_TRASHED,
        (
            _SPACE,
            ("how", ("--replace", "--target-replace", "taint")),
            ("spec", ("as it was", "edited")),
            ("mode", ("plain", "bulk")),
        ),
    ),
    (
        "a renamed spec",
        NEVER_TRASHED,
        (
            _SPACE,
            ("said", ("no", "renamed_from")),
            _FLAGS,
            ("spec", ("as it was", "edited")),
            ("title", ("as it was", "changed in the spec")),
        ),
    ),
    (
        "trashed in the UI",
        NEVER_TRASHED,
        (_SPACE, _UI_EDITS, ("command", ("up", "refresh", "destroy", "preview")), ("lags", ("", "all"))),
    ),
    (
        "an odd space among good ones",
        OTHERS_GO_ON,
        (
            _SPACE,
            ("read", ("500", "403", "broken JSON", "HTML", "error in a 200")),
            ("command", ("up", "refresh", "destroy", "preview")),
        ),
    ),
)


@dataclass(frozen=True)
class Situation:
    """One case: a kind and its choices."""

    kind: str
    promise: str
    choices: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.choices)[name]

    def get(self, name: str) -> str:
        return dict(self.choices).get(name, "")

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(f'{name} {choice}' for name, choice in self.choices if choice)}"


def situations() -> Iterator[Situation]:
    """Every kind with every combination of its choices."""
    for kind, promise, choices in _KINDS:
        names = [name for name, _ in choices]
        for combined in itertools.product(*(each for _, each in choices)):
            yield Situation(kind, promise, tuple(zip(names, combined, strict=True)))
