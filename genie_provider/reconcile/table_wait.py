"""table_wait: tables that somebody else makes (`wait_for_tables`), and what a refusal over tables really means.

The workspace answers 403 for a missing table, in the words of a missing right, and 500 for a column that is not
there (several live reports; databricks/cli issue 6750): Unity Catalog tells which.
"""

from __future__ import annotations

import re
import threading
import time
from typing import Final

from ..client import Workspace
from ..errors import Place, WorkspaceError
from ..lifecycle import Call, Properties
from ..specs.references import Need, needs_of_inputs
from . import preflight

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 10.0


def wait_for_tables(
    call: Call, workspace: Workspace, inputs: Properties, seconds: float, cancelled: threading.Event
) -> None:
    """Until every table and function of the space is there.

    Raises:
        WorkspaceError: "invalid" when one is still missing after `seconds`; nothing was sent.
    """
    began, pause_s = time.monotonic(), FIRST_WAIT_S
    missing = _needs(inputs)
    while True:
        missing = [need for need in missing if not _is_there(workspace, need)]
        if not missing:
            return
        waited = time.monotonic() - began
        names = _named(missing)
        if waited >= seconds or cancelled.is_set():
            words = "cancelled while waiting" if cancelled.is_set() else f"not there after {seconds:.0f} s"
            raise WorkspaceError(
                "invalid",
                "wait for tables",
                f"{words}: {names}; nothing was sent",
                "run the job that makes them, or give it more time with wait_for_tables",
            )
        call.notify("status", f"waiting for {names} ({waited:.0f} s of {seconds:.0f} s)")
        cancelled.wait(min(pause_s, max(seconds - waited, 0.0)))
        pause_s = min(LONGEST_WAIT_S, pause_s * 1.5)


def explained(error: WorkspaceError, workspace: Workspace, inputs: Properties) -> WorkspaceError:
    """The error; where tables, columns or functions are the reason, it says which."""
    about_tables = re.search(r"schema|column|table", error.message, re.IGNORECASE)
    if error.kind != "forbidden" and not (error.kind in ("ambiguous", "invalid", "failed") and about_tables):
        return error
    try:
        found = preflight.check(workspace, needs_of_inputs(inputs, Place("")))
    except WorkspaceError:
        return error
    gaps = [problem.message for problem in found if problem.severity == "error"]
    if gaps:
        error.hint = "\n  ".join(gaps)
    return error


def _needs(inputs: Properties) -> list[Need]:
    found = needs_of_inputs(inputs, Place(""))
    return [need for need in found if need.kind in ("table", "function") and not need.in_sql]


def _is_there(workspace: Workspace, need: Need) -> bool:
    name = preflight.plain(need.name)
    return (workspace.table(name) if need.kind == "table" else workspace.function(name)) is not None


def _named(missing: list[Need]) -> str:
    names = [need.name for need in missing]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
