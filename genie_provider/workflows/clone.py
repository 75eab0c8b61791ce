"""clone: a new spec from a live space, or from another spec, with ids of its own.

The new spec says what the old one says, under another title. What binds the old one to its place stays
behind: ids, `import`, the logical name; and, for another workspace, warehouse, folder and permissions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..codec import wire
from ..codec.spec_inputs import Properties
from ..config.context import StackContext
from ..errors import GenieError, WorkspaceError
from ..model.schema import KEYED
from ..model.variables import Variables
from ..specs.loader import load_file
from ..specs.writer import authored, to_yaml
from ..sql import Renames
from ..yamlio.patch import Editor, NotPatched
from ..yamlio.patch.files import plain
from ..yamlio.reader import Document, read_text
from .export import head_inputs, rights_of, write_file
from .rename import Moved, move

if TYPE_CHECKING:
    from ..client import Workspace

_OWN = ("name", "space_id", "import", "protect", "retain_on_delete", "renamed_from")
_OF_WORKSPACE = ("warehouse", "warehouse_id", "parent_path", "permissions", "permissions_mode")


@dataclass
class Clone:
    """The text of a new spec.

    Attributes:
        left_out: keys of the old one that were not taken along.
    """

    text: str
    title: str
    moved: Moved = field(default_factory=Moved)
    left_out: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def clone_space(
    workspace: Workspace,
    space_id: str,
    title: str,
    *,
    renames: Sequence[Renames] = (),
    around: StackContext | None = None,
    elsewhere: bool = False,
) -> Clone:
    """From a live space.

    Args:
        around: the stack the clone is for; what it gives every space is not repeated.
        elsewhere: whether that stack is another workspace.

    Raises:
        WorkspaceError: gone, or its definition is not for us.
    """
    here = around or StackContext()
    remote = workspace.get(space_id)
    if remote is None:
        raise WorkspaceError("gone", "clone", f"the space {space_id} is in the trash or gone")
    if remote.body is None:
        raise WorkspaceError("forbidden", "clone", f"no definition of {remote.title!r} is shown", "CAN EDIT is needed")
    clone = Clone("", title)
    inputs = head_inputs(workspace, remote, here) | rights_of(workspace, space_id, here, clone.notices)
    document = authored({**inputs, **without_ids(wire.from_body(remote.body)), "title": title})
    _finish(clone, document, renames, elsewhere)
    clone.text = to_yaml(document)
    return clone


def clone_file(source: Path, title: str, *, renames: Sequence[Renames] = (), elsewhere: bool = False) -> Clone:
    """From a spec file; its comments and variables stay.

    Raises:
        GenieError: the file holds several spaces, or cannot be read.
    """
    problems = [p for p in load_file(source).errors if "${" not in p.message]
    if problems:
        raise GenieError("\n".join(map(str, problems)))
    text = re.sub(r"^# Exported from .*\n", "", read_text(source), count=1, flags=re.MULTILINE)
    document: Properties = Document(text, source.as_posix()).value or {}
    if "spaces" in document:
        if len(document["spaces"]) != 1:
            raise GenieError(f"{source} holds {len(document['spaces'])} spaces; clone from a file with one")
        document = document["spaces"][0]
    else:
        document = {key: value for key, value in document.items() if key not in ("version", "author")}
    clone = Clone("", title)
    _finish(clone, document, renames, elsewhere)
    document["title"] = title.replace("${", "$${")
    clone.text = _with_comments(text, document) or to_yaml(document)
    return clone


def save(clone: Clone, file: Path) -> None:
    """Writes the new file.

    Raises:
        GenieError: there is one of that name already.
    """
    if file.exists():
        raise GenieError(f"{file} is there already; give the clone another name with --as NAME")
    write_file(file, clone.text)
    clone.notices += [str(problem) for problem in load_file(file, Variables()).errors if "${" not in problem.message]


def without_ids(inputs: Properties) -> Properties:
    """The inputs of a space whose entries get ids of their own."""
    bare = dict(inputs)
    for section in KEYED:
        if section.has_id and section.name in bare:
            bare[section.name] = {
                key: {name: value for name, value in entry.items() if name != "id"}
                for key, entry in bare[section.name].items()
            }
    if "instructions" in bare:
        bare["instructions"] = {name: value for name, value in bare["instructions"].items() if name != "id"}
    return bare


def _finish(clone: Clone, document: Any, renames: Sequence[Renames], elsewhere: bool) -> None:
    """Takes out what must not come along, and moves the rest; in place."""
    _strip_ids(document)
    for key in (*_OWN, *(_OF_WORKSPACE if elsewhere else ())):
        if document.pop(key, None) is not None:
            clone.left_out.append(key)
    for rename in renames:
        done = move(document, rename)
        clone.moved.changes += done.changes
        clone.moved.troubles += done.troubles


def _strip_ids(value: Any) -> None:
    """Ids of entries; those of a raw body are needed there, and derived anew from a typed one."""
    if isinstance(value, dict):
        for key in list(value):
            if key == "id" and isinstance(value[key], str):
                del value[key]
            elif key not in ("extra", "serialized_space", "tags", "permissions"):
                _strip_ids(value[key])
    elif isinstance(value, list):
        for part in value:
            _strip_ids(part)


def _with_comments(text: str, wanted: Properties) -> str:
    """The file's own text, changed to say what is wanted; "" where that would touch something else."""
    try:
        editor = Editor(plain(text))
        if "spaces" in editor.values:
            return ""
        editor.become(wanted)
    except NotPatched:
        return ""
    return editor.text
