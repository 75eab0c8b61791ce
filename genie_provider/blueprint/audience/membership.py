"""membership: the names under which a principal may have been granted something."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...client import Workspace

EVERYBODY = "account users"
"""Unity Catalog's name for all users and service principals of the account."""


@dataclass(frozen=True)
class Membership:
    """Attributes:
    names: name → how the principal comes to it: "", "group a", "group b in group a".
    complete: whether these are all; False where the workspace does not tell us the groups of one of them.
    """

    names: dict[str, str] = field(default_factory=dict)
    complete: bool = True


def membership_of(workspace: Workspace, principal: str) -> Membership:
    """Everything that "user:x", "group:x" or "service_principal:x" is, nested groups included."""
    names = {principal.partition(":")[2]: "", EVERYBODY: f"group {EVERYBODY}"}
    complete = True
    waiting = [(principal, "")]
    while waiting:
        who, way = waiting.pop(0)
        groups = workspace.direct_groups(who)
        if groups is None:
            complete = False
            continue
        for group in groups:
            if group not in names:
                names[group] = f"group {group}" + (f", which holds {way}" if way else "")
                waiting.append((f"group:{group}", names[group]))
    return Membership(names, complete)
