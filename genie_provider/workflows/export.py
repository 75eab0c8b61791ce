"""export: spaces of the workspace → spec files a person would have written.

    workspace = Workspace(Access.find("https://…", None))
    for exported in export(workspace, ["Sales*"], Path("spaces")):
        print(exported.file, exported.state)

Nothing in the workspace is changed. A file that is there already is never overwritten unless asked.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..codec import normalize, wire
from ..config.context import StackContext
from ..errors import GenieError, WorkspaceError
from ..model.state import OWNER_TAG
from ..progress import counted
from ..reconcile.grants import direct_levels
from ..specs.filenames import file_for, origin, origin_line
from ..specs.loader import load_file
from ..specs.writer import authored, to_json, to_yaml
from ..sql import Renames
from .find import find_spaces
from .rename import Moved, move

if TYPE_CHECKING:
    from ..client import RemoteSpace, SpaceSummary, Workspace

Properties = dict[str, Any]
State = Literal["written", "unchanged", "kept"]

READERS = 32
"""Spaces read at the same time; the client itself decides how many calls that may be."""


@dataclass
class Exported:
    """One space as a document.

    Attributes:
        document: as a file holds it; see `writer.authored`.
        name: its logical name: of the spec it was made from, or "" where no spec of the stack made it.
        notices: what a person should know, such as rights that could not be read.
        moved: what the renames did, and what they could not tell.
        file, state: where it was written: "unchanged" if the file said so already, "kept" if it says
            something else and was left alone.
    """

    space_id: str
    title: str
    document: Properties
    name: str = ""
    notices: list[str] = field(default_factory=list)
    moved: Moved = field(default_factory=Moved)
    file: Path | None = None
    state: State = "written"


def read(
    workspace: Workspace,
    space_id: str,
    around: StackContext | None = None,
    titles: Mapping[str, str] | None = None,
    *,
    rights: bool = True,
) -> Exported:
    """One space as a document; nothing is written.

    Args:
        around: what it gives every space (title prefix, warehouse, folder, tags) is not repeated.
        titles: logical name → title of the stack's specs, among which a managed space is recognised.
        rights: whether permissions and tags are read too.

    Raises:
        WorkspaceError: gone, or its definition is not for us.
    """
    here = around or StackContext()
    remote = workspace.get(space_id)
    if remote is None:
        raise WorkspaceError("gone", "read", f"the space {space_id} is in the trash or gone")
    if remote.body is None:
        raise WorkspaceError(
            "forbidden",
            "read",
            f"the workspace gives no definition of {remote.title!r}",
            "you need CAN EDIT on it; a space made minutes ago may need a moment",
        )
    exported = Exported(remote.space_id, remote.title, {}, _name_of(remote, here, titles or {}))
    inputs = head_inputs(workspace, remote, here)
    if rights:
        inputs |= rights_of(workspace, remote.space_id, here, exported.notices)
    owner = here.ownership_key(exported.name)
    exported.document = authored({**inputs, **wire.from_body(remote.body, owner)}, owner)
    if "serialized_space" in exported.document:
        exported.notices.append("holds entries that the typed sections cannot say; written as serialized_space")
    return exported


def head_inputs(workspace: Workspace, remote: RemoteSpace, around: StackContext) -> Properties:
    """Title, description, warehouse and folder, as far as the stack's settings do not say them already."""
    settings = around.settings
    word = _warehouse_word(workspace, remote.warehouse_id)
    is_default = settings.warehouse in (word, remote.warehouse_id)
    inputs: Properties = {
        "title": remote.title,
        "description": remote.description,
        "warehouse": settings.warehouse if is_default else word,
        "parent_path": remote.parent_path,
    }
    return settings.defaults.strip(inputs)


def export(
    workspace: Workspace,
    words: Iterable[str],
    folder: Path,
    *,
    name: str = "",
    output: Literal["yaml", "json"] = "yaml",
    renames: Sequence[Renames] = (),
    around: StackContext | None = None,
    titles_by_name: Mapping[str, str] | None = None,
    overwrite: bool = False,
    excluded: Sequence[str] = (),
) -> list[Exported]:
    """Writes every space that one of the words (id, title, pattern, spec's name) means.

    Args:
        name: the file's stem, for one space.
        renames: applied one after the other.
        excluded: ids, titles and patterns of spaces that are left out.
        overwrite: whether a file of that name that says something else is replaced.

    Raises:
        GenieError: a word means no space, a space cannot be read; nothing was written then.
    """
    spaces = find_spaces(workspace, words, titles_by_name, excluded)
    if name and len(spaces) != 1:
        raise GenieError(f"{len(spaces)} spaces cannot all be called {name!r}; name one, or leave --as out")
    found = read_all(workspace, spaces, around, titles_by_name)
    rename(found, renames)
    write_all(workspace.host, found, folder, name=name, output=output, overwrite=overwrite)
    return found


