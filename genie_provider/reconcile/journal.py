"""journal: what this machine did to the workspace, written before and after each step, for the run after a kill.

One line of JSON a step, in `.genie/<stack>.journal` of the project; nothing of it is needed for a run to work, and
it never decides alone: a space that the journal names is read, and has to carry this stack's marks. What it knows
beside them: that a create was under way although nothing shows yet, what was about to be written, and which id a
name has when state and copies are lost.
"""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = ".genie"
_LINES: Final = 2000
"""A longer journal is written anew with one line a space when a run begins."""


@dataclass
class Entry:
    """What is known of one space.

    Attributes:
        space_id: as the last create or update had it; "" where none answered.
        under_way: creates that were begun and not heard of again, since the last one that was.
        marks: of what was about to be written when nothing came after it; "" once it was written.
    """

    space_id: str = ""
    workspace: str = ""
    under_way: int = 0
    marks: str = ""


class Journal:
    """The journal of one stack. Thread-safe; a disk that is full or read-only makes it forget, no more.

    Args:
        folder: the project's; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / FOLDER if folder else None
        self._lock = threading.Lock()
        self._stacks: dict[str, dict[str, Entry]] = {}

    def of(self, stack: str, name: str) -> Entry:
        """What earlier steps left; an empty entry where nothing is known."""
        with self._lock:
            return self._of(stack).get(name) or Entry()

    def creating(self, stack: str, name: str, workspace: str) -> None:
        self._write(stack, {"do": "creating", "name": name, "workspace": workspace})

    def created(self, stack: str, name: str, space_id: str, workspace: str) -> None:
        """The space that this name has: made, taken over or read."""
        self._write(stack, {"do": "created", "name": name, "id": space_id, "workspace": workspace})

    def refused(self, stack: str, name: str) -> None:
        """The create that was under way came to nothing, for certain."""
        self._write(stack, {"do": "refused", "name": name})

    def writing(self, stack: str, name: str, space_id: str, marks: str) -> None:
        self._write(stack, {"do": "writing", "name": name, "id": space_id, "marks": marks})

    def written(self, stack: str, name: str) -> None:
        self._write(stack, {"do": "written", "name": name})

    def trashed(self, stack: str, name: str) -> None:
        self._write(stack, {"do": "trashed", "name": name})

    def _write(self, stack: str, line: dict[str, Any]) -> None:
        if self._folder is None or not stack:
            return
        with self._lock:
            _apply(self._of(stack), line)
            with contextlib.suppress(OSError):
                make_folder(self._folder)
                with (self._folder / f"{stack}.journal").open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line, ensure_ascii=True) + "\n")

    def _of(self, stack: str) -> dict[str, Entry]:
        if stack not in self._stacks:
            self._stacks[stack] = read(self._folder, stack) if self._folder else {}
        return self._stacks[stack]


def read(folder: Path | None, stack: str) -> dict[str, Entry]:
    """Every space that the journal in `folder` knows, by name; a line cut short is left out."""
    entries: dict[str, Entry] = {}
    if folder is None:
        return entries
    file = folder / f"{stack}.journal"
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return entries
    for text in lines:
        with contextlib.suppress(ValueError):
            line = json.loads(text)
            if isinstance(line, dict):
                _apply(entries, line)
    if len(lines) > _LINES:
        _rewrite(file, entries)
    return entries


def _apply(entries: dict[str, Entry], line: dict[str, Any]) -> None:
    do, name = line.get("do"), str(line.get("name", ""))
    entry = entries.setdefault(name, Entry())
    if do == "creating":
        entry.under_way += 1
        entry.workspace = str(line.get("workspace", ""))
    elif do == "created":
        entry.space_id, entry.workspace = str(line.get("id", "")), str(line.get("workspace", ""))
        entry.under_way = max(entry.under_way - 1, 0)
    elif do == "refused":
        entry.under_way = max(entry.under_way - 1, 0)
    elif do == "writing":
        entry.space_id, entry.marks = str(line.get("id", "")) or entry.space_id, str(line.get("marks", ""))
    elif do == "written":
        entry.marks = ""
    elif do == "trashed":
        entries.pop(name, None)
    elif do == "kept":
        known = {key: line[key] for key in ("space_id", "workspace", "under_way", "marks") if key in line}
        entries[name] = Entry(**known)


def _rewrite(file: Path, entries: dict[str, Entry]) -> None:
    text = "".join(json.dumps({"do": "kept", "name": name, **vars(entry)}) + "\n" for name, entry in entries.items())
    with contextlib.suppress(OSError):
        beside = file.with_name(f"{file.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)


def make_folder(folder: Path) -> None:
    """The folder, kept out of git."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
