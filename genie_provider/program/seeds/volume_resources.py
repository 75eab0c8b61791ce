"""volume_resources: VolumeFile and VolumeFolder, as programs name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ...client import volume_path
from ...errors import GenieError
from ...files import guard
from ...files.hashes import sha256_of
from ...model.ownership_key import ownership_key
from ...seeds.owned import OWNER
from ...seeds.providers import VolumeFilesProvider
from ...seeds.volume_files import Listing, content_of
from .. import registry


class VolumeFile(Resource, module="genie", name="VolumeFile"):
    """A file on a volume.

    Args:
        name: the logical name.
        path: where it lies, `/Volumes/catalog/schema/volume/…/file`.
        source: the file beside the program.
    """

    def __init__(self, name: str, path: str, source: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        folder, file = _path(name, path), Path(source)
        inner = folder.rpartition("/")[2]
        inputs = _inputs(name, folder.rpartition("/")[0], source, _listing(name, {inner: file}))
        super().__init__(VolumeFilesProvider(), name, inputs, opts)
        registry.current().provides(name, self)


class VolumeFolder(Resource, module="genie", name="VolumeFolder"):
    """All files of a folder, on a volume. Hidden ones (`.git`) are left out.

    Args:
        name: the logical name.
        path: where they lie, `/Volumes/catalog/schema/volume/folder`.
        source: the folder beside the program.
    """

    def __init__(self, name: str, path: str, source: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        folder = Path(source)
        if not folder.is_dir():
            raise pulumi.RunError(f"{name}: {source} is no folder")
        files = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
        shown = {inner: file for inner, file in files.items() if not any(p.startswith(".") for p in Path(inner).parts)}
        for inner in shown:
            if not shown[inner].resolve().is_relative_to(folder.resolve()):
                raise pulumi.RunError(f"{name}: {shown[inner]} is a link that leads out of {source}")
        inputs = _inputs(name, _path(name, path), source, _listing(name, shown))
        super().__init__(VolumeFilesProvider(), name, inputs, opts)
        registry.current().provides(name, self)


def _path(name: str, path: str) -> str:
    try:
        return volume_path(path)
    except GenieError as error:
        raise pulumi.RunError(f"{name}: {error}") from None


def _listing(name: str, files: dict[str, Path]) -> Listing:
    found: Listing = {}
    try:
        for inner, file in files.items():
            with guard.unchanged(guard.usable(file)) as stamp:
                found[inner] = content_of(stamp.size_bytes, sha256_of(file))
    except GenieError as error:
        raise pulumi.RunError(f"{name}: {error}") from None
    return found


def _inputs(name: str, folder: str, source: str, files: Listing) -> dict[str, Any]:
    owner = ownership_key(pulumi.get_project(), pulumi.get_stack(), name)
    return {"name": folder, "source": source, "files": files, OWNER: owner}
