"""A file among the specs that is not read, though it looks as if it was meant to be.

Specs end in .yaml, .yml or .json, in small letters. `SALES.YAML` is passed over, and its space would be missed in
silence.
"""

from __future__ import annotations

from pathlib import Path

ID = "ignored-file"
LEVEL = "warning"
WHEN = "outside"

SUFFIXES = (".yaml", ".yml", ".json")


def check(file: Path) -> str:
    """What to say of the file; "" where nothing is odd about it."""
    suffix = file.suffix
    if suffix not in SUFFIXES and suffix.lower() in SUFFIXES:
        return f"is not read: write its ending in small letters ({file.stem}{suffix.lower()})"
    return ""
