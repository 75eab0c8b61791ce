"""import: spaces made in the UI become specs and resources of a stack, in one go.

    for space in import_spaces(Path("."), ["Sales*"], stack="dev"):
        print(space.name, space.state, space.differences)

The spec is written, the space is taken into the state, and a preview has to be empty; if it would not
be, it is said why, and files and state are left as they were. Nothing is ever sent to the workspace.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ..codec.spec_inputs import inputs_of
from ..compare import diff
from ..config import stack_identity
from ..config.context import StackContext
from ..errors import GenieError
from ..lifecycle import Call
from ..progress import counted
from ..reconcile.import_mark import mark_imported, other_owner
from ..reconcile.space import SpaceLifecycle
from ..specs import loader
from .export import Exported, read_all, rename, write_all
from .find import find_spaces
from .live_spaces import provider_config
from .pulumi_cli import Engine, EngineError, HeldSpace
from .rename import Moved

if TYPE_CHECKING:
    from ..client import SpaceSummary
    from ..sql import Renames

_THREADS: Final = 32
"""Spaces looked at side by side; the client itself decides how many calls that may be."""

State = Literal["imported", "would be imported", "there already", "refused"]


@dataclass
class Imported:
    """One space.

    Attributes:
        differences: entries that the next `pulumi up` would change; none unless renames or settings do.
        problem: why it was refused.
    """

    space_id: str
    title: str
    name: str
    file: Path
    state: State = "would be imported"
    differences: list[str] = field(default_factory=list)
    problem: str = ""
    notices: list[str] = field(default_factory=list)
    moved: Moved = field(default_factory=Moved)


def import_spaces(
    project: Path,
    words: Sequence[str],
    *,
    stack: str | None = None,
    name: str = "",
    renames: Sequence[Renames] = (),
    accept_changes: bool = False,
    dry_run: bool = False,
    take_over: bool = False,
) -> list[Imported]:
    """Every space that one of the words (id, title, pattern) means, with a spec and in the stack's state.

    All or none: one that is refused leaves files and state as they were.

    Args:
        name: the logical name, for one space.
        renames: applied to the specs; what they change is what the next `up` will change.
        accept_changes: import although the next `up` would change something.
        dry_run: only find out what would happen.
        take_over: also what another stack manages; its next preview says so.

    Raises:
        GenieError: nothing was imported; the text says why.
    """
    work = _Import(project, Engine(project, stack), bool(renames) or accept_changes, take_over)
    fresh, there = work.wanted(words)
    if not fresh:
        return there
    if name and len(fresh) != 1:
        raise GenieError(f"{len(fresh)} spaces cannot all be called {name!r}; name one, or leave --as out")
    exported = work.read(fresh, renames)
    with tempfile.TemporaryDirectory(prefix="genie-import-") as folder:
        specs = Path(folder, "specs")  # wherever the stack keeps them, and nothing beside this folder
        if work.specs.is_dir():
            shutil.copytree(work.specs, specs)
        write_all(work.host, exported, specs, name=name)
        with ThreadPoolExecutor(_THREADS) as pool:
            found = list(counted(pool.map(work.judged, exported), len(exported), "spaces compared"))
    if dry_run or any(one.problem for one in found):
        return there + found
    work.carry_out(found, exported, name)
    return there + found


class _Import:
    def __init__(self, project: Path, engine: Engine, may_change: bool, take_over: bool) -> None:
        self._takes_over = take_over
        self._project = project
        self._engine = engine
        self._may_change = may_change
        self._context = StackContext.of(project, engine.stack_file_name)
        self.settings = self._context.settings
        self.specs = self._context.specs
        self._held = engine.spaces()
        self._specs = self._context.load_specs().specs
        self._workspace = self._context.connect(remembering=True)
        self._lifecycle = SpaceLifecycle(provider_config(self.settings), self._workspace)

    @property
    def host(self) -> str:
        return self._workspace.host

    def wanted(self, words: Sequence[str]) -> tuple[list[SpaceSummary], list[Imported]]:
        """The spaces to import, and those that the stack holds already."""
        by_id = {space.id: space for space in self._held.values()}
        fresh, there = [], []
        for space in find_spaces(self._workspace, words):
            held = by_id.get(space.space_id)
            if held is None:
                fresh.append(space)
                continue
            file = self.specs / f"{held.name}.yaml"
            known = Imported(space.space_id, space.title, held.name, file, "there already")
            if held.name not in self._specs:
                known.notices.append(f"no spec goes by this name; `export {held.id} --as {held.name}` writes one")
            there.append(known)
        return fresh, there

    def read(self, spaces: Sequence[SpaceSummary], renames: Sequence[Renames]) -> list[Exported]:
        """The spaces as documents; nothing is written."""
        # A copy of one of our spaces, made in the UI, carries that one's ids; it is not that spec's space.
        prefix = self.settings.title_prefix
        free = {name: prefix + spec.title for name, spec in self._specs.items() if name not in self._held}
        exported = read_all(self._workspace, spaces, self._context, free)
        rename(exported, renames)
        return exported

    def judged(self, one: Exported) -> Imported:
        """Whether it can be imported, and what the next `up` would change; nothing is written."""
        assert one.file is not None
        file = self.specs / one.file.name
        told = Imported(one.space_id, one.title, one.file.stem, file, notices=one.notices, moved=one.moved)
        spec = loader.load_file(one.file, self._context.variables)
        if one.state == "kept":
            told.problem = f"{self._shown(file)} is there and says something else; choose another name with --as"
        elif not self._takes_over and (owner := self._other_owner(told)):
            told.problem = f"{owner} manages it; if it is to be this stack's from now on: --take-over"
        elif told.name in self._held:
            told.problem = f"the stack has another space called '{told.name}'; choose another name with --as"
        elif told.name not in spec.specs:
            told.problem = "\n".join(map(str, spec.errors)) or f"the spec goes by another name than '{told.name}'"
        else:
            told.differences = self._differences(told, spec)
            if told.differences and not self._may_change:
                told.problem = self._why(told.differences)
        told.state = "refused" if told.problem else told.state
        return told

    def _other_owner(self, told: Imported) -> str:
        siblings = [self._context.ownership_key(name) for name in {*self._held, *self._specs}]
        return other_owner(self._workspace, told.space_id, self._context.ownership_key(told.name), siblings)

    def _differences(self, told: Imported, spec: loader.Loaded) -> list[str]:
        lifecycle = self._lifecycle
        call = Call(told.name, self._context.project, self._context.stack)
        found = lifecycle.read(call, told.space_id, None, None)
        if found is None:
            raise GenieError(f"the space {told.space_id} is in the trash or gone")
        owner = self._context.ownership_key(told.name)
        wanted = lifecycle.check(call, None, inputs_of(spec.specs[told.name], owner, self.settings.defaults))
        changes = lifecycle.diff(call, found.id, found.inputs, found.outputs, wanted.inputs)
        return [diff.entry_name(change.path) for change in changes]

    def _why(self, differences: Sequence[str]) -> str:
        hints = []
        if "title" in differences and self.settings.title_prefix:
            hints.append(f"genie:titlePrefix puts {self.settings.title_prefix!r} before every title of this stack")
        if any(name.startswith("tags[") or name.startswith("tags.") for name in differences):
            hints.append("genie:tags gives every space of this stack tags")
        because = f" ({'; '.join(hints)})" if hints else ""
        return (
            f"the next pulumi up would change {', '.join(differences[:10])}{because}; "
            "to import it nevertheless: --accept-changes"
        )

    # ── doing it ────────────────────────────────────────────────────────────────────────────

    def carry_out(self, found: list[Imported], exported: Sequence[Exported], name: str) -> None:
        """Files, state, preview; or everything as it was.

        Raises:
            GenieError: what went wrong; nothing is left of it.
        """
        before = set(self.specs.rglob("*"))
        documents = [replace(one, notices=[]) for one in exported]
        try:
            write_all(self.host, documents, self.specs, name=name)
            self._engine.import_spaces({one.name: one.space_id for one in found})
            self._look(found)
        except BaseException as error:
            self._undo([one.file for one in documents if one.file and one.file not in before])
            if isinstance(error, GenieError):
                raise GenieError(f"{error}\nfiles and state are as they were") from error
            raise
        for done in found:
            done.state = "imported"
            done.notices += self._mark(done)

    def _mark(self, done: Imported) -> list[str]:
        """Says in the workspace that the space is this stack's: the one thing an import sends."""
        place = stack_identity.state_place(self._project)
        key = self._context.ownership_key(done.name)
        try:
            mark_imported(self._context.connect(), done.space_id, key, place, moved=self._takes_over)
        except GenieError as error:
            return [f"it could not be marked as this stack's: {error}"]
        return []

    def _look(self, found: list[Imported]) -> None:
        """The preview has to be empty for what was imported."""
        by_name = {one.name: one for one in found}
        surprises = []
        for step in self._engine.preview():
            one = by_name.get(step.name)
            if one is None:
                continue
            one.differences = step.paths or [step.op]
            if not self._may_change or step.op != "update":
                surprises.append(f"{one.name}: pulumi up would {step.op} it: {', '.join(one.differences)}")
        if surprises:
            raise EngineError("\n".join(surprises))

    def _undo(self, written: Sequence[Path]) -> None:
        """Only what this run brought: its files, its entries in the state."""
        for file in written:
            file.unlink(missing_ok=True)
        for space in self._new():
            self._engine.forget(space.urn)

    def _new(self) -> list[HeldSpace]:
        return [space for name, space in self._engine.spaces().items() if name not in self._held]

    def _shown(self, file: Path) -> str:
        return file.relative_to(self._project).as_posix()
