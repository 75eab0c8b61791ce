"""json_: a review for programs, with old and new values; `genie schema report` prints its schema."""

from __future__ import annotations

import json
from typing import Any, Final

from ..data import EntryChange, Review, SpaceReview

SCHEMA: Final = "genie/report/1"


def render(review: Review) -> str:
    return json.dumps(record_of(review), ensure_ascii=False, indent=2, default=str) + "\n"


def record_of(review: Review) -> dict[str, Any]:
    """The review as JSON has it."""
    return {
        "schema": SCHEMA,
        "stack": review.stack,
        "project": review.project,
        "workspace": review.workspace,
        "at": review.at,
        "commit": review.commit or None,
        "dirty": review.dirty,
        "branch": review.branch or None,
        "plan": review.plan or None,
        "failed": review.failed,
        "stops_at_ui_edits": review.stops,
        "counts": {
            "delete": len(review.by("delete")),
            "create": len(review.by("create")),
            "update": len(review.by("update")),
            "same": len(review.by("same")),
            "edited_in_ui": len(review.edited),
        },
        "findings": [{"severity": each.severity, "message": each.message} for each in review.findings],
        "spaces": [_space(space) for space in review.spaces],
        "other_resources": review.others,
        "benchmarks": [
            {
                "name": each.name,
                "outcome": each.outcome,
                "before": each.before,
                "right": each.right,
                "asked": each.asked,
                "worse": list(each.worse),
                "not_known": list(each.doubts),
            }
            for each in review.benchmarks
        ],
    }


def _space(space: SpaceReview) -> dict[str, Any]:
    return {
        "name": space.name,
        "operation": space.op,
        "title": space.title,
        "space_id": space.space_id or None,
        "url": space.url or None,
        "file": space.file or None,
        "edited_in_ui_at": space.edited or None,
        "entries": [_entry(entry) for entry in space.entries],
        "counts": space.counts,
        "findings": [{"severity": each.severity, "message": each.message} for each in space.findings],
    }


def _entry(entry: EntryChange) -> dict[str, Any]:
    return {
        "path": entry.path,
        "words": str(entry.words),
        "kind": entry.kind,
        "author": entry.author,
        "old": entry.old,
        "new": entry.new,
    }
