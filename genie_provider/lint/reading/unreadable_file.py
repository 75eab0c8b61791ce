"""A file or folder that is not there, cannot be read, or is not UTF-8.

A link that points nowhere counts as well: the space that it stood for would otherwise be gone from the stack, and
the next `pulumi up` would move it to the trash.
"""

from __future__ import annotations

from pathlib import Path

ID = "unreadable-file"
LEVEL = "error"
FIXED = True
WHEN = "outside"


def check(file: Path, error: OSError | UnicodeDecodeError) -> str:
    """What to say of the error that reading the file brought."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 (byte {error.start})"
    if file.is_symlink() and not file.exists():
        return "this link points to nothing; mend or remove it"
    return f"cannot be read: {error.strerror}"
