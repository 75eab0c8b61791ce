"""settings: the switches of the local workspace.

Every observed behaviour that is always true is simply on. What was seen sometimes, or takes time on a real
workspace, has a switch here, so that a test can ask for it. Switches last as long as the process does.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Settings:
    """One field a switch; durations are seconds and end in `_s`."""

    # Time: a real workspace answers late, lists late and trashes late.
    latency_s: float = 0.0
    list_lag_s: float = 0.0
    stale_get_s: float = 0.0
    body_delay_s: float = 0.0
    trash_delay_s: float = 0.0
    tag_lag_s: float = 0.0
    permission_lag_s: float = 0.0
    warehouse_start_s: float = 0.0
    statement_s: float = 0.0
    statement_limit_s: float = 1.0  # of the processor's time
    job_s: float = 0.0

    # Who may call.
    strict_tokens: bool = False
    definition_without_edit: str = "refuse"  # or "omit"
    tags_refused: bool = False
    hidden_grants: str = "omit"  # or "refuse": others' grants, to who may not look
    governed_tags: dict[str, list[str]] = field(default_factory=dict)

    # How answers look.
    list_full_entries: bool = False
    extra_response_fields: dict[str, Any] = field(default_factory=dict)
    resplit_on_read: bool = False
    sample_questions_newest_first: bool = False
    benchmarks_order: str = "descending"  # or "as_sent"
    metric_views_in_tables: bool = False
    text_first_line_only: bool = True
    known_extra_fields: list[str] = field(default_factory=list)

    # What is refused, and how.
    missing_folder_status: int = 404  # or 400, as older backends say it
    update_collision_code: str = "RESOURCE_ALREADY_EXISTS"  # or "ALREADY_EXISTS"
    etag_refuses_real_changes: bool = False
    etag_stale_after_create: bool = False
    get_checks_tables: bool = False
    strict_entity_matching: bool = False
    bad_column_status: int = 500  # or 400
    max_tables: int = 50
    empty_description_clears: bool = False

    # Warehouses and questions.
    warehouse_change_loses_access: bool = True
    lost_access_fails_questions: bool = True
    question_outcome: str = "COMPLETED"
    question_polls: int = 1
    dbsql_version: str = "2025.35"
    reads_excel: bool = False  # read_files with format => 'excel', a preview that is off in most workspaces

    # How jobs end: "SUCCESS" does what their SQL says; "FAILED", "TIMEDOUT" and "CANCELED" do nothing.
    job_outcome: str = "SUCCESS"

    # Benchmark runs: one step of the walk for every this many reads; the outcome may be a state nobody knows.
    eval_polls: int = 1
    eval_outcome: str = "DONE"
    # How questions are answered: by text or id, or by rules (see the README); null is a verdict that never comes.
    eval_verdicts: dict[str, str] = field(default_factory=dict)
    eval_rules: list[dict[str, Any]] = field(default_factory=list)
    eval_shows_results: bool = True
    # What goes wrong with a run, its counts and its rows.
    eval_left_out: int = 0
    eval_restarts: int = 0
    eval_second_run: str = "queue"  # or "refuse"
    eval_list_lag: int = 0
    eval_counts_while_running: bool = False
    eval_counts_off: int = 0
    eval_verdict_lag: int = 0
    eval_most_rows: int = 100
    eval_rows_vanish: int = 0
    eval_rows_expired: bool = False

    # {"per_second": 5, "burst": 5, "retry_after": 1}
    rate_limit: dict[str, float] | None = None

    def change(self, values: dict[str, Any]) -> None:
        """Set the named switches.

        Raises:
            ValueError: a name is not a switch; the message lists those that are.
        """
        known = {each.name for each in dataclasses.fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"no switch {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in values.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)
