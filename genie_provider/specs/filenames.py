"""filenames: a safe and telling file name for a space, and whose an existing file is.

A file that `export` wrote says in its first lines which space it came from. A file without that line
was written by a person; it is never taken for an export.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

LONGEST: Final = 60
_ORIGIN = re.compile(r"^# Exported from \S*/genie/rooms/([0-9a-f]{32})\s*$", re.MULTILINE)
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))}


def slug(title: str) -> str:
    """The title in small letters, digits and hyphens; letters of other scripts stay, Latin ones lose their accents.

    >>> slug("[dev] Café & Süßes – Q3/2026 🚕"), slug("売上 レポート")
    ('dev-cafe-susses-q3-2026', '売上-レポート')
    """
    words = re.sub("-+", "-", unicodedata.normalize("NFC", "".join(_letters(title)))).strip("-")
    end = LONGEST
    while end < len(words) and end and _is_mark(words[end]):
        end -= 1  # never between a letter and its marks
    short = words[:end].rstrip("-")
    return f"{short}-space" if short in _RESERVED else short or "space"


def _letters(title: str) -> Iterator[str]:
    """The letters of the name; a hyphen for all that is none. Marks belong to the letter before them."""
    for cluster in re.findall(r"[^\u0300-\u036f][\u0300-\u036f]*", unicodedata.normalize("NFKD", title.casefold())):
        base = cluster[0]
        if unicodedata.name(base, "").startswith("LATIN "):
            yield base
        elif base.isalnum() or _is_mark(base):
            yield cluster
        else:
            yield "-"


def _is_mark(letter: str) -> bool:
    """Vowel signs and the like, without which words of many scripts are others."""
    return unicodedata.category(letter).startswith("M")


def origin_line(host: str, space_id: str) -> str:
    return f"Exported from {host}/genie/rooms/{space_id}"


def origin(file: Path) -> str:
    """The id of the space a file was exported from; "" for files that people wrote."""
    try:
        head = file.read_text(encoding="utf-8-sig")[:2000]
    except (OSError, UnicodeDecodeError):
        return ""
    match = _ORIGIN.search(head)
    return match.group(1) if match else ""


def file_for(
    folder: Path, title: str, space_id: str, suffix: str, taken: Collection[Path] = (), shared: bool = False
) -> Path:
    """The file of a space: the one it has already, else the first free name.

    Args:
        taken: files this run gives to other spaces.
        shared: whether another space of this run has the same title; both get a part of their id.
    """
    stem = slug(title)
    candidates = [folder / f"{name}{suffix}" for name in (stem, f"{stem}-{space_id[-8:]}", f"{stem}-{space_id}")]
    for file in candidates:
        if file not in taken and origin(file) == space_id:
            return file
    free = [file for file in candidates if file not in taken and not origin(file)]
    return next((file for file in free if not shared or file != candidates[0]), candidates[-1])
