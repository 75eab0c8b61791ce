"""catalog: tables and functions of Unity Catalog, as far as the deploying identity may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client import answers
from genie_provider.client.faults import Order
from genie_provider.client.once import Once
from genie_provider.client.reading import entries_of, part, text_of
from genie_provider.client.transport import Transport
from genie_provider.errors import WorkspaceError

_PATH = "/api/2.1/unity-catalog"


@dataclass(frozen=True)
class Table:
    """A table, view or metric view. `columns` keeps their order; types as Unity Catalog writes them.

    `type` is MANAGED, EXTERNAL, VIEW, MATERIALIZED_VIEW, STREAMING_TABLE, FOREIGN, METRIC_VIEW, …
    """

    full_name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    type: str = ""
    comment: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Function:
    """A function; `parameters` in order, types as Unity Catalog writes them."""

    full_name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    returns: str = ""
    comment: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Catalog:
    def __init__(self, transport: Transport, once: Once) -> None:
        self._transport = transport
        self._once = once

    def table(self, full_name: str) -> Table | None:
        """The table, or None: missing, or not visible to us (the API does not tell them apart).

        What was found is kept for the run; what was not is asked for again, it may be made meanwhile.
        """
        return self._once.get(
            ("table", full_name.lower()), lambda: self._ask_table(full_name), lambda found: found is not None
        )

    def function(self, full_name: str) -> Function | None:
        """The function, or None: missing, or not visible to us."""
        return self._once.get(
            ("function", full_name.lower()),
            lambda: self._ask_function(full_name),
            lambda found: found is not None,
        )

    def _ask_table(self, full_name: str) -> Table | None:
        step = f"look up the table {full_name}"
        data = self._look_up(step, f"{_PATH}/tables/{part(full_name)}")
        if data is None:
            return None
        columns = entries_of(data, "columns", step)
        return Table(
            text_of(data, "full_name") or full_name,
            {text_of(c, "name"): _type_of(c) for c in columns},
            text_of(data, "table_type"),
            text_of(data, "comment"),
            data,
        )

    def _ask_function(self, full_name: str) -> Function | None:
        step = f"look up the function {full_name}"
        data = self._look_up(step, f"{_PATH}/functions/{part(full_name)}")
        if data is None:
            return None
        given = data.get("input_params")
        parameters = entries_of(given, "parameters", step) if isinstance(given, dict) else []
        return Function(
            text_of(data, "full_name") or full_name,
            {text_of(p, "name"): _type_of(p) for p in parameters},
            text_of(data, "full_data_type") or text_of(data, "data_type"),
            text_of(data, "comment"),
            data,
        )

    def _look_up(self, step: str, path: str) -> dict[str, Any] | None:
        try:
            return self._transport.call(Order(step, "GET", path))
        except WorkspaceError as error:
            hidden = error.kind == "forbidden" and answers.family(error) not in (
                "scope",
                "network",
                "entitlement",
            )
            if error.kind == "gone" or hidden:
                return None
            raise


def _type_of(entry: Mapping[str, Any]) -> str:
    return text_of(entry, "type_text") or text_of(entry, "type_name").lower()
