"""scopes: what a one-, two- or three-part name means at one point of a query.

`KnownNames` knows the tables (or functions) of the space, `Scope` the CTEs and the relations in reach
of one SELECT and of everything around it. Names compare without letter case; no sqlglot here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model.identifiers import parts
from .places import Parts


def lower(name: Iterable[str]) -> Parts:
    return tuple(part.lower() for part in name)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a written name stands for: one full name, or several it could be, or nothing known."""

    resolved: Parts | None = None
    candidates: tuple[Parts, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Parts]) -> Meaning:
        names = tuple({lower(name): name for name in found}.values())
        return cls(names[0]) if len(names) == 1 else cls(None, names)


class KnownNames:
    """The three-part names a shorter one may stand for."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.full: list[Parts] = []
        self._by_ending: dict[Parts, list[Parts]] = {}
        for name in dict.fromkeys(names):
            found = parts(name)
            if len(found) == 3:
                self._add(found)

    def _add(self, name: Parts) -> None:
        self.full.append(name)
        for count in (1, 2, 3):
            self._by_ending.setdefault(lower(name)[-count:], []).append(name)

    def meaning(self, written: Parts) -> Meaning:
        return Meaning.of(self._by_ending.get(lower(written), ()))


@dataclass(frozen=True, slots=True)
class Source:
    """A relation in a FROM: the name columns are qualified with, and what it is.

    `meaning` is None for an alias, a CTE, a sub-query or a function: qualifying a column with it
    names nothing outside the text.
    """

    visible: Parts
    meaning: Meaning | None = None

    def answers_to(self, qualifier: Parts) -> bool:
        return self.visible[-len(qualifier) :] == qualifier


@dataclass(slots=True)
class Scope:
    """The relations of one SELECT and the CTEs defined here; `parent` is what lies around it."""

    parent: Scope | None = None
    ctes: frozenset[str] = frozenset()
    sources: list[Source] = field(default_factory=list)

    def outwards(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope:
            yield scope
            scope = scope.parent

    def has_cte(self, name: str) -> bool:
        return any(name.lower() in scope.ctes for scope in self.outwards())

    def around(self) -> Scope:
        """Where a sub-query of this FROM looks for names: not among its neighbours."""
        return self.parent or self

    def qualifier(self, written: Parts, lengths: Iterable[int]) -> tuple[int, Meaning | None] | None:
        """How many leading parts of a column's name name a relation, and which one.

        Innermost SELECT first, and there the longest qualifier first, as Spark looks them up.
        None when no relation in reach answers to any of them.
        """
        wanted = [lower(written[:length]) for length in lengths if length]
        for scope in self.outwards():
            for qualifier in wanted:
                found = [source.meaning for source in scope.sources if source.answers_to(qualifier)]
                if found:
                    return len(qualifier), _joint(found)
        return None


def _joint(found: list[Meaning | None]) -> Meaning | None:
    meanings = [meaning for meaning in found if meaning]
    if len(meanings) < len(found):
        return None
    if len(meanings) == 1:
        return meanings[0]
    return Meaning.of(name for m in meanings for name in (m.candidates or [m.resolved]) if name)
