"""evaluation_targets: which spaces are evaluated, what their specs ask for, what they are compared with."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config.context import StackContext
from ..errors import GenieError, Place, SpecError
from ..evaluation.comparison import Baseline
from ..evaluation.records import Evaluation, from_data
from ..evaluation.saved import Saved, is_usable
from ..evaluation.words import DONE, fits
from ..model import entry_ids
from ..specs.loader import Loaded
from . import find
from .evaluate import Evaluator, Target
from .pulumi_cli import Engine, EngineError

if TYPE_CHECKING:
    from ..client import Workspace

POOLED_RUNS = 10
"""Saved runs of the same definition that make up a baseline's spread."""

_RUN_ID = re.compile(r"[0-9a-f]{32}\Z")


class TargetError(GenieError):
    """What was asked for is not there; nothing was started."""


@dataclass(frozen=True)
class StackOfSpaces:
    """A stack as evaluations see it.

    Attributes:
        here: the stack; without a name where only a workspace is meant.
        loaded: its specs.
        held: logical name → id of the space, from the stack's state; None where no state can be read.
        why: why no state can be read.
    """

    here: StackContext
    loaded: Loaded
    held: dict[str, str] | None = None
    why: str = ""

    @property
    def titles(self) -> dict[str, str]:
        """Logical name → the title its space has."""
        prefix = self.here.settings.title_prefix
        return {name: prefix + spec.title for name, spec in self.loaded.specs.items()}

    def gate_of(self, name: str) -> Mapping[str, Any]:
        """What the spec of that name asks for; nothing where there is none."""
        spec = self.loaded.specs.get(name)
        return spec.benchmarks.gate.given() if spec and spec.benchmarks.gate else {}

    def places(self) -> dict[tuple[str, str], Place]:
        """(name, question) → where it stands; (name, "") is the space itself."""
        found = {(name, ""): place for name, place in self.loaded.places.items()}
        for name, spec in self.loaded.specs.items():
            place_of = self.loaded.finder(name)
            for at, each in enumerate(spec.benchmarks.questions):
                found[(name, each.question)] = place_of(("benchmarks", "questions", at))
        return {key: replace(place, file=os.path.relpath(place.file)) for key, place in found.items()}


def stack_of(here: StackContext) -> StackOfSpaces:
    """The stack's specs and the ids of its spaces.

    Raises:
        SpecError: the specs have problems.
    """
    if not here.stack:
        return StackOfSpaces(here, Loaded())
    loaded = here.load_specs()
    if loaded.errors:
        raise SpecError(loaded.errors)
    found = StackOfSpaces(here, loaded)
    try:
        held = {name: space.id for name, space in Engine(here.folder, here.stack).spaces().items()}
    except (EngineError, OSError, ValueError) as error:
        return replace(found, why=" ".join(str(error).split()))
    return replace(found, held=held) if held else replace(found, why="it holds no spaces")


def targets(spaces: StackOfSpaces, workspace: Workspace, names: Sequence[str]) -> list[Target]:
    """The spaces that are meant; all of the stack without names.

    Raises:
        TargetError: none, or a name that nothing answers to.
    """
    if spaces.held is not None:
        return _of_state(spaces, workspace, names)
    if not names and not spaces.titles:
        raise TargetError("which spaces? name them by id, title or pattern, or run this in a project with a stack")
    wanted = list(names) or list(spaces.titles)
    found = find.find_spaces(workspace, wanted, spaces.titles)
    by_title = {title: name for name, title in spaces.titles.items()}
    _refuse_ambiguous(found, by_title)
    named = [(by_title.get(each.title, each.title), each.space_id) for each in found]
    return [Target(name, space_id, spaces.gate_of(name)) for name, space_id in named]


