"""warehouses: SQL warehouses, found by id or name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import pages, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.client.single_flight import SingleFlight
from genie_provider.errors import WorkspaceError

_PATH = "/api/2.0/sql/warehouses"
_GOING = {"DELETING", "DELETED"}


@dataclass(frozen=True)
class Warehouse:
    """A SQL warehouse. `type` is PRO, CLASSIC, REALTIME or ""; `state` RUNNING, STOPPED, …"""

    id: str
    name: str = ""
    state: str = ""
    type: str = ""
    serverless: bool = False
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def unusable(self) -> str:
        """Why Genie cannot use it, "" if it can. Stopped ones start on demand."""
        if self.state in _GOING:
            return f"is {self.state.lower()}"
        return "is a classic warehouse; Genie takes pro and serverless ones" if self.type == "CLASSIC" else ""

    def __str__(self) -> str:
        kind = "serverless" if self.serverless else self.type.lower() or "unknown type"
        return f"{self.name!r} ({self.id}, {kind}, {self.state.lower()})"


class Warehouses:
    def __init__(self, transport: Transport, once: SingleFlight) -> None:
        self._transport = transport
        self._single_flight = once

    def warehouses(self) -> list[Warehouse]:
        """All the identity may see; asked once a run."""
        return self._single_flight.get("warehouses", self._list_warehouses)

    def find_warehouse(self, name_or_id: str) -> Warehouse:
        """The usable warehouse with that id, else with exactly that name.

        Raises:
            WorkspaceError: "invalid", with the choices: none such, several of that name, not usable.
        """
        fitting = _fitting(self.warehouses(), name_or_id)
        if not fitting:  # the program may have made it since the list was asked for
            self._single_flight.forget("warehouses")
            fitting = _fitting(self.warehouses(), name_or_id)
        every = self.warehouses()
        usable = [w for w in fitting if not w.unusable]
        if len(usable) == 1:
            return usable[0]
        step = f"find the warehouse {name_or_id!r}"
        if usable:
            choices = ", ".join(map(str, usable))
            raise WorkspaceError("invalid", step, "several have that name", f"Give the id of one: {choices}")
        unusable = "; ".join(f"{w} {w.unusable}" for w in fitting)
        words = unusable or f"{name_or_id!r}: no such warehouse, or none that we may see"
        raise WorkspaceError("invalid", step, words, _choices([w for w in every if not w.unusable]))

    def _list_warehouses(self) -> list[Warehouse]:
        step = "list warehouses"
        request = Request(step, "GET", _PATH)
        return [_to_warehouse(entry, step) for page in pages(self._transport, request, "warehouses") for entry in page]


def _fitting(every: list[Warehouse], name_or_id: str) -> list[Warehouse]:
    return [w for w in every if w.id == name_or_id] or [w for w in every if w.name == name_or_id]


def _to_warehouse(entry: Mapping[str, Any], step: str) -> Warehouse:
    if not text_of(entry, "id"):
        raise WorkspaceError("garbled", step, "an entry has no id")
    return Warehouse(
        text_of(entry, "id"),
        name=text_of(entry, "name"),
        state=text_of(entry, "state"),
        type=text_of(entry, "warehouse_type"),
        serverless=entry.get("enable_serverless_compute") is True,
        raw=entry,
    )


def _choices(usable: list[Warehouse]) -> str:
    if not usable:
        return "There is no usable warehouse; make a pro or serverless one, or ask for CAN USE on one."
    shown = ", ".join(str(w) for w in usable[:10])
    more = f" and {len(usable) - 10} more" if len(usable) > 10 else ""
    return f"There are: {shown}{more}"
