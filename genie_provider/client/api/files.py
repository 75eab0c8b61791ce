"""files: volumes of Unity Catalog and the files on them.

A file is written whole by one call, so a cut upload leaves what was there before. It is read in ranges, so that one
that is cut goes on where it stopped.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import pages, part, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.errors import GenieError, WorkspaceError

_FILES = "/api/2.0/fs/files"
_FOLDERS = "/api/2.0/fs/directories"
_VOLUMES = "/api/2.1/unity-catalog/volumes"
RANGE_BYTES: Final = 16_000_000
"""Bytes of a file that one call reads."""

Progress = Callable[[int], None]
"""Told the bytes done so far."""


@dataclass(frozen=True)
class RemoteFile:
    """A file or folder on a volume. `changed` is a text that differs when the file was written again."""

    path: str
    size_bytes: int = 0
    changed: str = ""
    is_folder: bool = False

    @property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]


def volume_path(text: str) -> str:
    """`dbfs:/Volumes/a/b/c/x`, `/Volumes/a/b/c/x` as the API wants it.

    Raises:
        GenieError: it is no path on a volume, or leaves it by `..`.
    """
    path = text.removeprefix("dbfs:")
    parts = [piece for piece in path.split("/") if piece]
    if len(parts) < 4 or parts[0] != "Volumes" or not path.startswith("/") or {".", ".."} & set(parts):
        raise GenieError(f"{text!r} is no path on a volume, as /Volumes/catalog/schema/volume/folder/file")
    return "/" + "/".join(parts)


def volume_of(path: str) -> str:
    """catalog.schema.volume of a path."""
    return ".".join(path.split("/")[2:5])


class Files:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    # ── files ───────────────────────────────────────────────────────────────────────────────

    def find_file(self, path: str) -> RemoteFile | None:
        """Size and last change of a file; None where there is none."""
        try:
            answer = self._transport.fetch(Request(f"look at {path}", "HEAD", _FILES + quote(path)))
        except WorkspaceError as error:
            if error.kind == "gone":
                return None
            raise
        return RemoteFile(path, int(answer.headers.get("Content-Length") or 0), _changed(answer.headers))

    def upload_file(self, source: Path, path: str, *, overwrite: bool, progress: Progress | None = None) -> RemoteFile:
        """Writes the file, whole or not at all.

        Raises:
            WorkspaceError: "taken" where there is a file and `overwrite` is false; "failed" if what arrived has another
                size.
        """
        step, size = f"upload {path}", source.stat().st_size
        self._transport.call(
            Request(
                step,
                "PUT",
                _FILES + quote(path),
                {"overwrite": "true"} if overwrite else None,
                repeatable=overwrite,
                needs="WRITE VOLUME",
                file=lambda: _Told(source.open("rb"), size, progress),
            )
        )
        arrived = self.find_file(path)
        if arrived is None or arrived.size_bytes != size:
            found = "nothing" if arrived is None else f"{arrived.size_bytes:,} bytes"
            raise WorkspaceError("failed", step, f"{size:,} bytes were sent, and {found} arrived")
        return arrived

    def download_file(self, path: str, target: Path, *, progress: Progress | None = None) -> RemoteFile:
        """Reads the file into `target`; what a cut download left in `target`.part is gone on with.

        Raises:
            WorkspaceError: "gone" where there is none; "failed" if it changed meanwhile.
        """
        step, found = f"download {path}", self.find_file(path)
        if found is None:
            raise WorkspaceError("gone", step, "there is no such file")
        partial = target.with_name(f"{target.name}.{_mark(found)}.part")
        done = min(partial.stat().st_size, found.size_bytes) if partial.exists() else 0
        with partial.open("r+b" if done else "wb") as sink:
            sink.truncate(done)
            sink.seek(done)
            while done < found.size_bytes:
                content = self._range(step, path, done, min(done + RANGE_BYTES, found.size_bytes))
                sink.write(content)
                done += len(content)
                if progress:
                    progress(done)
        if self.find_file(path) != found:
            partial.unlink()
            raise WorkspaceError("failed", step, "it was changed while it was read; run again")
        partial.replace(target)
        return found

    def _range(self, step: str, path: str, start: int, end: int) -> bytes:
        headers = {"Range": f"bytes={start}-{end - 1}"}
        content = self._transport.fetch(Request(step, "GET", _FILES + quote(path), headers=headers)).content
        if len(content) != end - start:
            raise WorkspaceError("failed", step, f"{end - start:,} bytes were asked for, and {len(content):,} came")
        return content

    def delete_file(self, path: str) -> None:
        """Takes the file away; one that is not there is fine."""
        self._quietly(Request(f"delete {path}", "DELETE", _FILES + quote(path), needs="WRITE VOLUME"))

    # ── folders ─────────────────────────────────────────────────────────────────────────────

    def list_folder(self, path: str) -> list[RemoteFile] | None:
        """What lies in a folder, all pages; None where there is no such folder."""
        request = Request(f"list {path}", "GET", _FOLDERS + quote(path))
        try:
            found = [entry for page in pages(self._transport, request, "contents") for entry in page]
        except WorkspaceError as error:
            if error.kind == "gone":
                return None
            raise
        return [_listed(entry) for entry in found]

    def make_folder(self, path: str) -> None:
        """Makes a folder and those above it; one that is there is fine."""
        self._transport.call(Request(f"make {path}", "PUT", _FOLDERS + quote(path), needs="WRITE VOLUME"))

    def remove_folder(self, path: str) -> None:
        """Takes an empty folder away; one that is not there is fine."""
        self._quietly(Request(f"remove {path}", "DELETE", _FOLDERS + quote(path), needs="WRITE VOLUME"))

    # ── volumes ─────────────────────────────────────────────────────────────────────────────

    def volume(self, full_name: str) -> dict[str, Any] | None:
        """The volume as Unity Catalog describes it; None: missing, or not visible to us."""
        try:
            return self._transport.call(
                Request(f"look up the volume {full_name}", "GET", f"{_VOLUMES}/{part(full_name)}")
            )
        except WorkspaceError as error:
            if error.kind == "gone":
                return None
            raise

    def create_volume(self, full_name: str, comment: str = "") -> None:
        """Makes a managed volume."""
        catalog, schema, name = full_name.split(".")
        body = {"catalog_name": catalog, "schema_name": schema, "name": name, "volume_type": "MANAGED"}
        body |= {"comment": comment} if comment else {}
        step = f"make the volume {full_name}"
        self._transport.call(Request(step, "POST", _VOLUMES, body=body, repeatable=False, needs="CREATE VOLUME"))

    def delete_volume(self, full_name: str) -> None:
        self._quietly(Request(f"delete the volume {full_name}", "DELETE", f"{_VOLUMES}/{part(full_name)}"))

    def _quietly(self, request: Request) -> None:
        try:
            self._transport.call(request)
        except WorkspaceError as error:
            if error.kind != "gone":
                raise


def _changed(headers: Mapping[str, str]) -> str:
    """The last change in ISO form; the text as it came where it is no date."""
    text = headers.get("Last-Modified") or ""
    try:
        return parsedate_to_datetime(text).isoformat() if text else ""
    except ValueError:
        return text[:60]


def _mark(found: RemoteFile) -> str:
    """Tells one state of a file from another, in the name of a part of it."""
    return f"{found.size_bytes}-{''.join(letter for letter in found.changed if letter.isdigit())}"


def _listed(entry: Mapping[str, Any]) -> RemoteFile:
    size = entry.get("file_size")
    is_folder = entry.get("is_directory") is True
    return RemoteFile(
        text_of(entry, "path"), size if isinstance(size, int) else 0, text_of(entry, "last_modified"), is_folder
    )


class _Told(io.RawIOBase):
    """A file that tells how far it was read; `requests` asks for its length."""

    def __init__(self, file: IO[bytes], size: int, progress: Progress | None) -> None:
        self._file, self._size, self._progress, self._done = file, size, progress, 0

    def __len__(self) -> int:
        return self._size

    def __bool__(self) -> bool:
        """An empty file is a body, too."""
        return True

    def tell(self) -> int:
        return self._done

    def read(self, count: int = -1) -> bytes:
        piece = self._file.read(1 << 20 if count is None or count < 0 else max(count, 1 << 16))
        self._done += len(piece)
        if self._progress:
            self._progress(self._done)
        return piece

    def close(self) -> None:
        self._file.close()
        super().close()
