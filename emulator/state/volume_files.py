"""volume_files: the files on volumes. What they are stands in the store, their bytes in a folder beside it."""

from __future__ import annotations

import os
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import ApiError, invalid
from . import clock

if TYPE_CHECKING:
    from ..workspace import Workspace


@dataclass(frozen=True)
class Entry:
    """A file or folder; `blob` is the file with its bytes."""

    path: str
    is_folder: bool
    size_bytes: int
    changed: float
    blob: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Blobs:
    """The folder of the bytes; it ends with a workspace that is in memory alone."""

    def __init__(self, data: str) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="emulator-") if data == ":memory:" else None
        self.folder = Path(self._temporary.name if self._temporary else f"{data}.volumes")

    def keep(self, source: IO[bytes]) -> tuple[str, int]:
        """Takes a copy of all bytes; its name and their number."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name, size = uuid.uuid4().hex, 0
        with (self.folder / name).open("wb") as target:
            while piece := source.read(1 << 20):
                target.write(piece)
                size += len(piece)
        return name, size

    def path(self, name: str) -> Path:
        return self.folder / name

    def drop(self, name: str) -> None:
        if name:
            (self.folder / name).unlink(missing_ok=True)


def plain(path: str) -> str:
    """A path of a volume as it is kept.

    Raises:
        ApiError: 400, it is none, or leaves its volume by `..`.
    """
    parts = [part for part in path.removeprefix("dbfs:").split("/") if part]
    if ".." in parts or "." in parts or len(parts) < 4 or parts[0] != "Volumes":
        raise invalid(f"'{path}' is no path on a volume: /Volumes/catalog/schema/volume/…")
    return "/" + "/".join([parts[0], *(part.lower() for part in parts[1:4]), *parts[4:]])


def volume_of(path: str) -> str:
    """The full name of the volume that a path lies on."""
    return ".".join(path.split("/")[2:5])


def find(workspace: Workspace, path: str) -> Entry | None:
    """What lies there; the volume itself is a folder."""
    row = workspace.store.one("select * from volume_files where path = ?", path)
    if row is None:
        is_volume = path.count("/") == 4
        return Entry(path, True, 0, 0.0) if is_volume or _inside(workspace, path, 1) else None
    return Entry(row["path"], bool(row["is_folder"]), row["size_bytes"], row["changed"], row["blob"])


def put(workspace: Workspace, path: str, source: IO[bytes], overwrite: bool) -> None:
    """Keeps a file under that path.

    Raises:
        ApiError: 409 where there is one already, 400 where there is a folder.
    """
    held = find(workspace, path)
    if held is not None and held.is_folder:
        raise invalid(f"'{path}' is a directory.")
    if held is not None and not overwrite:
        raise ApiError(409, "ALREADY_EXISTS", f"The file '{path}' already exists.")
    blob, size = workspace.blobs.keep(source)
    _write(workspace, path, False, size, blob)
    if held is not None:
        workspace.blobs.drop(held.blob)


def make_folder(workspace: Workspace, path: str) -> None:
    held = find(workspace, path)
    if held is not None and not held.is_folder:
        raise ApiError(409, "ALREADY_EXISTS", f"A file '{path}' already exists.")
    if path.count("/") > 4:
        _write(workspace, path, True, 0, "")


def _write(workspace: Workspace, path: str, is_folder: bool, size: int, blob: str) -> None:
    workspace.store.run(
        "insert or replace into volume_files values (?, ?, ?, ?, ?)", path, int(is_folder), size, clock.now(), blob
    )


def remove(workspace: Workspace, path: str) -> None:
    held = find(workspace, path)
    workspace.store.run("delete from volume_files where path = ?", path)
    if held is not None:
        workspace.blobs.drop(held.blob)


def remove_volume(workspace: Workspace, full_name: str) -> None:
    """Takes away all files of a volume."""
    for entry in _inside(workspace, "/Volumes/" + full_name.lower().replace(".", "/")):
        remove(workspace, entry.path)


def children(workspace: Workspace, folder: str) -> list[Entry]:
    """What lies in a folder, folders first made by nobody included: those that a file's path runs through."""
    found: dict[str, Entry] = {}
    for entry in _inside(workspace, folder):
        inner = entry.path[len(folder) + 1 :]
        child = f"{folder}/{inner.partition('/')[0]}"
        found[child] = entry if child == entry.path else found.get(child, Entry(child, True, 0, entry.changed))
    return [found[path] for path in sorted(found)]


def files_below(workspace: Workspace, path: str) -> list[Entry]:
    """The file of that path, or all files of a folder, without hidden ones, as Spark reads them."""
    held = find(workspace, path)
    if held is not None and not held.is_folder:
        return [held]
    found = [entry for entry in _inside(workspace, path) if not entry.is_folder]
    return [each for each in found if not any(part[:1] in ("_", ".") for part in each.path[len(path) :].split("/"))]


def _inside(workspace: Workspace, folder: str, most: int = 1_000_000) -> list[Entry]:
    rows = workspace.store.all(
        "select * from volume_files where path > ? and path < ? order by path limit ?", f"{folder}/", f"{folder}0", most
    )
    return [Entry(row["path"], bool(row["is_folder"]), row["size_bytes"], row["changed"], row["blob"]) for row in rows]


def spooled() -> IO[bytes]:
    """Where an upload waits until it is whole."""
    return tempfile.TemporaryFile(prefix="emulator-upload-", dir=os.environ.get("TMPDIR"))
