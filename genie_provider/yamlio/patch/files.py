"""files: a file's own line ends and byte-order mark, kept through an edit of its text."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from pathlib import Path

_MARK = "\ufeff"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


def read_raw(path: Path) -> str:
    """The file's text with its line ends as they are."""
    return path.read_bytes().decode("utf-8")


def plain(raw: str) -> str:
    """The text as the loader sees it: newlines only, no byte-order mark."""
    return raw.removeprefix(_MARK).replace("\r\n", "\n").replace("\r", "\n")


def restored(raw: str, edited: str) -> str:
    """`edited` with the line ends that `raw` has; a new line gets that of the line before it."""
    mark = _MARK if raw.startswith(_MARK) else ""
    if "\r" not in raw:
        return mark + edited
    old, new = _lines(raw.removeprefix(_MARK)), _lines(edited)
    usual = next((end for _, end in old if end), "\n")
    ends = [usual if end else "" for _, end in new]
    matcher = difflib.SequenceMatcher(None, [line for line, _ in old], [line for line, _ in new], autojunk=False)
    for block in matcher.get_matching_blocks():
        for at in range(block.size):
            if new[block.b + at][1]:
                ends[block.b + at] = old[block.a + at][1] or usual
    return mark + "".join(line + end for (line, _), end in zip(new, ends, strict=True))


def _lines(text: str) -> list[tuple[str, str]]:
    """(line, its end) each."""
    return [(match[1], match[2]) for match in _LINE.finditer(text) if match[0]]


def replace_file(path: Path, text: str) -> None:
    """Writes the file whole or not at all; its rights stay."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        os.chmod(name, path.stat().st_mode & 0o777)
        os.replace(name, path.resolve())
    except BaseException:
        os.unlink(name)
        raise
