"""workspace: one workspace for all resources of a run."""

from __future__ import annotations

from genie_provider.client.api.conversations import Conversations
from genie_provider.client.api.evaluations import Evaluations
from genie_provider.client.api.files import Files
from genie_provider.client.api.jobs import Jobs
from genie_provider.client.api.principals import Principals
from genie_provider.client.api.privileges import Privileges
from genie_provider.client.api.spaces import Spaces
from genie_provider.client.api.statements import Statements
from genie_provider.client.api.tags import Tags
from genie_provider.client.api.unity_catalog import Catalog
from genie_provider.client.api.warehouses import Warehouses
from genie_provider.client.auth.resolve import Access
from genie_provider.client.http import pacing
from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import text_of
from genie_provider.client.http.progress import Report
from genie_provider.client.http.transport import ANSWER_S, BUDGET_S, Transport
from genie_provider.client.single_flight import SingleFlight
from genie_provider.errors import GenieError, WorkspaceError


class Workspace(
    Spaces, Principals, Warehouses, Catalog, Tags, Statements, Conversations, Evaluations, Files, Jobs, Privileges
):
    """Everything the project asks of a workspace. Thread-safe; share one per run.

    Nothing connects before the first call. Errors are `WorkspaceError` and `SettingsError`.

    Args:
        report: hears progress of threads that report nowhere of their own (see `reporting`).
        budget_s: seconds one call may wait for rate limits.
        answer_s: seconds a silent host is borne, all calls together.
    """

    def __init__(
        self,
        access: Access,
        *,
        report: Report | None = None,
        budget_s: float = BUDGET_S,
        answer_s: float = ANSWER_S,
        clock: pacing.Clock | None = None,
    ) -> None:
        self.access = access
        self._transport = Transport(access, report=report, budget_s=budget_s, answer_s=answer_s, clock=clock)
        self._single_flight = SingleFlight()

    def __repr__(self) -> str:
        return f"Workspace({self.access.host!r})"

    @property
    def host(self) -> str:
        return self.access.host

    @property
    def clock(self) -> pacing.Clock:
        """Whose time the calls and their waits go by."""
        return self._transport.clock

    def workspace_id(self) -> str:
        """The workspace's number as text, "" if it does not tell.

        Every answer of the API carries it in X-Databricks-Org-Id; `me` is asked if nothing was yet.
        """
        return self._transport.org_id or self._single_flight.get("workspace_id", self._ask_workspace_id, bool)

    def _ask_workspace_id(self) -> str:
        self.me()
        if self._transport.org_id:
            return self._transport.org_id
        request = Request("ask for the workspace's id", "GET", "/.well-known/databricks-config", signed=False)
        try:
            return text_of(self._transport.call(request), "workspace_id")
        except GenieError as error:
            if getattr(error, "kind", "") == "unreachable":
                raise
            return ""  # not every deployment serves that document

    def why_no_excel(self, path: str, warehouse_id: str) -> str:
        """Why `read_files` does not read the workbook at this path; "" where it does.

        A preview, which each workspace has or has not: asked of the first workbook, and remembered for the run.
        """
        return self._single_flight.get(("excel", warehouse_id), lambda: self._ask_excel(path, warehouse_id))

    def _ask_excel(self, path: str, warehouse_id: str) -> str:
        text = path.replace("\\", "\\\\").replace("'", "\\'")
        sql = f"SELECT * FROM read_files('{text}', format => 'excel', headerRows => 1) LIMIT 0"
        try:
            self.statement(sql, warehouse_id, repeatable=True, timeout_s=60, step="ask whether Excel is read")
        except WorkspaceError as error:
            if error.kind != "failed":
                raise
            return error.message
        return ""

    def stop(self) -> None:
        """Ends every wait at once, in all threads: calls under way finish, none is repeated."""
        self._transport.clock.stop()
