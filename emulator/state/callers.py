"""callers: who calls, by the token they show.

Any token that is not registered acts as the default user, a workspace admin, so that a newcomer needs no
set-up. Registered ones act as whom they were registered for, with the scopes they were given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import ApiError, denied
from . import principals

if TYPE_CHECKING:
    from ..workspace import Workspace


@dataclass(frozen=True)
class Caller:
    """A person or service principal; `name` is the user name or the application id."""

    kind: str
    name: str
    groups: frozenset[str]
    entitled: bool = True
    scopes: frozenset[str] | None = None

    @property
    def admin(self) -> bool:
        return "admins" in self.groups

    def holds(self, kind: str, principal: str) -> bool:
        """Whether a grant to this principal is one to the caller."""
        return (kind, principal) == (self.kind, self.name) or (kind == "group" and principal in self.groups)

    def among(self, names: list[str]) -> bool:
        """Whether a list of user, application and group names has the caller in it."""
        return self.name in names or bool(self.groups.intersection(names))


def caller_with(workspace: Workspace, authorization: str | None) -> Caller:
    """The caller behind an Authorization header.

    Raises:
        ApiError: 401 without a token, with an expired one, or with an unknown one where only registered
            tokens count.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated("Credential was not sent or was of an unsupported type for this API.")
    row = workspace.store.one("select * from tokens where token = ?", token.strip())
    if row is None:
        if workspace.settings.strict_tokens:
            raise _unauthenticated("Invalid access token.")
        return caller_named(workspace, "user", workspace.user)
    if row["expired"]:
        raise _unauthenticated("Token is expired.")
    scopes = None if row["scopes"] is None else frozenset(json.loads(row["scopes"]))
    return caller_named(workspace, row["kind"], row["name"], scopes)


def caller_named(workspace: Workspace, kind: str, name: str, scopes: frozenset[str] | None = None) -> Caller:
    row = workspace.store.one("select entitled from principals where kind = ? and name = ?", kind, name)
    if row is None:
        raise _unauthenticated(f"{name} is not a member of this workspace.")
    groups = frozenset(principals.groups_of(workspace, kind, name))
    return Caller(kind, name, groups, bool(row["entitled"]), scopes)


def require_scope(caller: Caller, path: str) -> None:
    """Refuse a token without the scope `genie`, which Databricks' reference names for all calls on spaces."""
    if caller.scopes is None or not path.startswith("/api/2.0/genie/"):
        return
    if not caller.scopes.intersection(("genie", "all-apis")):
        raise denied("Provided OAuth token does not have required scopes: genie")


def require_entitlement(caller: Caller) -> None:
    if not caller.entitled:
        raise denied(f"{caller.name} does not have the Databricks SQL access entitlement, which Genie requires.")


def _unauthenticated(message: str) -> ApiError:
    return ApiError(401, "UNAUTHENTICATED", message)
