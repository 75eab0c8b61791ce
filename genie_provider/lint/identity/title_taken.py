"""Two spaces of one title in one folder: the workspace would rename the second.

Passes::

    spaces:
      - {name: a, title: Sales, parent_path: /Shared/a}
      - {name: b, title: Sales, parent_path: /Shared/b}

Fails::

    spaces:
      - {name: a, title: Sales}
      - {name: b, title: Sales}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..rule import Finding, Space

ID = "title-taken"
LEVEL = "error"
WHEN = "between"


def check(spaces: Sequence[Space]) -> Iterator[tuple[Space, Finding]]:
    seen: dict[tuple[str, str], Space] = {}
    for space in spaces:
        where = (space.spec.title, space.spec.parent_path or "")
        first = seen.setdefault(where, space)
        if first is not space:
            place = first.document.place((*first.within, "title"), of_key=True)
            yield space, Finding(("title",), f"the title '{space.spec.title}' is that of {place} as well")
