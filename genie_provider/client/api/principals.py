"""principals: who we are, who there is, and who may do what with a space."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genie_provider.client.http.attempts import Request
from genie_provider.client.http.paging import entries_of, part, text_of
from genie_provider.client.http.transport import Transport
from genie_provider.client.single_flight import SingleFlight
from genie_provider.errors import WorkspaceError

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ACL_FIELDS = {"user": "user_name", "group": "group_name", "service_principal": "service_principal_name"}
# kind: (SCIM resource, attribute that names it)
_SCIM = {
    "user": ("Users", "userName"),
    "group": ("Groups", "displayName"),
    "service_principal": ("ServicePrincipals", "applicationId"),
}


@dataclass(frozen=True)
class Identity:
    """Who deploys. A service principal's `user_name` is its application id (CLI PR 5547)."""

    user_name: str
    id: str = ""
    display_name: str = ""
    is_service_principal: bool = False
    groups: tuple[str, ...] = ()
    is_admin: bool = False
    application_id: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def principal(self) -> str:
        """As permissions name it: "user:a@b.c" or "service_principal:<application id>"."""
        if self.is_service_principal:
            return f"service_principal:{self.application_id}"
        return f"user:{self.user_name}"


@dataclass(frozen=True, order=True)
class Grant:
    """One right on a space. `principal` is "user:x", "group:x" or "service_principal:<application id>"."""

    principal: str
    level: str
    inherited: bool = False


class Principals:
    def __init__(self, transport: Transport, once: SingleFlight) -> None:
        self._transport = transport
        self._single_flight = once

    def me(self) -> Identity:
        """The deploying identity; asked once a run."""
        return self._single_flight.get("me", self._ask_me)

    def _ask_me(self) -> Identity:
        step = "ask who we are"
        data = self._transport.call(Request(step, "GET", "/api/2.0/preview/scim/v2/Me"))
        user_name = text_of(data, "userName")
        application_id = text_of(data, "applicationId") or (user_name if _UUID.fullmatch(user_name) else "")
        if not (user_name or application_id):
            raise WorkspaceError("garbled", step, "the answer names nobody")
        groups = tuple(text_of(group, "display") for group in entries_of(data, "groups", step))
        return Identity(
            user_name=user_name or application_id,
            id=text_of(data, "id"),
            display_name=text_of(data, "displayName"),
            is_service_principal=bool(application_id),
            groups=groups,
            is_admin="admins" in groups,
            application_id=application_id,
            raw=data,
        )

    def principal_exists(self, principal: str) -> bool:
        """Whether the workspace knows "user:x", "group:x" or "service_principal:<application id>"."""
        kind, name = _split(principal)
        resource, attribute = _SCIM[kind]
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        query: dict[str, str | int] = {
            "filter": f'{attribute} eq "{quoted}"',
            "attributes": f"id,{attribute}",
            "count": 1,
        }
        step = f"look up {principal}"
        data = self._transport.call(Request(step, "GET", f"/api/2.0/preview/scim/v2/{resource}", query))
        return bool(entries_of(data, "Resources", step))

    def permissions(self, space_id: str) -> list[Grant]:
        """Every right on the space, inherited ones too. Answers for a trashed space as well."""
        request = Request("read the rights", "GET", _acl_path(space_id), needs="CAN MANAGE on the space")
        return self._to_grants(self._transport.call(request))

    def set_permissions(self, space_id: str, levels: Mapping[str, str]) -> list[Grant]:
        """Replaces every direct right by `levels` (principal → level); inherited ones stay.

        Without the deploying identity among them it may lock itself out: the caller sees to that.
        """
        return self._send_rights("PUT", "set the rights", space_id, levels)

    def add_permissions(self, space_id: str, levels: Mapping[str, str]) -> list[Grant]:
        """Adds or changes the rights in `levels`; removes none."""
        return self._send_rights("PATCH", "add rights", space_id, levels)

    def _send_rights(self, method: str, step: str, space_id: str, levels: Mapping[str, str]) -> list[Grant]:
        entries = [_to_entry(principal, level) for principal, level in levels.items()]
        request = Request(
            step,
            method,
            _acl_path(space_id),
            body={"access_control_list": entries},
            needs="CAN MANAGE on the space",
        )
        return self._to_grants(self._transport.call(request))

    def _to_grants(self, data: Mapping[str, Any]) -> list[Grant]:
        step = "read the rights"
        grants = []
        for entry in entries_of(data, "access_control_list", step):
            principal = next((f"{kind}:{entry[key]}" for kind, key in _ACL_FIELDS.items() if entry.get(key)), "")
            for right in entries_of(entry, "all_permissions", step):
                level = text_of(right, "permission_level")
                grants.append(Grant(principal, level, right.get("inherited") is True))
        return grants


def _acl_path(space_id: str) -> str:
    # "genie", not "genie/spaces": that answers ENDPOINT_NOT_FOUND (CLI PR 5327).
    return f"/api/2.0/permissions/genie/{part(space_id)}"


def _split(principal: str) -> tuple[str, str]:
    kind, _, name = principal.partition(":")
    if kind not in _SCIM or not name:
        raise WorkspaceError(
            "invalid",
            "look up a principal",
            f"{principal!r} is not user:<name>, group:<name> or service_principal:<application id>",
        )
    return kind, name


def _to_entry(principal: str, level: str) -> dict[str, str]:
    kind, name = _split(principal)
    return {_ACL_FIELDS[kind]: name, "permission_level": "CAN_READ" if level == "CAN_VIEW" else level}
