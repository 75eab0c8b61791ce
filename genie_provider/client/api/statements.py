"""statements: SQL on a warehouse, one statement a call, rows as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, part, text_of
from genie_provider.client.http.progress import reporter
from genie_provider.client.http.transport import Transport
from genie_provider.client.redaction import harmless
from genie_provider.errors import WorkspaceError

_PATH = "/api/2.0/sql/statements"
_UNDER_WAY = {"PENDING", "RUNNING"}
_FIRST_WAIT = "20s"  # the API allows 5 to 50; under the patience of one call
_NEEDS = "CAN USE on the warehouse"


@dataclass(frozen=True)
class Rows:
    """A result. Values are text as the API sends them, None for NULL; `types` belong to `columns`."""

    columns: list[str]
    rows: list[list[str | None]]
    types: list[str] = field(default_factory=list)
    truncated: bool = False


class Statements:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def statement(
        self,
        sql: str,
        warehouse_id: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        catalog: str | None = None,
        schema: str | None = None,
        row_limit: int | None = None,
        timeout_s: float = 300.0,
        repeatable: bool = False,
        step: str = "run SQL",
    ) -> Rows:
        """Runs one statement and returns all its rows.

        Args:
            parameters: values for `:name` marks; bool, int, float, str or None.
            timeout_s: seconds until the statement is cancelled; a stopped warehouse takes minutes to start.
            repeatable: whether it may run twice after a lost answer (a SELECT may).

        Raises:
            WorkspaceError: "failed" when the SQL failed (which is an HTTP 200) or took too long.
        """
        wanted: dict[str, Any] = {"statement": sql, "warehouse_id": warehouse_id, "wait_timeout": _FIRST_WAIT}
        wanted |= {"on_wait_timeout": "CONTINUE", "disposition": "INLINE", "format": "JSON_ARRAY"}
        optional = {"catalog": catalog, "schema": schema, "row_limit": row_limit}
        wanted |= {key: value for key, value in optional.items() if value is not None}
        if parameters:
            wanted["parameters"] = [_to_parameter(name, value) for name, value in parameters.items()]
        give_up_at = self._transport.clock.now() + timeout_s
        data = self._transport.call(Request(step, "POST", _PATH, body=wanted, repeatable=repeatable, needs=_NEEDS))
        data = self._until_done(data, step, give_up_at, timeout_s)
        return self._to_rows(data, step)

    def _until_done(self, data: dict[str, Any], step: str, give_up_at: float, timeout_s: float) -> dict[str, Any]:
        wait_s = 0.5
        statement_id = text_of(data, "statement_id")
        while _state(data) in _UNDER_WAY and statement_id:
            clock = self._transport.clock
            if clock.now() >= give_up_at or clock.stopped:
                self._cancel_statement(statement_id)
                raise WorkspaceError("failed", step, f"no result within {timeout_s:.0f} s; cancelled")
            reporter()(f"waiting for the SQL statement ({_state(data).lower()})")
            clock.sleep(wait_s)
            wait_s = min(5.0, wait_s * 1.5)
            data = self._transport.call(Request(step, "GET", f"{_PATH}/{part(statement_id)}"))
        if _state(data) != "SUCCEEDED":
            raise _failure(data, step)
        return data

    def _cancel_statement(self, statement_id: str) -> None:
        with suppress(WorkspaceError):  # best effort: the time-out is what the caller hears of
            self._transport.call(Request("cancel SQL", "POST", f"{_PATH}/{part(statement_id)}/cancel", body={}))

    def _to_rows(self, data: Mapping[str, Any], step: str) -> Rows:
        manifest = data.get("manifest") if isinstance(data.get("manifest"), dict) else {}
        assert isinstance(manifest, dict)
        schema = manifest.get("schema")
        columns = entries_of(schema, "columns", step) if isinstance(schema, dict) else []
        return Rows(
            [text_of(column, "name") for column in columns],
            [row for chunk in self._chunks(data, step) for row in chunk],
            [text_of(column, "type_text") or text_of(column, "type_name") for column in columns],
            manifest.get("truncated") is True,
        )

    def _chunks(self, data: Mapping[str, Any], step: str) -> Iterator[list[list[str | None]]]:
        result = data.get("result")
        seen: set[int] = set()
        while isinstance(result, dict):
            rows = result.get("data_array") or []
            if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
                raise WorkspaceError("garbled", step, "the rows are not lists")
            yield rows
            following = result.get("next_chunk_index")
            if not isinstance(following, int):
                return
            if following in seen:
                raise WorkspaceError("garbled", step, f"chunk {following} of the result repeats")
            seen.add(following)
            path = f"{_PATH}/{part(text_of(data, 'statement_id'))}/result/chunks/{following}"
            result = self._transport.call(Request(step, "GET", path))


def _state(data: Mapping[str, Any]) -> str:
    status = data.get("status")
    return text_of(status, "state") if isinstance(status, dict) else ""


def _failure(data: Mapping[str, Any], step: str) -> WorkspaceError:
    status = data.get("status")
    error = status.get("error") if isinstance(status, dict) else None
    if not _state(data):
        return WorkspaceError("garbled", step, "the answer has no status.state")
    if not isinstance(error, dict):
        return WorkspaceError("failed", step, f"the statement is {_state(data).lower()}")
    words = harmless(text_of(error, "message")) or "the SQL failed"
    return WorkspaceError("failed", step, words, error_code=harmless(text_of(error, "error_code"), limit=60))


def _to_parameter(name: str, value: Any) -> dict[str, Any]:
    """bool before int: True is an int to Python."""
    if value is None:
        return {"name": name}
    if isinstance(value, bool):
        return {"name": name, "value": str(value).lower(), "type": "BOOLEAN"}
    kind = "BIGINT" if isinstance(value, int) else "DOUBLE" if isinstance(value, float) else "STRING"
    return {"name": name, "value": str(value), "type": kind}