def rename(found: Sequence[Exported], renames: Sequence[Renames]) -> None:
    """Applies the renames to the documents, one after the other."""
    for one in found:
        for each in renames:
            done = move(one.document, each)
            one.moved.changes += done.changes
            one.moved.troubles += done.troubles


def write_all(
    host: str,
    found: Sequence[Exported],
    folder: Path,
    *,
    name: str = "",
    output: Literal["yaml", "json"] = "yaml",
    overwrite: bool = False,
) -> None:
    """Writes the documents; each one's `file` and `state` say where, and whether it was written. See `export`."""
    titles = Counter(one.document["title"] for one in found)
    taken: set[Path] = set()
    for one in found:
        title = str(one.document["title"])
        suffix = f".{output}"
        one.file = (
            folder / f"{name or one.name}{suffix}"
            if name or one.name
            else file_for(folder, title, one.space_id, suffix, taken, titles[title] > 1)
        )
        taken.add(one.file)
        header = _header(host, one.space_id, one.file)
        _write(one, to_yaml(one.document, header) if output == "yaml" else to_json(one.document), overwrite)


def read_all(
    workspace: Workspace,
    spaces: Sequence[SpaceSummary],
    around: StackContext | None = None,
    titles: Mapping[str, str] | None = None,
) -> list[Exported]:
    """As `read`, several at a time, in the given order."""
    with ThreadPoolExecutor(min(READERS, len(spaces) or 1), thread_name_prefix="genie-read") as pool:
        found = pool.map(lambda space: read(workspace, space.space_id, around, titles), spaces)
        return list(counted(found, len(spaces), "spaces read"))


def write_file(file: Path, text: str) -> None:
    """The whole text or nothing: a broken-off write leaves the old file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8", newline="\n")
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)


def _write(one: Exported, text: str, overwrite: bool) -> None:
    assert one.file is not None
    if one.file.exists():
        if one.file.read_bytes() == text.encode("utf-8"):
            one.state = "unchanged"
            return
        if not overwrite or origin(one.file) not in ("", one.space_id):
            one.state = "kept"
            return
    write_file(one.file, text)
    one.state = "written"
    problems = load_file(one.file).errors
    one.notices += [str(problem) for problem in problems if "${" not in problem.message]


def _header(host: str, space_id: str, file: Path) -> str:
    return "\n".join(filter(None, (schema_line(file), origin_line(host, space_id))))


def schema_line(file: Path) -> str:
    """What lets editors check the file, where the project has the schema; "" where it has not."""
    schemas = (folder / "genie.schema.json" for folder in file.resolve().parents[:3])
    schema = next((path for path in schemas if path.is_file()), None)
    if schema is None:
        return ""
    shown = os.path.relpath(schema, file.resolve().parent).replace(os.sep, "/")
    return f"yaml-language-server: $schema={shown}"


def _name_of(remote: RemoteSpace, around: StackContext, titles: Mapping[str, str]) -> str:
    """The spec of the stack that made this space, told by the ids in its body."""
    if not around.stack or remote.body is None:
        return ""
    inputs = wire.from_body(remote.body)
    likely_first = sorted(titles, key=lambda name: titles[name] != remote.title)
    owns = (name for name in likely_first if any(normalize.own_entries(inputs, around.ownership_key(name))))
    return next(owns, "")


def _warehouse_word(workspace: Workspace, warehouse_id: str) -> str:
    """The warehouse's name where only one has it, else its id."""
    try:
        houses = workspace.warehouses()
    except WorkspaceError:
        return warehouse_id
    names = Counter(house.name for house in houses)
    name = next((house.name for house in houses if house.id == warehouse_id), "")
    return name if name and names[name] == 1 else warehouse_id


def rights_of(workspace: Workspace, space_id: str, around: StackContext, notices: list[str]) -> Properties:
    """Direct grants but our own, and tags but the stack's; what we may not see is a notice."""
    found: Properties = {}
    try:
        me = workspace.me().principal
        levels = direct_levels(workspace, space_id)
        found["permissions"] = {who: level for who, level in sorted(levels.items()) if who != me}
    except WorkspaceError as error:
        notices.append(f"its permissions are not in the file: {error.message or error.kind}")
    try:
        tags = workspace.tags(space_id)
        usual = around.settings.defaults.tags
        found["tags"] = {
            key: value
            for key, value in sorted(tags.items())
            if key != OWNER_TAG and usual.get(key) != value and "${" not in usual.get(key, "")
        }
    except WorkspaceError as error:
        notices.append(f"its tags are not in the file: {error.message or error.kind}")
    return found
