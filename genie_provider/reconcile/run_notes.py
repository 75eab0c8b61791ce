"""run_notes: what one run of the engine has read, for the other process of the same run.

The engine reads what the state knows in one process of the host and serves the program by another. Who is to say at
the end what a run would trash, or what a new space was called before, has to know both. A file of the run, in the
project's `.genie`; no texts of spaces are in it, only names, ids, titles and marks.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ..lifecycle import Properties
from ..model.state import MARKS
from .journal import FOLDER, make_folder

_OLD_S: Final = 86_400.0


@dataclass(frozen=True)
class Noted:
    """A space that the state knows.

    Attributes:
        marks: what its spec said at the last `up`, as the state has it.
        gone: it was trashed in the UI.
    """

    urn: str
    name: str
    space_id: str
    title: str = ""
    marks: str = ""
    gone: bool = False

    @classmethod
    def of(cls, urn: str, name: str, space_id: str, inputs: Properties, gone: bool = False) -> Noted:
        return cls(urn, name, space_id, str(inputs.get("title") or ""), str(inputs.get(MARKS) or ""), gone)


class RunNotes:
    """Thread-safe.

    Args:
        folder: the project's; None keeps the notes in this process alone.
        run: tells the engine's run from others.
    """

    def __init__(self, folder: Path | None, run: str = "") -> None:
        self._file = folder / FOLDER / f"run-{run}.jsonl" if folder and run else None
        self._lock = threading.Lock()
        self._own: dict[str, Noted] = {}
        if self._file:
            _clear_old(self._file.parent)

    def note(self, noted: Noted) -> None:
        with self._lock:
            if self._own.get(noted.urn) == noted:
                return
            self._own[noted.urn] = noted
            if self._file:
                with contextlib.suppress(OSError):
                    make_folder(self._file.parent)
                    with self._file.open("a", encoding="utf-8") as stream:
                        stream.write(json.dumps(asdict(noted)) + "\n")

    def known(self) -> dict[str, Noted]:
        """URN → what the state knows, as far as either process was told."""
        found: dict[str, Noted] = {}
        if self._file:
            with contextlib.suppress(OSError):
                for line in self._file.read_text(encoding="utf-8").splitlines():
                    with contextlib.suppress(ValueError, TypeError):
                        noted = Noted(**json.loads(line))
                        found[noted.urn] = noted
        with self._lock:
            return {**found, **self._own}


def _clear_old(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for file in folder.glob("run-*.jsonl"):
            if time.time() - file.stat().st_mtime > _OLD_S:
                file.unlink()
