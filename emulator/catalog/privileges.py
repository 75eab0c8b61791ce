"""privileges: who was granted what on Unity Catalog's objects.

A privilege on a catalog or schema holds for everything in it. Principals are named as Unity Catalog names them: user
name, application id, group name; `account users` is everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, invalid
from ..state import clock
from ..state.store import unpacked

if TYPE_CHECKING:
    from ..state.callers import Caller
    from ..workspace import Workspace

EVERYBODY = "account users"
ALL = "ALL_PRIVILEGES"
READ = ("USE_CATALOG", "USE_SCHEMA", "SELECT", "EXECUTE", "READ_VOLUME")

_ON_TABLES = ("SELECT", "MODIFY", "APPLY_TAG", "MANAGE", ALL)
_ON_FUNCTIONS = ("EXECUTE", "MANAGE", ALL)
_ON_VOLUMES = ("READ_VOLUME", "WRITE_VOLUME", "APPLY_TAG", "MANAGE", ALL)
_ON_SCHEMAS = (
    *("USE_SCHEMA", "CREATE_TABLE", "CREATE_VIEW", "CREATE_FUNCTION", "CREATE_VOLUME", "CREATE_MODEL"),
    *("CREATE_MATERIALIZED_VIEW", "EXTERNAL_USE_SCHEMA", "REFRESH"),
    *dict.fromkeys((*_ON_TABLES, *_ON_FUNCTIONS, *_ON_VOLUMES)),
)
KINDS: dict[str, tuple[str, ...]] = {
    "catalog": ("USE_CATALOG", "BROWSE", "CREATE_SCHEMA", *_ON_SCHEMAS),
    "schema": _ON_SCHEMAS,
    "table": _ON_TABLES,
    "function": _ON_FUNCTIONS,
    "volume": _ON_VOLUMES,
}
"""What can be granted on each kind, as Unity Catalog's privileges page has it."""


_TO_USE = {
    "catalog": "USE_CATALOG",
    "schema": "USE_SCHEMA",
    "table": "SELECT",
    "function": "EXECUTE",
    "volume": "READ_VOLUME",
}


def spelled(privilege: str) -> str:
    """`use schema` as the API writes it: USE_SCHEMA."""
    return "_".join(privilege.upper().replace("_", " ").split())


def grant(workspace: Workspace, kind: str, full_name: str, principal: str, privileges: list[str]) -> None:
    """Grants what is not granted yet.

    Raises:
        ApiError: 400 for a privilege that the kind does not have.
    """
    for privilege in map(spelled, privileges):
        if privilege not in KINDS[kind]:
            raise invalid(f"Privilege {privilege} is not applicable to this entity [{full_name}:{kind.upper()}].")
        workspace.store.run(
            "insert or ignore into privileges values (?, ?, ?, ?, ?)",
            *(kind, full_name.lower(), principal, privilege, clock.now()),
        )


def revoke(workspace: Workspace, kind: str, full_name: str, principal: str, privileges: list[str]) -> None:
    for privilege in map(spelled, privileges):
        workspace.store.run(
            "delete from privileges where kind = ? and full_name = ? and principal = ? and privilege = ?",
            *(kind, full_name.lower(), principal, privilege),
        )


def direct(workspace: Workspace, kind: str, full_name: str) -> dict[str, list[str]]:
    """Principal → privileges granted on the object itself, oldest first."""
    rows = workspace.store.all(
        "select principal, privilege from privileges where kind = ? and full_name = ? order by since, rowid",
        *(kind, full_name.lower()),
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["principal"], []).append(row["privilege"])
    return found


def effective(workspace: Workspace, kind: str, full_name: str) -> dict[str, list[dict[str, str]]]:
    """Principal → privileges that hold for the object: its own, and those of the schema and catalog around it.

    Groups are not resolved: who is in a group, the API does not say here.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for outer, name in _around(kind, full_name):
        for principal, privileges in direct(workspace, outer, name).items():
            inherited = {} if outer == kind else {"inherited_from_type": outer.upper(), "inherited_from_name": name}
            # USE CATALOG says nothing about a table, yet the API lists it there as inherited.
            found.setdefault(principal, []).extend({"privilege": each, **inherited} for each in privileges)
    return found


def _around(kind: str, full_name: str) -> Iterator[tuple[str, str]]:
    """The object, its schema and its catalog."""
    parts = full_name.lower().split(".")
    yield kind, full_name.lower()
    for outer, length in (("schema", 2), ("catalog", 1)):
        if length < len(parts):
            yield outer, ".".join(parts[:length])


def owns(workspace: Workspace, caller: Caller, kind: str, full_name: str) -> bool:
    """Whether the caller owns the object or what it is in. Workspace admins are taken for admins of the metastore."""
    return caller.admin or any(_is(caller, _owner(workspace, *each)) for each in _around(kind, full_name))


def _owner(workspace: Workspace, kind: str, full_name: str) -> str:
    row = workspace.store.one("select info from securables where kind = ? and full_name = ?", kind, full_name)
    return str(unpacked(row).get("owner", "")) if row else ""


def manages(workspace: Workspace, caller: Caller, kind: str, full_name: str) -> bool:
    """Whether the caller may see and change everybody's grants on the object."""
    return owns(workspace, caller, kind, full_name) or _holds(workspace, caller, kind, full_name, "MANAGE")


def may_write_volume(workspace: Workspace, caller: Caller, full_name: str) -> bool:
    return owns(workspace, caller, "volume", full_name) or _holds(
        workspace, caller, "volume", full_name, "WRITE_VOLUME"
    )


def may_read_volume(workspace: Workspace, caller: Caller, full_name: str) -> bool:
    return owns(workspace, caller, "volume", full_name) or _holds(workspace, caller, "volume", full_name, "READ_VOLUME")


def require(workspace: Workspace, caller: Caller, kind: str, full_name: str) -> None:
    """Refuse a caller who may not use the object.

    Raises:
        ApiError: 403 naming the first privilege that is missing, from the catalog inwards.
    """
    if owns(workspace, caller, kind, full_name):
        return
    for outer, name in reversed(list(_around(kind, full_name))):
        privilege = _TO_USE[outer]
        if not _holds(workspace, caller, outer, name, privilege):
            words = privilege.replace("_", " ")
            raise ApiError(403, "PERMISSION_DENIED", f"User does not have {words} on {outer.title()} '{name}'.")


def _holds(workspace: Workspace, caller: Caller, kind: str, full_name: str, privilege: str) -> bool:
    return any(
        _is(caller, principal) and any(each["privilege"] in (privilege, ALL) for each in privileges)
        for principal, privileges in effective(workspace, kind, full_name).items()
    )


def _is(caller: Caller, principal: str) -> bool:
    return principal in (caller.name, EVERYBODY) or principal in caller.groups


def listing(found: dict[str, list[Any]]) -> dict[str, Any]:
    """Privileges as the API answers with them."""
    assignments = [{"principal": name, "privileges": privileges} for name, privileges in found.items() if privileges]
    return {"privilege_assignments": assignments} if assignments else {}


def forget(workspace: Workspace, full_name: str) -> None:
    """Takes away the grants on an object and on everything in it."""
    inside = full_name.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + ".%"
    workspace.store.run(
        "delete from privileges where full_name = ? or full_name like ? escape '\\'", full_name.lower(), inside
    )
