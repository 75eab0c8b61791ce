"""volume_files: files beside the program as files on a volume, compared by size and SHA-256.

A small file beside them, `.genie-….json`, says which of them are ours; it is written before the first of them, so that
a killed run is known again. A file that was there before is somebody else's: it is never written over or removed.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any, Final

from ..client import RemoteFile, volume_path
from ..errors import GenieError, WorkspaceError
from ..files.hashes import sha256_of
from ..lifecycle import Call, Checked, Found, Made, Properties
from .owned import OWNER, MarkedLifecycle, known_name

Listing = dict[str, str]
"""Path below the folder → size and SHA-256, as `content_of` writes them."""

_MOST_LISTING_BYTES: Final = 50_000_000


def content_of(size_bytes: int, sha256: str) -> str:
    return f"{size_bytes} bytes, sha256 {sha256}"


def size_of(content: str) -> int:
    return int(content.partition(" ")[0])


class VolumeFilesLifecycle(MarkedLifecycle):
    """Inputs: name (the folder on a volume), source (the file or folder here), files (a `Listing`)."""

    kind = "folder"

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        """Tells how much will be sent."""
        if isinstance(news.get("files"), dict):
            before = (olds or {}).get("files") or {}
            fresh = [content for name, content in news["files"].items() if before.get(name) != content]
            if fresh:
                size = sum(map(size_of, fresh)) / 1e6
                call.notify("info", f"uploads {size:,.1f} MB, {len(fresh)} file{'s' if len(fresh) > 1 else ''}")
        return super().check(call, olds, news)

    def create(self, call: Call, inputs: Properties) -> Made:
        folder = volume_path(known_name(inputs, "create"))
        owner = str(inputs.get(OWNER, ""))
        return Made(f"{folder} {_mark(owner)}", self._told(call, inputs, "create", lambda: self._sync(call, inputs)))

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        known, past = inputs or {}, outputs or {}
        if not known:
            return Found(id, {}, past)

        def look() -> Found | None:
            self._session.check_workspace(past)
            folder = volume_path(str(known["name"]))
            kept = self._manifest(folder, str(known.get(OWNER, "")))
            if not kept:
                return None
            there = self._there(folder)
            live = {name: now for name in known["files"] if (now := self._live(there.get(name), kept.get(name)))}
            return Found(id, known if live == known["files"] else {**known, "files": live}, past)

        return self._session.following(call, lambda: self._named(call, "read", look))

    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        def change() -> Properties:
            self._session.check_workspace(old_outputs)
            outputs = self._sync(call, news)
            before = str(old_outputs.get("name") or "")
            if before and before != outputs["name"]:
                self._remove(before, str(news.get(OWNER, "")))
            return outputs

        return Made(id, self._told(call, news, "update", change))

    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        def drop() -> None:
            self._session.check_workspace(outputs)
            self._remove(str(outputs["name"]), str(outputs.get("owner", "")))

        self._session.following(call, lambda: self._named(call, "remove", drop))

    # ── steps ───────────────────────────────────────────────────────────────────────────────

    def _sync(self, call: Call, inputs: Properties) -> Properties:
        """Uploads what is not there as wanted, removes what is ours and no longer wanted."""
        folder, owner, wanted = volume_path(str(inputs["name"])), str(inputs.get(OWNER, "")), dict(inputs["files"])
        kept = self._manifest(folder, owner) or {}
        there = self._there(folder)
        strange = [name for name in wanted if name not in kept and name in there]
        if strange:
            raise WorkspaceError(
                "taken",
                "upload",
                f"{folder}/{strange[0]} is there already, and this stack did not put it there; nothing was changed",
                "choose another folder, or remove that file if nobody needs it",
            )
        self._keep(folder, owner, {**{name: {} for name in wanted}, **kept})
        for at, (name, content) in enumerate(wanted.items(), start=1):
            if self._live(there.get(name), kept.get(name)) != content:
                call.notify("status", f"uploading {name}, {at} of {len(wanted)}")
                self._upload(_local(inputs, name), f"{folder}/{name}", content)
        for name in kept.keys() - wanted.keys():
            self._workspace.delete_file(f"{folder}/{name}")
        arrived = self._there(folder)
        now = {name: {"content": wanted[name], "changed": arrived[name].changed} for name in wanted if name in arrived}
        self._keep(folder, owner, now)
        return {**self._outputs(inputs), "name": folder}

    def _upload(self, file: Path, path: str, content: str) -> None:
        if not file.is_file() or content_of(file.stat().st_size, sha256_of(file)) != content:
            raise GenieError(f"{file} was changed since the program looked at it; run again")
        self._workspace.upload_file(file, path, overwrite=True)

    def _there(self, folder: str, below: str = "") -> dict[str, RemoteFile]:
        """All files of the folder by their path in it. A listing tells milliseconds, HEAD seconds."""
        found: dict[str, RemoteFile] = {}
        for each in self._workspace.list_folder(f"{folder}/{below}".rstrip("/")) or []:
            inner = f"{below}{each.name}"
            found |= self._there(folder, f"{inner}/") if each.is_folder else {inner: each}
        return found

    def _live(self, found: RemoteFile | None, kept: dict[str, Any] | None) -> str:
        """The content of our file as it is now; it is read only where its time of change is another."""
        if found is None or kept is None:
            return ""
        held = str(kept.get("content") or "")
        if held and found.changed == kept.get("changed") and found.size_bytes == size_of(held):
            return held
        if not held or found.size_bytes != size_of(held):
            return f"{found.size_bytes} bytes, sha256 not read"
        with tempfile.TemporaryDirectory(prefix="genie-") as copies:
            copy = Path(copies) / "file"
            self._workspace.download_file(found.path, copy)
            return content_of(found.size_bytes, sha256_of(copy))

    def _remove(self, folder: str, owner: str) -> None:
        kept = self._manifest(folder, owner)
        for name in kept or {}:
            self._workspace.delete_file(f"{folder}/{name}")
        self._workspace.delete_file(_manifest_path(folder, owner))
        for inner in sorted({str(Path(name).parent) for name in kept or {}}, key=len, reverse=True):
            self._remove_if_empty(folder if inner == "." else f"{folder}/{inner}")

    def _remove_if_empty(self, folder: str) -> None:
        if folder.count("/") > 4 and self._workspace.list_folder(folder) == []:
            self._workspace.remove_folder(folder)

    # ── what is ours ────────────────────────────────────────────────────────────────────────

    def _manifest(self, folder: str, owner: str) -> dict[str, Any] | None:
        """Our files in the folder: name → content and time of change, {} for one that was about to be written."""
        path = _manifest_path(folder, owner)
        found = self._workspace.find_file(path)
        if found is None or found.size_bytes > _MOST_LISTING_BYTES:
            return None
        with tempfile.TemporaryDirectory(prefix="genie-") as copies:
            copy = Path(copies) / "manifest.json"
            self._workspace.download_file(path, copy)
            try:
                held = json.loads(copy.read_text(encoding="utf-8"))
            except ValueError:
                return None
        files = held.get("files") if isinstance(held, dict) and held.get("owner") == owner else None
        return {name: dict(kept) for name, kept in files.items()} if isinstance(files, dict) else None

    def _keep(self, folder: str, owner: str, files: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory(prefix="genie-") as copies:
            copy = Path(copies) / "manifest.json"
            copy.write_text(json.dumps({"owner": owner, "files": files}, indent=1), encoding="utf-8")
            self._workspace.upload_file(copy, _manifest_path(folder, owner), overwrite=True)


def _mark(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:12]


def _manifest_path(folder: str, owner: str) -> str:
    return f"{folder}/.genie-{_mark(owner)}.json"


def _local(inputs: Properties, name: str) -> Path:
    source = Path(str(inputs["source"]))
    return source / name if source.is_dir() else source
