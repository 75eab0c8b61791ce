"""evaluation_cost: what the last evaluations were billed, where the system tables say so.

Usage is booked by the hour, so what others asked the same spaces in those hours is in the sum: it is "at most".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ..errors import WorkspaceError
from ..evaluation.records import Evaluation

if TYPE_CHECKING:
    from ..client import Workspace

PATIENCE_S: Final = 20.0
"""A stopped warehouse takes minutes to start; the sum is not worth that wait."""


def last_bill(workspace: Workspace, warehouse_id: str, last: Mapping[str, Evaluation]) -> float | None:
    """DBUs of the last evaluations of these spaces; None where nobody can say.

    Args:
        last: id of a space → its last saved evaluation.
    """
    windows = {space_id: _window(each) for space_id, each in last.items()}
    parts: list[str] = []
    values: dict[str, str] = {}
    for at, (space_id, window) in enumerate(windows.items()):
        if window:
            parts.append(
                f"(usage_metadata.genie.agent_id = :space{at} AND usage_start_time >= :begin{at} "
                f"AND usage_start_time < :end{at})"
            )
            values |= {f"space{at}": space_id, f"begin{at}": window[0], f"end{at}": window[1]}
    if not parts or not warehouse_id:
        return None
    sql = (
        "SELECT sum(usage_quantity) FROM system.billing.usage "
        f"WHERE billing_origin_product = 'GENIE' AND ({' OR '.join(parts)})"
    )
    try:
        found = workspace.statement(
            sql, warehouse_id, values, timeout_s=PATIENCE_S, repeatable=True, step="read the system tables"
        )
        return float(found.rows[0][0] or "")
    except (WorkspaceError, IndexError, ValueError):
        return None  # no right to the system tables, or nothing booked yet: a number that is not known is not told


def _window(evaluation: Evaluation) -> tuple[str, str] | None:
    """From the full hour before the first run to the one after the last."""
    try:
        begin = datetime.fromisoformat(evaluation.runs[0].started.replace("Z", "+00:00"))
    except (ValueError, IndexError):
        return None
    end = begin + timedelta(seconds=sum(run.seconds for run in evaluation.runs), hours=1)
    hours = [moment.replace(minute=0, second=0, microsecond=0) for moment in (begin, end)]
    return hours[0].isoformat(sep=" "), hours[1].isoformat(sep=" ")
