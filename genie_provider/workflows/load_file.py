"""load_file: one file into one table, outside of a program; as a TableFile does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..client import Workspace
from ..config.settings import Settings
from ..errors import GenieError
from ..files import guard
from ..files.options import ReadOptions
from ..lifecycle import Call
from ..model.identifiers import parts
from ..seeds.owned import OWNER
from ..seeds.table_files import TableFileLifecycle, is_local, way_of

LOADED_BY_HAND = "genie files load"
"""The mark of tables that were made so: only these are replaced."""


def load(
    settings: Settings,
    workspace: Workspace,
    file: str,
    table: str,
    options: ReadOptions,
    *,
    warehouse: str = "",
    staging: str = "",
    tell: Callable[[str, str], None],
) -> int:
    """Makes the table, or replaces one that was loaded so before; the number of its rows.

    Raises:
        FileError: the file cannot be read as it stands.
        WorkspaceError: "taken" where the table is somebody else's.
    """
    if len(parts(table)) != 3:
        raise GenieError(f"{table!r} is not catalog.schema.table")
    inputs: dict[str, Any] = {"name": table, "file": file, "options": options.as_inputs(), OWNER: LOADED_BY_HAND}
    inputs |= {key: value for key, value in (("warehouse", warehouse), ("staging", staging)) if value}
    if is_local(inputs):
        inputs["size_bytes"] = guard.usable(Path(file)).stat().st_size
    tell("info", way_of(inputs))
    made = TableFileLifecycle.of(settings, workspace).create(
        Call(name=table, notify=lambda level, text: tell(level, text) if level != "status" else None), inputs
    )
    return int(made.outputs.get("rows") or 0)
