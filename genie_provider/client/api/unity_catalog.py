"""unity_catalog: tables and functions of Unity Catalog, as far as the deploying identity may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from genie_provider.client.http import responses
from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, pages, part, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.client.single_flight import SingleFlight
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
    def __init__(self, transport: Transport, once: SingleFlight) -> None:
        self._transport = transport
        self._single_flight = once

    def table(self, full_name: str) -> Table | None:
        """The table, or None: missing, or not visible to us (the API does not tell them apart).

        What was found is kept for the run; what was not is asked for again, it may be made meanwhile.
        """
        return self._single_flight.get(
            ("table", full_name.lower()), lambda: self._ask_table(full_name), lambda found: found is not None
        )

    def fresh_table(self, full_name: str) -> Table | None:
        """As `table`, but always asked for."""
        return self._ask_table(full_name)

    def tables_of(self, schema: str, *, most_pages: int = 1) -> dict[str, Table]:
        """The tables of a schema by name in lower case, as far as `most_pages` of the listing go.

        An empty answer for a schema that is missing or hidden.
        """
        catalog, _, name = schema.partition(".")
        step = f"list the tables of {schema}"
        query: dict[str, str | int] = {"catalog_name": catalog, "schema_name": name, "max_results": 0}
        found: dict[str, Table] = {}
        try:
            for page in islice(
                pages(self._transport, Request(step, "GET", f"{_PATH}/tables", query), "tables"), most_pages
            ):
                found.update({text_of(entry, "full_name").lower(): _to_table(entry, step) for entry in page})
        except WorkspaceError as error:
            if not is_hidden(error):
                raise
        return found

    def schema(self, full_name: str) -> dict[str, Any] | None:
        """The schema as Unity Catalog describes it, or None: missing, or not visible to us."""
        return self._look_up(f"look up the schema {full_name}", f"{_PATH}/schemas/{part(full_name)}")

    def has_schema(self, full_name: str) -> bool:
        return self.schema(full_name) is not None

    def fresh_function(self, full_name: str) -> Function | None:
        """As `function`, but always asked for."""
        return self._ask_function(full_name)

    def function(self, full_name: str) -> Function | None:
        """The function, or None: missing, or not visible to us."""
        return self._single_flight.get(
            ("function", full_name.lower()),
            lambda: self._ask_function(full_name),
            lambda found: found is not None,
        )

    def _ask_table(self, full_name: str) -> Table | None:
        step = f"look up the table {full_name}"
        data = self._look_up(step, f"{_PATH}/tables/{part(full_name)}")
        return None if data is None else _to_table({"full_name": full_name, **data}, step)

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
            return self._transport.call(Request(step, "GET", path))
        except WorkspaceError as error:
            if is_hidden(error):
                return None
            raise


def is_hidden(error: WorkspaceError) -> bool:
    """Whether the thing is missing or hidden from us; other reasons for a 403 are about ourselves."""
    about_us = ("scope", "network", "entitlement")
    return error.kind == "gone" or (error.kind == "forbidden" and responses.family(error) not in about_us)


def _to_table(data: Mapping[str, Any], step: str) -> Table:
    columns = entries_of(data, "columns", step)
    return Table(
        text_of(data, "full_name"),
        {text_of(c, "name"): _type_of(c) for c in columns},
        text_of(data, "table_type"),
        text_of(data, "comment"),
        data,
    )


def _type_of(entry: Mapping[str, Any]) -> str:
    return text_of(entry, "type_text") or text_of(entry, "type_name").lower()
