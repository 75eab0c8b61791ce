"""workspace: the one object every module is handed.

It holds the store, the switches and what lasts only as long as the process: faults, the request log, the
statements in flight.
"""

from __future__ import annotations

import uuid
from typing import Any

from .catalog import samples
from .state import principals, warehouses
from .state.faults import Faults
from .state.request_log import RequestLog
from .state.settings import Settings
from .state.store import Store
from .state.volume_files import Blobs

DEFAULT_USER = "you@example.com"


class Workspace:
    """A local workspace: its data, its switches, its faults."""

    def __init__(
        self, data: str = ":memory:", user: str | None = None, workspace_id: str | None = None, **settings: Any
    ) -> None:
        self.store = Store(data)
        self.blobs = Blobs(data)
        self.settings = Settings()
        self.settings.change(settings)
        self.faults = Faults()
        self.log = RequestLog()
        self.statements: dict[str, dict[str, Any]] = {}
        self.earlier_permissions: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        if workspace_id is not None:
            self.store.remember("workspace_id", workspace_id)
        if user is not None:
            self.store.remember("user", user)
        self.user = self.store.fact("user", DEFAULT_USER)
        self.workspace_id = self.store.fact("workspace_id", "")
        self.account_id = str(uuid.uuid5(uuid.NAMESPACE_URL, self.workspace_id))
        self.furnish()

    def furnish(self) -> None:
        """Put in place what every workspace has: the samples catalog, two warehouses, the usual folders."""
        with self.store.writing():
            principals.furnish(self)
            if self.store.fact("furnished", "no") == "no":
                samples.furnish(self)
                warehouses.furnish(self)
                self.store.remember("furnished", "yes")

    def reset(self) -> None:
        """As new: no spaces, no faults, default switches. Its id and its user stay."""
        self.store.clear()
        self.settings.__init__()  # type: ignore[misc]
        self.faults.clear()
        self.log.clear()
        self.statements.clear()
        self.earlier_permissions.clear()
        self.furnish()
