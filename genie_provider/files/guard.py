"""guard: what is checked about a file before and while it is read."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from .troubles import refusal

MOST_UNPACKED_BYTES: Final = 4_000_000_000
MOST_RATIO: Final = 300
SMALL_BYTES: Final = 100_000_000
"""Below this a high ratio is no danger: an empty sheet packs a thousandfold."""


def usable(file: Path) -> Path:
    """The file, if it is one and can be opened.

    Raises:
        FileError: a folder, a pipe, nothing, or no permission.
    """
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        raise refusal(file, "there is no such file") from None
    except OSError as error:
        raise refusal(file, f"cannot be opened: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        raise refusal(file, "is a folder; name a file in it")
    if not stat.S_ISREG(mode):
        raise refusal(file, "is no regular file")
    if not os.access(file, os.R_OK):
        raise refusal(file, "cannot be opened: Permission denied")
    return file


def inside(folder: Path, named: str) -> Path:
    """The file that a spec names, which has to lie in the project's folder.

    Raises:
        FileError: an absolute path, `..`, or a link that leads out.
    """
    path = PurePosixPath(named.replace("\\", "/"))
    if path.is_absolute() or (len(named) > 1 and named[1] == ":"):
        raise refusal(named, f"name it from the project's folder, {folder.name}/")
    if ".." in path.parts:
        raise refusal(named, "a path may not leave the project's folder by '..'")
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        raise refusal(named, "is a link that leads out of the project's folder")
    return file


@dataclass(frozen=True)
class Stamp:
    """What tells that a file is still the same: size, time of the last change, and which file it is."""

    size_bytes: int
    changed_ns: int
    inode: int

    @property
    def text(self) -> str:
        return f"{self.size_bytes} bytes, {self.changed_ns} ns"

    @classmethod
    def of(cls, file: Path) -> Stamp:
        found = file.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


@contextmanager
def unchanged(file: Path) -> Iterator[Stamp]:
    """Raises FileError at the end if the file was changed meanwhile."""
    before = Stamp.of(file)
    yield before
    try:
        after = Stamp.of(file)
    except FileNotFoundError:
        raise refusal(file, "was removed while it was read; nothing was made of it") from None
    if after != before:
        raise refusal(file, "was changed while it was read; nothing was made of it, run again")


def check_archive(file: Path) -> None:
    """For formats that are zip archives: not a bomb, not damaged at its end, no password.

    Raises:
        FileError
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise refusal(file, _what_instead(file)) from None
    unpacked, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if any(each.flag_bits & 1 for each in entries):
        raise refusal(file, "is protected by a password; save it without one")
    if unpacked > MOST_UNPACKED_BYTES:
        raise refusal(file, f"unpacks to {unpacked / 1e9:.1f} GB, more than {MOST_UNPACKED_BYTES / 1e9:.0f} GB")
    if unpacked > SMALL_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        raise refusal(
            file, f"unpacks to {unpacked / 1e6:,.0f} MB from {packed / 1e6:.1f} MB, as only bombs do; it was not opened"
        )


def _what_instead(file: Path) -> str:
    head = file.open("rb").read(512)
    suffix = file.suffix.lower()
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if b"E\0n\0c\0r\0y\0p\0t" in file.open("rb").read(1 << 20):
            return "is protected by a password; save it without one"
        return f"is named {suffix} but is an old Excel workbook (.xls), or has a password"
    if not head:
        return "is empty"
    if head.startswith(b"PK"):
        return "is cut short or damaged: its table of contents is missing"
    if head.lstrip()[:1] == b"<":
        return f"is named {suffix} but holds HTML or XML"
    return f"is named {suffix} but is no such file"
