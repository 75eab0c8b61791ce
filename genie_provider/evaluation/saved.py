"""saved: evaluations as files: one JSON each, `FOLDER/STACK/NAME/20261121T140307Z-RUN.json`.

The workspace keeps the rows of a run for about a week, so they are written down as soon as they are read. A run that
was started and not yet read to its end stands in `under-way.json`: each costs money, so the next evaluation of the same
questions takes it up instead of starting another.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from .records import Evaluation, from_data, to_data

FOLDER: Final = Path(".genie", "evaluations")
_UNDER_WAY: Final = "under-way.json"


@dataclass
class UnderWay:
    """An evaluation that was begun.

    Attributes:
        asked: ids of the questions, sorted.
        finished: ids of the runs that ended, in order.
        run_id: the run that goes on; "" while its start is not confirmed.
        before: the runs that the space had before that start.
        began: seconds since 1970, when the start was asked for.
    """

    space_id: str
    definition: str
    asked: list[str]
    finished: list[str] = field(default_factory=list)
    run_id: str = ""
    starting: bool = False
    before: list[str] = field(default_factory=list)
    began: float = 0.0


class Saved:
    """The saved evaluations of one stack of a project.

    Args:
        folder: the project's folder of evaluations.
        stack: "" for a workspace without a stack.
    """

    def __init__(self, folder: Path, stack: str) -> None:
        self.folder = folder
        self.stack = stack

    def keep(self, evaluation: Evaluation) -> Path:
        """Writes one evaluation down; the file's name sorts by time."""
        run = evaluation.runs[-1].run_id if evaluation.runs else "no-run"
        stamp = re.sub(r"[-:]", "", evaluation.at)
        file = self._of(evaluation.name) / f"{stamp}-{_safe(run)}.json"
        _write(file, to_data(evaluation))
        return file

    def all(self, name: str) -> list[Evaluation]:
        """Every evaluation of a space, oldest first; files that are none are left out."""
        found = []
        for file in sorted(self._of(name).glob("*.json")):
            if file.name == _UNDER_WAY:
                continue
            try:
                found.append(read(file))
            except (OSError, ValueError):
                continue
        return found

    def last(self, name: str) -> Evaluation | None:
        """The latest that came to runs with verdicts."""
        usable = [each for each in self.all(name) if is_usable(each)]
        return usable[-1] if usable else None

    def under_way(self, name: str) -> UnderWay | None:
        try:
            data = json.loads((self._of(name) / _UNDER_WAY).read_text("utf-8"))
            return UnderWay(**data)
        except (OSError, ValueError, TypeError):
            return None

    def begin(self, name: str, begun: UnderWay) -> None:
        _write(self._of(name) / _UNDER_WAY, asdict(begun))

    def end(self, name: str) -> None:
        (self._of(name) / _UNDER_WAY).unlink(missing_ok=True)

    def _of(self, name: str) -> Path:
        return self.folder / (_safe(self.stack) or "no-stack") / _safe(name)


def is_usable(evaluation: Evaluation) -> bool:
    """Whether a record holds verdicts to compare with."""
    return any(answer.verdict for run in evaluation.runs for answer in run.answers)


def read(file: Path) -> Evaluation:
    """One saved evaluation.

    Raises:
        OSError: no such file.
        ValueError: not a saved evaluation.
    """
    data = json.loads(file.read_text("utf-8"))
    if not isinstance(data, dict):
        raise ValueError("not a saved evaluation")
    return from_data(data)


def _safe(text: str) -> str:
    """A name as one part of a path."""
    return re.sub(r"[^\w.-]+", "-", text).strip(".-")[:100]


def _write(file: Path, data: Mapping[str, Any]) -> None:
    """Whole or not at all, however the process ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    fresh.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(file)
