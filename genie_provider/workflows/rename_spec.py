"""rename_spec: another logical name for a space: its file and its place in the state, in one go.

Pulumi knows a resource by its name, so a spec that is only renamed is one space trashed and another made. Here the
state hears of the new name first; the space keeps its address, its conversations and its ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..config import stackfile
from ..config.context import StackContext
from ..errors import GenieError
from ..specs.loader import Loaded
from ..yamlio.patch import Editor
from ..yamlio.patch.files import plain, read_raw, replace_file, restored
from .pulumi_cli import Engine

_FORBIDDEN = frozenset('/\\\0:*?"<>|')


@dataclass
class Renamed:
    """What was done.

    Attributes:
        file: where the spec stands now.
        in_state: whether the stack held the space.
        other_stacks: stacks of the project whose state may still have the old name.
    """

    file: Path
    in_state: bool
    other_stacks: list[str] = field(default_factory=list)


def rename_spec(project: Path, stack: str, old: str, new: str, *, state_only: bool = False) -> Renamed:
    """Gives the space `old` the name `new`, in the file and in the stack's state.

    Args:
        state_only: the file has its new name already, as in the project's other stacks.

    Raises:
        GenieError: no such spec, a name that is taken or cannot be one; nothing was changed then.
    """
    engine = Engine(project, stack)
    context = StackContext.of(project, engine.stack_file_name)
    loaded, held = context.load_specs(), engine.spaces_if_any()
    _check(loaded, old, new, taken_in_state=new in held, state_only=state_only)
    if old in held:
        engine.rename(held[old].urn, new)
    elif state_only:
        raise GenieError(f"the state of stack {engine.stack} has no space '{old}'")
    try:
        file = Path(loaded.places[new].file) if state_only else _rename_file(loaded, old, new)
    except BaseException:
        if old in held:
            engine.rename(engine.urn_of(new), old)
        raise
    others = [name for name in stackfile.stack_names(project) if name != engine.stack_file_name]
    return Renamed(file, old in held, others)


def _check(loaded: Loaded, old: str, new: str, *, taken_in_state: bool, state_only: bool) -> None:
    if not new or new != new.strip() or new.startswith(".") or set(new) & _FORBIDDEN:
        raise GenieError(f"{new!r} cannot be the name of a spec")
    if state_only and new not in loaded.specs:
        raise GenieError(f"no spec is called '{new}'; without --state-only its file is renamed too")
    if not state_only and old not in loaded.specs:
        raise GenieError(f"no spec is called '{old}'; there are {', '.join(sorted(loaded.specs)[:10]) or 'none'}")
    if not state_only and new in loaded.specs:
        raise GenieError(f"the name '{new}' is taken by {loaded.places[new].file}")
    if taken_in_state:
        raise GenieError(f"the stack has a space '{new}' already")


def _rename_file(loaded: Loaded, old: str, new: str) -> Path:
    """The file, or the key in it that says the name."""
    file = Path(loaded.places[old].file)
    _, within = loaded.sources[old]
    raw = read_raw(file)
    editor = Editor(plain(raw))
    key = next((key for key in ("name", "space_id") if editor.get((*within, key)) == old), "")
    if not key and within:
        editor.insert((*within, "name"), new, ("name", "title"))
    elif key:
        editor.set((*within, key), new)
    else:
        target = file.with_name(f"{new}{file.suffix}")
        if target.exists():
            raise GenieError(f"{target} is there already")
        file.rename(target)
        return target
    replace_file(file, restored(raw, editor.text))
    return file
