"""entries: one thing of a blueprint, where it was written, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from ..errors import Place
from ..yamlio.reader import Document
from .models import PLURALS, Entry, Grant

Path = tuple[str | int, ...]

CATALOGUED: Final = ("catalogs", "schemas", "volumes", "functions", "views", "metric_views")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


@dataclass(frozen=True)
class Raw:
    """An entry as it stands in a file, valid or not: enough to name it and to find its place."""

    plural: str
    key: str
    value: dict[str, Any]
    document: Document = field(repr=False)

    @property
    def reference(self) -> str:
        """As other entries and specs speak of it: schemas.sales."""
        return f"{self.plural}.{self.key}"

    def text(self, key: str) -> str:
        """A field that is text; "" where it is not there or something else."""
        held = self.value.get(key)
        return held if isinstance(held, str) else ""

    def place(self, *path: str | int, of_key: bool = False) -> Place:
        return self.document.place((self.plural, self.key, *path), of_key=of_key or not path)


def raw_entries(documents: Iterable[Document]) -> list[Raw]:
    """The entries of all files, kind by kind, in the order of files and lines."""
    found: list[Raw] = []
    for plural in PLURALS:
        for document in documents:
            held = document.value.get(plural) if isinstance(document.value, dict) else None
            for key, value in held.items() if isinstance(held, dict) else ():
                found.append(Raw(plural, key, value if isinstance(value, dict) else {}, document))
    return found


@dataclass(frozen=True)
class Named:
    """An entry that is valid, with its name in one stack.

    Attributes:
        name: its own name.
        full_name: with catalog and schema around it; back-ticks where SQL needs them.
    """

    raw: Raw
    entry: Entry
    name: str
    full_name: str

    @property
    def plural(self) -> str:
        return self.raw.plural

    @property
    def reference(self) -> str:
        return self.raw.reference


@dataclass
class Blueprint:
    """All entries of one stack's blueprint by reference, in the order in which they can be made."""

    entries: dict[str, Named] = field(default_factory=dict)
    grants: list[tuple[Grant, Place]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.entries or self.grants)


def full_name_of(parts: Iterable[str]) -> str:
    """Names joined, each in back-ticks where SQL would read it as something else."""
    return ".".join(part if _PLAIN.match(part) else f"`{part.replace('`', '``')}`" for part in parts)
