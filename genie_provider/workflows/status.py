"""status: how each space of a stack stands against its spec, without the engine.

    for space in look(project, "dev"):
        print(space.name, space.state, [str(change) for change in space.changes])

The state says which spaces the stack has and what the last `up` wrote, the specs say what is wanted, the workspace
what there is. Nothing is sent and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..codec import normalize
from ..codec.spec_inputs import inputs_of
from ..compare import diff
from ..config.context import StackContext
from ..errors import SpecError
from ..lifecycle import Call
from ..lifecycle import Path as EntryPath
from ..model import state as keys
from ..model.spec import SpaceSpec
from ..reconcile.space import SpaceLifecycle
from ..specs import loader
from ..specs.loader import Loaded
from .live_spaces import LiveSpace, provider_config, read_spaces
from .names import chosen
from .pulumi_cli import Engine, HeldSpace

State = Literal[
    "in sync",
    "edited in the UI",
    "changed in the spec",
    "both",  # some entries here, some there, or one on both sides
    "new",  # a spec without a space: the next up makes it
    "gone",  # a space without a spec: the next up trashes it
    "in the trash",  # the state knows it, the workspace has it no longer
    "not managed",  # in the workspace, and no stack's that we know of
    "unreadable",  # nobody knows: no right, or no answer
]
Author = Literal["ui", "spec", "both"]


@dataclass(frozen=True)
class EntryChange:
    """One entry that the space and its spec say differently.

    Attributes:
        author: who changed it since the last `up`.
        live, wanted: what the space says and what the spec says; None where one has no such entry.
    """

    entry: str
    author: Author
    live: Any = None
    wanted: Any = None

    def __str__(self) -> str:
        return self.entry


@dataclass
class SpaceStatus:
    """One space.

    Attributes:
        file: the spec's, "" where there is none.
        deployed: when the state of it was last written, RFC 3339; "" before the first `up`.
        owner: who made the space, as far as the state knows.
        edited: when the space was last edited, RFC 3339, where somebody edited it in the UI.
    """

    name: str
    state: State
    title: str = ""
    space_id: str = ""
    url: str = ""
    file: str = ""
    deployed: str = ""
    owner: str = ""
    changes: list[EntryChange] = field(default_factory=list)
    problem: str = ""
    edited: str = ""

    @property
    def is_fine(self) -> bool:
        return self.state in ("in sync", "not managed")

    def by(self, *authors: Author) -> list[EntryChange]:
        """The changed entries of those authors."""
        return [change for change in self.changes if change.author in authors]


def look(
    project: Path, stack: str, words: Sequence[str] = (), *, engine: Engine | None = None, unmanaged: bool = False
) -> list[SpaceStatus]:
    """Every space of the stack and every spec, in the order of the specs.

    Args:
        words: names or patterns; all where empty.
        unmanaged: also the spaces of the workspace that the stack does not have.

    Raises:
        SpecError: specs with problems: what they want is not known.
        GenieError: a name that neither the specs nor the stack have; pulumi or the settings.
    """
    engine = engine or Engine(project, stack)
    context = StackContext.of(project, engine.stack_file_name)
    loaded = context.load_specs()
    if context.settings.demo_data:
        loaded.merge(loader.load([project / "demo" / "spaces"], context.variables))
    if loaded.errors:
        raise SpecError(loaded.errors)
    held = engine.spaces_if_any()
    names = chosen(words, [*loaded.specs, *(name for name in held if name not in loaded.specs)])
    live = read_spaces(context.settings, engine, [held[name] for name in names if name in held])
    lifecycle = SpaceLifecycle(provider_config(context.settings))
    found = [_status(name, context, lifecycle, loaded, held.get(name), live.get(name)) for name in names]
    return found + (_unmanaged(context, held.values()) if unmanaged else [])


def _status(
    name: str,
    context: StackContext,
    lifecycle: SpaceLifecycle,
    loaded: Loaded,
    held: HeldSpace | None,
    live: LiveSpace | None,
) -> SpaceStatus:
    spec = loaded.specs.get(name)
    file = loaded.places[name].file if name in loaded.places else ""
    if held is None or live is None:
        title = context.settings.title_prefix + spec.title if spec else ""
        return SpaceStatus(name, "new", title, file=file)
    status = _known(name, held, file)
    if live.is_gone:
        status.state = "in the trash"
    elif live.problem:
        status.state, status.problem = "unreadable", live.problem
    elif spec is None:
        status.state = "gone"
    else:
        status.title = str(live.inputs.get("title", ""))
        status.changes = _changes(name, context, lifecycle, spec, file, live)
        status.state = _state_of(status.changes)
        status.edited = live.edited if status.by("ui", "both") else ""
    return status


def _known(name: str, held: HeldSpace, file: str) -> SpaceStatus:
    """What the state says of the space."""
    outputs = held.outputs
    return SpaceStatus(
        name,
        "in sync",
        str(held.inputs.get("title", "")),
        held.id,
        str(outputs.get(keys.URL, "")),
        file,
        held.modified,
        str(outputs.get(keys.CREATOR) or ""),
    )


def _state_of(changes: Sequence[EntryChange]) -> State:
    authors = {change.author for change in changes}
    if not authors:
        return "in sync"
    if authors == {"ui"}:
        return "edited in the UI"
    return "changed in the spec" if authors == {"spec"} else "both"


def _changes(
    name: str, context: StackContext, lifecycle: SpaceLifecycle, spec: SpaceSpec, file: str, live: LiveSpace
) -> list[EntryChange]:
    """What the next `up` would change, and who is the reason."""
    call = Call(name, context.project, context.stack)
    inputs = inputs_of(spec, context.ownership_key(name), context.defaults_for(name, file))
    wanted = lifecycle.check(call, None, inputs).inputs
    there = normalize.settle(live.inputs, wanted)
    authors = {edit.path: edit.author for edit in diff.edits(there, wanted, live.marks)}
    found = []
    for change in diff.changes(there, wanted):
        path = tuple(change.path)
        author = _author(path, authors)
        found.append(EntryChange(diff.entry_name(path), author, _at(there, path), _at(wanted, path)))
    return found


def _author(path: EntryPath, authors: Mapping[EntryPath, Author]) -> Author:
    """Who changed the entry that holds that path; without marks of a last `up`, the spec."""
    return next((authors[path[:end]] for end in range(len(path), 0, -1) if path[:end] in authors), "spec")


def _at(inputs: Any, path: Sequence[Any]) -> Any:
    for step in path:
        if not isinstance(inputs, dict):
            return None
        inputs = inputs.get(step)
    return inputs


def _unmanaged(context: StackContext, held: Any) -> list[SpaceStatus]:
    known = {space.id for space in held}
    workspace = context.connect()
    return [
        SpaceStatus("", "not managed", space.title, space.space_id, f"{workspace.host}/genie/rooms/{space.space_id}")
        for space in workspace.list_spaces()
        if space.space_id not in known
    ]
