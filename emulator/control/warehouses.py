"""warehouses: SQL warehouses, added, changed and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import missing
from ..state import warehouses
from .endpoint import route

if TYPE_CHECKING:
    from ..workspace import Workspace


def _add_warehouse(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    return warehouses.put(workspace, sent)


def _change_warehouse(workspace: Workspace, sent: Any, at: dict[str, str]) -> Any:
    if warehouses.find(workspace, at["number"]) is None:
        raise missing(f"no warehouse {at['number']}")
    return warehouses.put(workspace, {**sent, "id": at["number"]})


routes = [
    route("/warehouses", "POST", _add_warehouse),
    route("/warehouses/{number}", "PATCH", _change_warehouse),
    route("/warehouses/{number}", "DELETE", lambda workspace, sent, at: warehouses.remove(workspace, at["number"])),
]
