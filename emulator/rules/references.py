"""references: what a definition refers to, and whether it is there and may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..catalog import securables
from ..errors import ApiError, denied, invalid
from . import definition

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace


def require(workspace: Workspace, caller: Caller, document: dict[str, Any]) -> None:
    """Refuse tables that are missing or unreadable: both are 403, in the same words.

    Issue 6750 of databricks/cli (2026) and several other reports quote them.
    Functions are not looked for, as a public script found on a workspace, and SQL texts are not read, as
    malcolndandaro/genie-promote-cicd found in July 2026.
    """
    for table in definition.tables(document):
        try:
            info = securables.require(workspace, caller, "table", table["identifier"])
        except ApiError as problem:
            outer = problem.error_code.startswith(("CATALOG", "SCHEMA"))
            prefix = "Failed to fetch tables for the space. " if outer else ""
            raise denied(prefix + problem.message) from None
        _require_columns(workspace, table, {each["name"].lower(): each for each in info["columns"]})


def _require_columns(workspace: Workspace, table: dict[str, Any], columns: dict[str, dict[str, Any]]) -> None:
    for configured in table.get("column_configs") or []:
        column = columns.get(configured["column_name"].lower())
        if column is None and workspace.settings.bad_column_status == 500:
            # Reports of this answer from workspaces include one for a column that is not there: it looks like a fault
            # that passes, and is none.
            raise ApiError(500, "INTERNAL_ERROR", "Failed to retrieve schema from unity catalog")
        if column is None:
            raise invalid(f"Column '{configured['column_name']}' does not exist in table '{table['identifier']}'.")
        if (
            workspace.settings.strict_entity_matching
            and configured.get("enable_entity_matching")
            and column["type_name"] != "STRING"
        ):
            raise invalid(
                f"Entity matching needs a string column, but {configured['column_name']} of"
                f" {table['identifier']} is {column['type_text']}."
            )
