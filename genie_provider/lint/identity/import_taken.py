"""Two specs that import the same space.

Passes::

    spaces:
      - {name: a, title: A, import: 01f0a1b2c3d4e5f60718293a4b5c6d7e}
      - {name: b, title: B, import: 01f0a1b2c3d4e5f60718293a4b5c6d7f}

Fails::

    spaces:
      - {name: a, title: A, import: 01f0a1b2c3d4e5f60718293a4b5c6d7e}
      - {name: b, title: B, import: 01f0a1b2c3d4e5f60718293a4b5c6d7e}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..rule import Finding, Space

ID = "import-taken"
LEVEL = "error"
WHEN = "between"


def check(spaces: Sequence[Space]) -> Iterator[tuple[Space, Finding]]:
    taken: dict[str, Space] = {}
    for space in spaces:
        if not space.spec.import_id:
            continue
        first = taken.setdefault(space.spec.import_id, space)
        if first is not space:
            place = first.document.place((*first.within, "title"), of_key=True)
            yield space, Finding(("title",), f"imports the space that {place} imports")
