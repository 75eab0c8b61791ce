"""Two of everything: two writers meet, and each space has exactly one owner and is changed by nobody else.

Rows: what there are two of. Columns: what the second does after the first has made its space. Each cell says how
that ends: "refused" (an error, nothing sent), "same" (one space, and both mean it), "own" (each has one of its own),
"nothing" (there is nothing for it to do), "gone" (trashed, by one who may).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from emulator.handle import Handle
from emulator.serving import running
from genie_provider.client import Access, Workspace
from genie_provider.codec.spec_inputs import Defaults, inputs_of
from genie_provider.compare import diff
from genie_provider.errors import WorkspaceError
from genie_provider.lifecycle import PROJECT_FOLDER, Call, Made, Properties
from genie_provider.model.ownership_key import Mark, ownership_key
from genie_provider.model.spec import SpaceSpec
from genie_provider.model.state import MARKS, OWNER_TAG
from genie_provider.reconcile import import_mark
from genie_provider.reconcile.space import SpaceLifecycle
from tests.lifecycles import WAREHOUSE, trips

ACTIONS = ("create", "update", "rename", "import", "destroy", "lost state")
ENDS = {
    "teams": ("refused", "refused", "refused", "refused", "nothing", "own"),
    "teams, one state copied from the other's": ("refused", "refused", "refused", "refused", "refused", "refused"),
    "states": ("refused", "refused", "refused", "same", "nothing", "refused"),
    "clones that share a state": ("same", "same", "same", "same", "gone", "same"),
    "workspaces": ("own", "refused", "refused", "refused", "refused", "own"),
    "runs at once": ("same", "same", "same", "same", "gone", "same"),
}
CELLS = [(row, action, end) for row, ends in ENDS.items() for action, end in zip(ACTIONS, ends, strict=True)]


@dataclass
class Kept:
    """What a state knows of the space."""

    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class Writer:
    """A project on somebody's machine: its folder, its stack's id, the workspace it is for, its state."""

    folder: Path
    workspace: Handle
    stack_id: str
    kept: Kept

    @classmethod
    def at(cls, folder: Path, workspace: Handle, stack_id: str, backend: str) -> Writer:
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(f"name: genie\nbackend: {{url: 'file://{folder.parent / backend}'}}\n")
        writer = cls(folder, workspace, stack_id, Kept())
        writer.write_stack_file()
        return writer

    def write_stack_file(self) -> None:
        lines = f"  genie:host: {self.workspace.url}\n  genie:stackId: {self.stack_id}\n"
        (self.folder / "Pulumi.dev.yaml").write_text(f"config:\n{lines}")

    def up(self, name: str = "trips", **more: Any) -> Made:
        """Reads, then creates or updates, as the engine does."""
        run, call, kept = self._run(), self._call(name), self.kept
        spec = SpaceSpec.model_validate(trips(**more))
        inputs = inputs_of(spec, self.key(name), Defaults(warehouse=WAREHOUSE))
        news = {**inputs, MARKS: diff.marks(inputs)}
        if kept.id:
            found = run.read(call, kept.id, kept.inputs, kept.outputs)
            assert found is not None
            assert not found.unfinished, found.unfinished
            made = run.update(call, kept.id, found.inputs, found.outputs, news)
        else:
            made = run.create(call, news)
        kept.id, kept.inputs, kept.outputs = made.id, news, made.outputs
        return made

    def take_in(self, space_id: str) -> None:
        """As the command `import`: asks whose it is, marks it, and reads it into the state."""
        client = Workspace(Access.find(self.workspace.url, None, "anything", env={}))
        owner = import_mark.other_owner(client, space_id, self.key())
        if owner:
            raise WorkspaceError("foreign", "import", f"{owner} manages it")
        found = self._run().read(self._call(), space_id, None, None)
        assert found is not None
        self.kept.id, self.kept.inputs, self.kept.outputs = space_id, found.inputs, found.outputs
        self.up()

    def destroy(self) -> bool:
        """Whether there was anything to trash."""
        if not self.kept.id:
            return False
        self._run().delete(self._call(), self.kept.id, self.kept.outputs)
        return True

    def lose(self) -> None:
        self.kept.id, self.kept.inputs, self.kept.outputs = "", {}, {}
        shutil.rmtree(self.folder / ".genie", ignore_errors=True)

    def key(self, name: str = "trips") -> str:
        return ownership_key("genie", "dev", name, self.stack_id)

    def _run(self) -> SpaceLifecycle:
        settings = {"genie:host": self.workspace.url, "genie:token": "anything", "genie:stackId": self.stack_id}
        return SpaceLifecycle({**settings, PROJECT_FOLDER: str(self.folder)})

    def _call(self, name: str = "trips") -> Call:
        urn = f"urn:pulumi:dev::genie::pulumi-python:dynamic/genie:GenieSpace::{name}"
        return Call(name, "genie", "dev", urn, notify=lambda level, text: None)


@pytest.fixture
def two_workspaces() -> Iterator[tuple[Handle, Handle]]:
    with running(workspace_id="4711471147114711") as one, running(workspace_id="4711471147114712") as other:
        yield one, other


@pytest.mark.parametrize(("row", "action", "end"), CELLS, ids=lambda part: str(part))
def test_one_owner_each_and_nobody_changes_anothers(
    row: str,
    action: str,
    end: str,
    two_workspaces: tuple[Handle, Handle],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    first, second = _pair(row, tmp_path, two_workspaces)
    monkeypatch.chdir(first.folder)
    if row == "runs at once":
        before = first.up().id if action != "create" else ""
        _at_once(first, second, action)
    else:
        before = first.up().id
        _prepared(row, action, first, second)
        monkeypatch.chdir(second.folder)
        second.write_stack_file()
        held = first.workspace.control.space(before)
        assert _ended(action, second, before) == end
        if end in ("refused", "nothing", "own"):
            assert first.workspace.control.space(before) == held, "somebody else's space was touched"

    live = _live(two_workspaces)
    assert len(live) == {"own": 2, "gone": 0}.get(end, 1)
    assert not before or end == "gone" or before in live
    marks = [Mark.parse(mark) for mark in live.values()]
    assert all(mark.is_for(space_id) for mark, space_id in zip(marks, live, strict=True))
    wheres = {(mark.key, space_id in _live(two_workspaces[:1])) for mark, space_id in zip(marks, live, strict=True)}
    assert len(wheres) == len(live), "one owner has two spaces in a workspace"


def _pair(row: str, tmp_path: Path, workspaces: tuple[Handle, Handle]) -> tuple[Writer, Writer]:
    here, elsewhere = workspaces
    first = Writer.at(tmp_path / "first", here, "saaaaaaaaaa", "state-1")
    if row == "teams" or row.startswith("teams,"):
        return first, Writer.at(tmp_path / "second", here, "sbbbbbbbbbb", "state-2")
    if row == "states":
        return first, Writer.at(tmp_path / "second", here, "saaaaaaaaaa", "state-2")
    if row == "workspaces":
        return first, replace(first, workspace=elsewhere)
    if row == "clones that share a state":
        return first, replace(Writer.at(tmp_path / "second", here, "saaaaaaaaaa", "state-1"), kept=first.kept)
    return first, replace(first, kept=Kept())


def _prepared(row: str, action: str, first: Writer, second: Writer) -> None:
    """What the second has before it acts."""
    if row.startswith("teams,"):
        second.kept.id, second.kept.inputs, second.kept.outputs = vars(first.kept).values()
    if row == "teams" and action == "lost state":
        second.up(title="Zones")
    if row == "workspaces" and action in ("create", "lost state"):
        second.lose()
    if row in ("clones that share a state", "teams, one state copied from the other's") and action == "lost state":
        second.lose()


def _ended(action: str, writer: Writer, space_id: str) -> str:
    try:
        return _act(action, writer, space_id)
    except WorkspaceError as error:
        assert error.message
        return "refused"


def _act(action: str, writer: Writer, space_id: str) -> str:
    if action == "destroy":
        return "gone" if writer.destroy() else "nothing"
    if action == "import":
        writer.take_in(space_id)
        return "same"
    if action == "lost state":
        title = "Zones" if writer.kept.id and writer.kept.id != space_id else "Trips"
        writer.lose()
        made = writer.up(title=title)
    else:
        name = "cabs" if action == "rename" else "trips"
        made = writer.up(name, **({"description": "Edited"} if action == "update" else {}))
    return "same" if made.id == space_id else "own"


def _at_once(first: Writer, second: Writer, action: str) -> None:
    """Two runs of one project with one state, side by side: what a lock of the state would have prevented."""
    for kept in (first.kept, second.kept) if action != "create" else ():
        kept.id, kept.inputs, kept.outputs = vars(first.kept).values()
        kept.inputs, kept.outputs = dict(kept.inputs), dict(kept.outputs)
    space_id = first.kept.id
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda writer: _ended(action, writer, space_id), (first, second)))
    assert "same" in ends or "own" in ends or "gone" in ends, ends


def _live(workspaces: tuple[Handle, ...]) -> dict[str, str]:
    """space id → what its mark says, over all workspaces."""
    found = {}
    for workspace in workspaces:
        client = Workspace(Access.find(workspace.url, None, "anything", env={}))
        for each in workspace.control.spaces():
            found[each["space_id"]] = client.tags(each["space_id"]).get(OWNER_TAG, "")
    return found
