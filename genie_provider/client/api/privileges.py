"""privileges: what was granted on Unity Catalog's objects and on warehouses, and which groups a principal is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.api.unity_catalog import is_hidden
from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, part, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.client.single_flight import SingleFlight
from genie_provider.errors import WorkspaceError

_UC = "/api/2.1/unity-catalog"
_SCIM = "/api/2.0/preview/scim/v2"
_RESOURCES = {
    "user": ("Users", "userName"),
    "group": ("Groups", "displayName"),
    "service_principal": ("ServicePrincipals", "applicationId"),
}


@dataclass(frozen=True)
class Granted:
    """Privileges that hold for one object, inherited ones too, as far as we are shown them.

    Attributes:
        privileges: principal as Unity Catalog names it → privileges, as USE_SCHEMA.
        owner: of the object itself; "" where it does not tell.
        refused: the workspace said that we may not look; an empty answer can mean the same.
    """

    privileges: Mapping[str, frozenset[str]] = field(default_factory=dict)
    owner: str = ""
    refused: bool = False


class Privileges:
    def __init__(self, transport: Transport, once: SingleFlight) -> None:
        self._transport = transport
        self._single_flight = once

    def granted(self, kind: str, full_name: str) -> Granted:
        """What holds for a "catalog", "schema", "table", "function" or "volume"; asked once a run."""
        return self._single_flight.get(("granted", kind, full_name.lower()), lambda: self._ask_granted(kind, full_name))

    def _ask_granted(self, kind: str, full_name: str) -> Granted:
        owner = text_of(self._shown(f"look up the {kind} {full_name}", f"{_UC}/{kind}s/{part(full_name)}"), "owner")
        step = f"read the privileges on {kind} {full_name}"
        try:
            data = self._transport.call(Request(step, "GET", f"{_UC}/effective-permissions/{kind}/{part(full_name)}"))
        except WorkspaceError as error:
            if not is_hidden(error):
                raise
            return Granted(owner=owner, refused=True)
        found: dict[str, frozenset[str]] = {}
        for entry in entries_of(data, "privilege_assignments", step):
            held = frozenset(
                "_".join(text_of(each, "privilege").upper().split()) for each in entries_of(entry, "privileges", step)
            )
            name = text_of(entry, "principal")
            found[name] = found.get(name, frozenset()) | held
        return Granted(found, owner)

    def _shown(self, step: str, path: str, query: Mapping[str, str | int] | None = None) -> Mapping[str, Any]:
        """The answer; an empty one where the thing is missing or hidden from us."""
        try:
            return self._transport.call(Request(step, "GET", path, query))
        except WorkspaceError as error:
            if is_hidden(error):
                return {}
            raise

    def direct_groups(self, principal: str) -> list[str] | None:
        """The groups that "user:x", "group:x" or "service_principal:x" is in directly; None where we cannot tell."""
        return self._single_flight.get(("groups", principal), lambda: self._ask_groups(principal))

    def _ask_groups(self, principal: str) -> list[str] | None:
        kind, _, name = principal.partition(":")
        resource, attribute = _RESOURCES[kind]
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        step = f"look up the groups of {principal}"
        query: dict[str, str | int] = {"filter": f'{attribute} eq "{quoted}"', "count": 1}
        data = self._shown(step, f"{_SCIM}/{resource}", query)
        found = entries_of(data, "Resources", step)
        if not found:
            return None
        return [text_of(group, "display") for group in entries_of(found[0], "groups", step)]

    def warehouse_levels(self, warehouse_id: str) -> Mapping[str, frozenset[str]] | None:
        """Principal → levels on a warehouse; None where we may not look."""
        return self._single_flight.get(("warehouse rights", warehouse_id), lambda: self._ask_levels(warehouse_id))

    def _ask_levels(self, warehouse_id: str) -> Mapping[str, frozenset[str]] | None:
        step = "read the rights on the warehouse"
        data = self._shown(step, f"/api/2.0/permissions/warehouses/{part(warehouse_id)}")
        if not data:
            return None
        found: dict[str, frozenset[str]] = {}
        for entry in entries_of(data, "access_control_list", step):
            name = text_of(entry, "user_name") or text_of(entry, "group_name")
            rights = entries_of(entry, "all_permissions", step)
            found[name or text_of(entry, "service_principal_name")] = frozenset(
                text_of(right, "permission_level") for right in rights
            )
        return found
