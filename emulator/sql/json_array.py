"""json_array: results in the JSON_ARRAY format, in one chunk."""

from __future__ import annotations

from typing import Any

from .session import Result


def described(result: Result, rows: list[list[str | None]], truncated: bool = False) -> dict[str, Any]:
    """A result in the JSON_ARRAY format, in one chunk."""
    columns = [
        {
            "name": name,
            "position": index,
            "type_text": kind.upper(),
            "type_name": kind.upper().partition("(")[0].partition("<")[0].replace("BIGINT", "LONG"),
        }
        for index, (name, kind) in enumerate(result.columns)
    ]
    return {
        "status": {"state": "SUCCEEDED"},
        "manifest": {
            "format": "JSON_ARRAY",
            "schema": {"column_count": len(columns), "columns": columns},
            "total_chunk_count": 1,
            "total_row_count": len(rows),
            "truncated": truncated,
            "chunks": [{"chunk_index": 0, "row_offset": 0, "row_count": len(rows)}],
        },
        "result": chunk(rows),
    }


def chunk(rows: list[list[str | None]]) -> dict[str, Any]:
    chunk: dict[str, Any] = {"chunk_index": 0, "row_offset": 0, "row_count": len(rows)}
    return {**chunk, "data_array": rows} if rows else chunk
