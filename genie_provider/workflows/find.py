"""find: the spaces a person means by an id, a title, a pattern or the name of a spec.

The workspace's list lags: others saw new spaces missing for 10 s to minutes, and deleted ones still there. So an
id is read directly and never looked for in the list.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import GenieError
from ..model import entry_ids

if TYPE_CHECKING:
    from ..client import SpaceSummary, Workspace


class NotFound(GenieError):
    """No space, or not exactly one, answers to what was asked for."""


def matches(pattern: str, title: str) -> bool:
    """Whether a title fits a pattern: `*` is any text, `?` one letter, case does not matter.

    Brackets are plain letters, since titles such as "[dev] Sales" are common.
    """
    pieces = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(pieces), title, re.IGNORECASE | re.DOTALL) is not None


def is_pattern(word: str) -> bool:
    return "*" in word or "?" in word


def find_spaces(
    workspace: Workspace,
    words: Iterable[str],
    titles_by_name: Mapping[str, str] | None = None,
    excluded: Sequence[str] = (),
) -> list[SpaceSummary]:
    """Every space that one of the words means, each once, in the order of the words.

    Args:
        titles_by_name: logical names of specs and the titles their spaces have.
        excluded: ids, titles and patterns of spaces that are not meant, whatever the words say.

    Raises:
        NotFound: some word means no space; names all such words.
    """
    from ..client import SpaceSummary

    found: dict[str, SpaceSummary] = {}
    missing: list[str] = []
    listing: list[SpaceSummary] | None = None
    for word in dict.fromkeys(words):
        if entry_ids.is_well_formed(word):
            head = workspace.get_head(word)
            hits = [SpaceSummary(head.space_id, head.title, head.create_time)] if head else []
        else:
            listing = workspace.list_spaces() if listing is None else listing
            hits = _of_title(listing, word, titles_by_name or {})
        if not hits:
            missing.append(_not_there(word, listing or []))
        found.update({hit.space_id: hit for hit in hits if hit.space_id not in found})
    if missing:
        raise NotFound("\n".join(missing))
    return [space for space in found.values() if not _is_excluded(space, excluded)]


def _is_excluded(space: SpaceSummary, excluded: Sequence[str]) -> bool:
    return any(space.space_id == word or matches(word, space.title) for word in excluded)


def find_space(workspace: Workspace, word: str, titles_by_name: Mapping[str, str] | None = None) -> SpaceSummary:
    """The one space that `word` means.

    Raises:
        NotFound: none, or several.
    """
    hits = find_spaces(workspace, [word], titles_by_name)
    if len(hits) > 1:
        choices = "\n".join(f"  {hit.space_id}  {hit.title!r}" for hit in hits[:20])
        raise NotFound(f"{len(hits)} spaces answer to {word!r}; say which by its id:\n{choices}")
    return hits[0]


def _of_title(listing: list[SpaceSummary], word: str, titles_by_name: Mapping[str, str]) -> list[SpaceSummary]:
    """By the exact title, the name of a spec, then as a pattern."""
    for title in (word, titles_by_name.get(word)):
        exact = [space for space in listing if title is not None and space.title == title]
        if exact:
            return exact
    return [space for space in listing if matches(word, space.title)]


def _not_there(word: str, listing: list[SpaceSummary]) -> str:
    if entry_ids.is_well_formed(word):
        return f"the workspace has no space {word} (or it is in the trash, or hidden from you)"
    near = difflib.get_close_matches(word, list({space.title: 0 for space in listing}), n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(repr(title) for title in near)}?" if near else ""
    count = f"{len(listing)} spaces" if len(listing) != 1 else "one space"
    return f"none of the {count} you can see is called {word!r}{hint}"
