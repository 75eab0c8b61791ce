"""pull: what was edited in the UI goes into the spec files, as if a person had typed just that.

    for space in pull(Path("."), stack="dev"):
        print(space.name, space.entries, [str(conflict) for conflict in space.conflicts])

What the spec said at the last `up` (the marks in the stack's state) tells the UI's edits from those of
the spec. An entry changed on both sides is a conflict: nothing is written for its space unless one
side is preferred. Every file is read again before it is written: it must say exactly what was wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..codec import normalize
from ..codec.spec_inputs import inputs_of
from ..compare import diff
from ..compare.merge import Conflict, Prefer, take
from ..config import made_names, stackfile
from ..config.context import StackContext
from ..config.settings import Settings
from ..editing.body_editor import BodyEdit
from ..editing.space_editor import SpecEdit
from ..errors import GenieError
from ..model.spec import SpaceSpec
from ..model.variables import Variables
from ..reconcile import ui_edits
from ..specs import loader
from ..yamlio.patch import Editor, NotPatched
from ..yamlio.patch.files import plain, read_raw, replace_file, restored
from ..yamlio.patch.tree import Path as FilePath
from .live_spaces import LiveSpace, read_spaces
from .pulumi_cli import Engine

Properties = dict[str, Any]


class PullError(GenieError):
    """Nothing can be pulled: the text says why."""


@dataclass
class Pulled:
    """One space of the stack.

    Attributes:
        entries: what was taken from the UI, as people write it.
        left: what was changed in the spec alone, and waits for `pulumi up`.
        problem: why nothing could be written.
        before, after: the file's text; the same where nothing was taken.
    """

    name: str
    file: Path
    entries: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    problem: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_fine(self) -> bool:
        return not self.conflicts and not self.problem


@dataclass(frozen=True)
class Spot:
    """Where a space stands: a file, and a path in it."""

    file: Path
    at: FilePath


def pull(
    project: Path,
    stack: str | None = None,
    names: Sequence[str] = (),
    *,
    prefer: Prefer = "",
    dry_run: bool = False,
) -> list[Pulled]:
    """Brings spec files up to what was edited in the UI since the last `pulumi up`.

    Args:
        stack: the selected one where left out.
        names: logical names; all spaces of the stack where empty.
        prefer: in a conflict, keep the spec's ("ours") or take the space's ("theirs").
        dry_run: write nothing; the results hold the files' texts before and after.

    Raises:
        PullError: a name that is not in the stack or has no spec.
        GenieError: pulumi, the stack's settings or the way to the workspace.
    """
    engine = Engine(project, stack)
    settings = stackfile.stack_settings(project, engine.stack_file_name)
    variables = made_names.variables_of(project, engine.stack_file_name)
    spots = spec_spots(project / settings.specs, variables)
    held = engine.spaces()
    wanted = _chosen(names, list(held), spots, engine.stack)
    live = read_spaces(settings, engine, [held[name] for name in wanted])
    context = StackContext.of(project, engine.stack_file_name)
    texts: dict[Path, str] = {}
    raws = {spots[name].file: read_raw(spots[name].file) for name in wanted}
    results = []
    for name in wanted:
        spot = spots[name]
        before = texts.setdefault(spot.file, plain(raws[spot.file]))
        done = _pulled(name, spot, before, live[name], context.ownership_key(name), settings, variables, prefer)
        texts[spot.file] = done.after
        results.append(done)
    for file, text in texts.items():
        if not dry_run and text != plain(raws[file]):
            replace_file(file, restored(raws[file], text))
    return results


def let_overwrite(
    project: Path, stack: str | None, names: Sequence[str], entries: Sequence[str] = (), *, dry_run: bool = False
) -> dict[str, dict[str, str]]:
    """Lets the next `pulumi up` undo what was edited in the UI, although genie:uiEdits is stop; and exactly that.

    The stack's file gets the mark of each edit (`genie:overwrite`). An edit that comes later has another mark.

    Args:
        entries: as previews name them; all edited ones where empty.

    Returns:
        space → entry → mark, of what may be overwritten.

    Raises:
        PullError: a name, or an entry, that was not edited.
    """
    engine = Engine(project, stack)
    context = StackContext.of(project, engine.stack_file_name)
    spots = spec_spots(context.specs, context.variables)
    held = engine.spaces()
    wanted = _chosen(names, list(held), spots, engine.stack)
    live = read_spaces(context.settings, engine, [held[name] for name in wanted])
    allowed = {}
    for name in wanted:
        text, at = plain(read_raw(spots[name].file)), spots[name].at
        spec = spec_inputs(text, at, context.ownership_key(name), context.settings, context.variables)
        found = _edits_to_undo(live[name], spec)
        if found:
            allowed[name] = {entry: mark for entry, mark in found.items() if not entries or entry in entries}
    missing = [entry for entry in entries if not any(entry in found for found in allowed.values())]
    if missing:
        raise PullError(f"not edited in the UI since the last up: {', '.join(missing)}")
    if any(allowed.values()) and not dry_run:
        _write_overwrite(context, allowed)
    return allowed


def _edits_to_undo(live: LiveSpace, spec: Properties) -> dict[str, str]:
    if live.problem:
        raise PullError(live.problem)
    shown = normalize.settle(live.inputs, spec)
    now = dict(diff.entries(shown))
    edits = [edit for edit in diff.edits(shown, spec, live.marks) if edit.author != "spec"]
    return {str(edit): ui_edits.content_mark(edit.path, now) for edit in edits}


def _write_overwrite(context: StackContext, allowed: Mapping[str, Mapping[str, str]]) -> None:
    file = next(context.folder.glob(f"Pulumi.{context.stack}.y*ml"))
    raw = read_raw(file)
    editor = Editor(plain(raw))
    merged = {**context.settings.overwrite, **{name: dict(marks) for name, marks in allowed.items() if marks}}
    path = ("config", "genie:overwrite")
    if editor.get(path) is None:
        editor.insert(path, merged)
    else:
        editor.set(path, merged)
    replace_file(file, restored(raw, editor.text))


def spec_spots(folder: Path, variables: Variables) -> dict[str, Spot]:
    """Logical name → where its spec stands."""
    spots: dict[str, Spot] = {}
    for file in loader.find_files([folder])[0]:
        document = loader.read_document(plain(read_raw(file)), file.name, variables, [])
        value = document.value
        spaces = value.get("spaces") if isinstance(value, dict) else None
        if isinstance(spaces, list):
            for at, space in enumerate(spaces):
                if isinstance(space, dict):
                    spots[_name_of(space, file)] = Spot(file, ("spaces", at))
        elif isinstance(value, dict):
            spots[_name_of(value, file)] = Spot(file, ())
    return spots


def _name_of(space: dict[str, Any], file: Path) -> str:
    return str(space.get("name") or space.get("space_id") or file.stem)


def _chosen(names: Sequence[str], held: Sequence[str], spots: dict[str, Spot], stack: str) -> list[str]:
    for name in names:
        if name not in held:
            there = ", ".join(sorted(held)) or "none"
            raise PullError(f"stack {stack} has no space '{name}' (there are: {there}); `pulumi up` makes it first")
        if name not in spots:
            raise PullError(f"no spec file holds '{name}'")
    return list(dict.fromkeys(names)) or [name for name in held if name in spots]


def _pulled(
    name: str,
    spot: Spot,
    text: str,
    live: LiveSpace,
    owner: str,
    settings: Settings,
    variables: Variables,
    prefer: Prefer,
) -> Pulled:
    done = Pulled(name, spot.file, before=text, after=text)
    if live.problem:
        done.problem = live.problem
        return done
    try:
        told = retell(text, spot.at, live.inputs, live.marks, owner, settings, variables, prefer)
    except (NotPatched, PullError) as error:
        done.problem = str(error)
        return done
    done.entries, done.conflicts, done.left, done.after = told.entries, told.conflicts, told.left, told.text
    return done


@dataclass
class Told:
    """One space's file with the UI's edits: entries taken, conflicts, entries left alone, the text."""

    text: str
    entries: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def retell(
    text: str,
    at: FilePath,
    live: Properties,
    marks: str,
    owner: str,
    settings: Settings,
    variables: Variables,
    prefer: Prefer = "",
) -> Told:
    """The file with the UI's edits of one space; unchanged where there is a conflict.

    Args:
        text: with newlines only.
        at: where the space stands in the file: () or ("spaces", 2).
        marks: what the spec said at the last `up`, as in the state.

    Raises:
        PullError: the file has problems, or cannot be made to say it.
    """
    spec = spec_inputs(text, at, owner, settings, variables)
    live = normalize.settle(_same_prefix(live, settings.title_prefix), spec)
    taken = take(live, spec, marks, prefer)
    left = [diff.entry_name(path) for path in taken.left]
    if taken.conflicts or not (taken.changes or taken.renames):
        return Told(text, conflicts=taken.conflicts, left=left)
    editor = Editor(text)
    edit = _edit_of(editor, at, spec, variables, settings.title_prefix)
    for each in taken.renames:
        edit.rename(each.section, each.key, each.new_key, each.value)
    for path, value in taken.changes:
        try:
            edit.apply(path, value)
        except (NotPatched, KeyError, TypeError, ValueError) as error:
            name = diff.entry_name(path)
            raise PullError(f"{name} cannot be written by itself ({error}); nothing was written") from error
    _verify(editor.text, at, taken.wanted, owner, settings, variables)
    return Told(editor.text, taken.names, left=left)


def _edit_of(
    editor: Editor, at: FilePath, spec: Properties, variables: Variables, title_prefix: str
) -> SpecEdit | BodyEdit:
    kept = {name: dict(value) if isinstance(value, dict) else value for name, value in spec.items()}
    if editor.get((*at, "serialized_space")) is not None:
        return BodyEdit(editor, at, kept, variables, title_prefix)
    return SpecEdit(editor, at, kept, variables, title_prefix)


def spec_inputs(text: str, at: FilePath, owner: str, settings: Settings, variables: Variables) -> Properties:
    """The inputs that one space of a file gives.

    Raises:
        PullError: the file has problems.
    """
    problems: list[Any] = []
    document = loader.read_document(text, "the spec", variables, problems)
    problems += document.problems
    value = document.value
    for step in at:
        value = value[step] if value is not None else None
    if problems or not isinstance(value, dict):
        raise PullError("the spec has problems; `python -m genie_provider validate` lists them")
    file_keys = () if at else ("version", "author")
    try:
        spec = SpaceSpec.model_validate({key: part for key, part in value.items() if key not in file_keys})
    except ValidationError:
        raise PullError("the spec has problems; `python -m genie_provider validate` lists them") from None
    return inputs_of(spec, owner, settings.defaults)


def _same_prefix(live: Properties, prefix: str) -> Properties:
    """A title that lost the stack's prefix in the UI gets it back: no file could say it without."""
    title = str(live.get("title", ""))
    return live if title.startswith(prefix) else {**live, "title": prefix + title}


def _verify(text: str, at: FilePath, wanted: Properties, owner: str, settings: Settings, variables: Variables) -> None:
    """The new text must say what was wanted; else nothing of it is kept."""
    told = spec_inputs(text, at, owner, settings, variables)
    wrong = diff.changes(wanted, told)
    if wrong:
        names = ", ".join(diff.entry_name(change.path) for change in wrong[:5])
        raise PullError(f"the file would not say what the space says ({names}); nothing was written")
