"""volume_files: files and folders onto volumes and back. Repeated, it goes on where it stopped.

A file that is there already in the same size is left out. One of another size stops, unless it may be overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..client import RemoteFile, Workspace, volume_path
from ..errors import GenieError
from ..files import guard

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Copied:
    """One file, and what became of it."""

    source: str
    target: str
    size_bytes: int
    is_new: bool

    def __str__(self) -> str:
        return f"{self.source} → {self.target}" + ("" if self.is_new else ": there already, in the same size")


def put(workspace: Workspace, source: Path, path: str, overwrite: bool, told: Progress) -> Iterator[Copied]:
    """A file, or all files of a folder, onto a volume; each as it is done.

    Raises:
        GenieError: a file of another size is there; a link leads out of the folder.
    """
    folder_wanted = path.endswith("/")
    target = volume_path(path)
    for file, name in _files_here(source):
        remote = f"{target}/{name}" if source.is_dir() or folder_wanted else target
        held = workspace.find_file(remote)
        size = file.stat().st_size
        if held is not None and held.size_bytes == size and not overwrite:
            yield Copied(str(file), remote, size, False)
            continue
        if held is not None and not overwrite:
            raise GenieError(f"{remote} is there in another size; --overwrite writes over it")
        with guard.unchanged(file):
            workspace.upload_file(file, remote, overwrite=overwrite, progress=told)
        yield Copied(str(file), remote, size, True)


def _files_here(source: Path) -> Iterator[tuple[Path, str]]:
    if not source.is_dir():
        yield guard.usable(source), source.name
        return
    for file in sorted(source.rglob("*")):
        if file.is_symlink() and not file.resolve().is_relative_to(source.resolve()):
            raise GenieError(f"{file} is a link that leads out of {source}")
        if file.is_file():
            yield file, file.relative_to(source).as_posix()


def get(workspace: Workspace, path: str, target: Path, overwrite: bool, told: Progress) -> Iterator[Copied]:
    """A file, or all files of a folder, from a volume; each as it is done.

    Raises:
        GenieError: a file of another size is here; there is no such file or folder.
    """
    source = volume_path(path)
    found = workspace.find_file(source)
    if found is not None:
        local = target / found.name if target.is_dir() else target
        yield _get_one(workspace, found, local, overwrite, told)
        return
    for each in walk(workspace, source):
        local = target / each.path[len(source) + 1 :]
        local.parent.mkdir(parents=True, exist_ok=True)
        yield _get_one(workspace, each, local, overwrite, told)


def _get_one(workspace: Workspace, found: RemoteFile, local: Path, overwrite: bool, told: Progress) -> Copied:
    if local.exists() and not overwrite:
        if local.stat().st_size == found.size_bytes:
            return Copied(found.path, str(local), found.size_bytes, False)
        raise GenieError(f"{local} is here in another size; --overwrite writes over it")
    workspace.download_file(found.path, local, progress=told)
    return Copied(found.path, str(local), found.size_bytes, True)


def walk(workspace: Workspace, folder: str) -> Iterator[RemoteFile]:
    """All files of a folder and of those in it.

    Raises:
        GenieError: there is no such folder.
    """
    entries = workspace.list_folder(folder)
    if entries is None:
        raise GenieError(f"{folder}: there is no such file or folder")
    for each in entries:
        if each.is_folder:
            yield from walk(workspace, each.path.rstrip("/"))
        else:
            yield each


def remove(workspace: Workspace, path: str, recursive: bool) -> int:
    """Removes a file, an empty folder, or with `recursive` a folder with all in it; the number of files removed.

    Raises:
        GenieError: a folder that is not empty; a whole volume.
    """
    target = volume_path(path)
    if workspace.find_file(target) is not None:
        workspace.delete_file(target)
        return 1
    if target.count("/") == 4 and recursive:
        raise GenieError(f"{target} is a whole volume; name a folder on it")
    files = list(walk(workspace, target))
    if files and not recursive:
        raise GenieError(f"{target} holds {len(files)} files; --recursive removes them")
    for each in files:
        workspace.delete_file(each.path)
    _remove_folders(workspace, target)
    return len(files)


def _remove_folders(workspace: Workspace, folder: str) -> None:
    for each in workspace.list_folder(folder) or []:
        if each.is_folder:
            _remove_folders(workspace, each.path.rstrip("/"))
    workspace.remove_folder(folder)
