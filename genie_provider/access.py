"""access: who may use a space, and its tags; additive unless the spec says `exact`.

Only what the spec names is granted; what an earlier spec granted and this one no longer names is taken
back; everything else stays. Whoever deploys keeps CAN MANAGE whatever the spec says (genie-api 3).
"""

from __future__ import annotations

from collections.abc import Callable

from .client import Workspace
from .errors import GenieError, WorkspaceError
from .lifecycle import Call, Properties

LEVELS = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE")


def refuse_unknown_principals(workspace: Workspace, inputs: Properties) -> None:
    """Before anything is sent: every principal of the spec exists.

    Raises:
        WorkspaceError: names those that do not.
    """
    unknown = [who for who in inputs.get("permissions") or {} if not workspace.principal_exists(who)]
    if unknown:
        raise WorkspaceError(
            "invalid",
            "grant",
            f"the workspace does not know {', '.join(unknown)}; nothing was sent",
            "check the spelling; a service principal goes by its application id",
        )


def furnish(call: Call, workspace: Workspace, space_id: str, news: Properties, olds: Properties) -> list[str]:
    """Brings rights and tags to what `news` say; returns what did not work, a sentence each."""
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("permissions", lambda: _grant(workspace, space_id, news, olds)),
        ("tags", lambda: _tag(workspace, space_id, news, olds)),
    )
    unfinished = []
    for name, step in steps:
        if name not in news and name not in olds:
            continue
        try:
            step()
        except GenieError as error:
            unfinished.append(f"the space is made, its {name} are not: {error}")
    return unfinished


def _grant(workspace: Workspace, space_id: str, news: Properties, olds: Properties) -> None:
    wanted: dict[str, str] = dict(news.get("permissions") or {})
    me = workspace.me().principal
    direct = direct_levels(workspace, space_id)
    if news.get("permissions_mode") == "exact":
        target = {**wanted, me: "CAN_MANAGE"}
    else:
        dropped = {who for who in olds.get("permissions") or {} if who not in wanted}
        target = {who: level for who, level in direct.items() if who not in dropped or who == me}
        target.update({who: level for who, level in wanted.items() if who != me})
        if not dropped & direct.keys() - {me}:
            missing = {who: level for who, level in target.items() if direct.get(who) != level}
            if missing:
                workspace.add_permissions(space_id, missing)
            return
        target.setdefault(me, "CAN_MANAGE")
    if target != direct:
        workspace.set_permissions(space_id, target)


def direct_levels(workspace: Workspace, space_id: str) -> dict[str, str]:
    """principal → its highest direct level."""
    levels: dict[str, str] = {}
    for grant in workspace.permissions(space_id):
        if not grant.inherited and _rank(grant.level) >= _rank(levels.get(grant.principal, "")):
            levels[grant.principal] = grant.level
    return levels


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else -1


def _tag(workspace: Workspace, space_id: str, news: Properties, olds: Properties) -> None:
    wanted: dict[str, str] = dict(news.get("tags") or {})
    live = workspace.tags(space_id)
    for key, value in wanted.items():
        if live.get(key) != value:
            workspace.set_tag(space_id, key, value)
    for key in olds.get("tags") or {}:
        if key not in wanted and key in live:
            workspace.delete_tag(space_id, key)


def as_known(call: Call, workspace: Workspace, space_id: str, known: Properties) -> Properties:
    """The live rights and tags, as far as the state's inputs speak of them."""
    found: Properties = {}
    if known.get("permissions"):
        found["permissions"] = _live_permissions(call, workspace, space_id, known)
    if known.get("tags"):
        live = workspace.tags(space_id)
        found["tags"] = {key: live[key] for key in known["tags"] if key in live}
    return {name: value for name, value in found.items() if value}


def _live_permissions(call: Call, workspace: Workspace, space_id: str, known: Properties) -> Properties:
    direct = direct_levels(workspace, space_id)
    me = workspace.me().principal
    if me in known["permissions"]:
        direct[me] = known["permissions"][me]
    by_hand = {who: level for who, level in direct.items() if who not in known["permissions"] and who != me}
    if known.get("permissions_mode") == "exact":
        return {who: level for who, level in direct.items() if who in known["permissions"] or who in by_hand}
    if by_hand:
        who_has_what = ", ".join(f"{who} {level}" for who, level in sorted(by_hand.items()))
        call.say("info", f"granted by hand, and left as it is: {who_has_what}")
    return {who: level for who, level in direct.items() if who in known["permissions"]}