def _refuse_ambiguous(found: Sequence[Any], by_title: Mapping[str, str]) -> None:
    """Two spaces with the title of one spec: judging the wrong one would be worse than judging none."""
    for title in by_title:
        ids = [each.space_id for each in found if each.title == title]
        if len(ids) > 1:
            raise TargetError(f"{len(ids)} spaces are called {title!r}; say which by its id: {', '.join(ids)}")


def _of_state(spaces: StackOfSpaces, workspace: Workspace, names: Sequence[str]) -> list[Target]:
    held = spaces.held or {}
    ids = {space_id: name for name, space_id in held.items()}
    found: dict[str, str] = {}
    for word in names or list(held):
        hits = [name for name in held if name == word] or [name for name in held if fits(word, name)]
        if word in ids:
            hits = [ids[word]]
        found.update({name: held[name] for name in hits})
        if not hits and word in spaces.titles:
            raise TargetError(f"stack {spaces.here.stack} has no space of the spec '{word}' yet; `pulumi up` makes it")
        if not hits:
            others = find.find_spaces(workspace, [word])
            found.update({ids.get(each.space_id, each.title): each.space_id for each in others})
    return [Target(name, space_id, spaces.gate_of(name)) for name, space_id in found.items()]


# ── what is compared with ───────────────────────────────────────────────────────────────────


def pooled(evaluations: Sequence[Evaluation]) -> Evaluation | None:
    """The latest evaluation with verdicts, and the earlier runs of the same definition: its spread.

    One that a gate refused as worse is left out: else the next try would be compared with it, and pass.
    """
    usable = [each for each in evaluations if is_usable(each) and not each.regressed]
    if not usable:
        return None
    last = usable[-1]
    alike = [each for each in usable if each.definition == last.definition]
    runs = {run.run_id: run for each in alike for run in each.runs if run.status == DONE}
    return replace(last, runs=list(runs.values())[-POOLED_RUNS:] or last.runs)


def earlier(saved: Saved, name: str) -> Baseline | None:
    """What was saved of this space before."""
    held = pooled(saved.all(name))
    return Baseline(f"the evaluation of {held.at}", held) if held else None


def baseline_finder(
    word: str, folder: Path, evaluator: Evaluator, live_of: Callable[[str], Callable[[str], Evaluation | None]]
) -> Callable[[Target], Baseline | None]:
    """How to find the baseline that `word` means, space by space.

    Args:
        word: a file that `eval --save` wrote, the id of a run, or the name of a stack.
        folder: where evaluations are saved.
        live_of: stack → name → the last run of that stack's space, read from its workspace.

    Raises:
        TargetError: the word means nothing.
    """
    file = Path(word)
    if file.suffix == ".json" or file.is_file():
        return _from_file(file)
    if _RUN_ID.match(word) and entry_ids.is_well_formed(word):
        return lambda target: Baseline(f"run {word}", evaluator.read_run(target, word))
    saved = Saved(folder, word)
    live = live_of(word)

    def find_baseline(target: Target) -> Baseline | None:
        held = pooled(saved.all(target.name)) or live(target.name)
        return Baseline(f"{word}, {held.at}", held) if held else None

    return find_baseline


def _from_file(file: Path) -> Callable[[Target], Baseline | None]:
    try:
        data = json.loads(file.read_text("utf-8"))
        parts = data.get("spaces", [{"evaluation": data}])
        held = [from_data(part["evaluation"]) for part in parts]
    except OSError as error:
        raise TargetError(f"{file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TargetError(f"{file} was not written by `eval --save`: {error}") from None
    by_name = {each.name: each for each in held}
    return lambda target: Baseline(f"{file}", by_name[target.name]) if target.name in by_name else None


def last_live_run(evaluator: Evaluator, target: Target) -> Evaluation | None:
    """The last finished run of a space that the workspace still shows."""
    runs = [each for each in evaluator.workspace.evaluations(target.space_id) if each.status == DONE]
    if not runs:
        return None
    latest = max(runs, key=lambda each: each.created_ms or 0)
    return evaluator.read_run(target, latest.run_id)
