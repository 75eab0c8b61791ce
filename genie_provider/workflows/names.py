"""names: which spaces of a stack a person means by names and patterns."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from .find import NotFound, is_pattern, matches


def chosen(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """The known names that the words mean, in their own order; all where there are no words.

    Raises:
        NotFound: a word means none; names all such words.
    """
    if not words:
        return list(known)
    missing = [word for word in words if not any(_means(word, name) for name in known)]
    if missing:
        raise NotFound("\n".join(_not_there(word, known) for word in missing))
    return [name for name in known if any(_means(word, name) for word in words)]


def _means(word: str, name: str) -> bool:
    return matches(word, name) if is_pattern(word) else word == name


def _not_there(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(known)[:10]) or 'none'}"
    return f"no spec and no space of the stack is called '{word}'; {hint}"
