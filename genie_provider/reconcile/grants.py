"""grants: who may use a space, and its tags; additive unless the spec says `exact`.

Only what the spec names is granted; what an earlier spec granted and this one no longer names is taken
back; everything else stays. Whoever deploys and whoever made the space keep CAN MANAGE whatever the spec
says (genie-api 3). Rights and tags are eventually consistent: a write that does not show at once is
remembered (`unsettled`), so that the next preview does not take the lag for an edit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..client import Workspace
from ..errors import GenieError, WorkspaceError
from ..lifecycle import Call, Properties
from ..model.state import CREATOR, GRANTED, RIGHTS, TAGGED, UNSETTLED, UNWRITTEN

LEVELS: Final = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE")
OWNER_TAG: Final = "genie_owner"
"""The tag that marks a space without derived ids as ours (see `ownership`)."""

OUTPUTS: Final = (CREATOR, GRANTED, TAGGED, UNSETTLED, UNWRITTEN)
"""Outputs of this room: who made the space, whom and what this stack granted and tagged, and when.

`unwritten` names what the last `up` did not bring about, so that nobody takes that for an edit in the UI.
"""

LAG_S: Final = 90.0
"""How long a fresh tag or right may take to show (SP1 saw up to 60 s)."""


@dataclass
class Furnished:
    """What was done: outputs to keep, and what did not work, a sentence each."""

    outputs: Properties = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)


def unknown_principals(workspace: Workspace, principals: Mapping[str, Any]) -> list[str]:
    """Those the workspace does not know; where we may not look, nobody is unknown."""
    try:
        return [who for who in principals if not workspace.principal_exists(who)]
    except WorkspaceError as error:
        if error.kind == "forbidden":
            return []
        raise


def refuse_unknown_principals(workspace: Workspace, inputs: Properties) -> None:
    """Before anything is sent: every principal of the spec exists.

    Raises:
        WorkspaceError: names those that do not.
    """
    unknown = unknown_principals(workspace, inputs.get("permissions") or {})
    if unknown:
        raise WorkspaceError(
            "invalid",
            "grant",
            f"the workspace does not know {', '.join(unknown)}; nothing was sent",
            "check the spelling; a service principal goes by its application id",
        )


def furnish(
    call: Call, workspace: Workspace, space_id: str, news: Properties, olds: Properties, past: Properties
) -> Furnished:
    """Brings rights and tags to what `news` say.

    Args:
        olds: the inputs of the last `up`; {} on the stock host, where `past` says what was granted.
        past: the outputs of the last `up`.
    """
    steps: tuple[tuple[str, str, Callable[[set[str]], bool]], ...] = (
        ("permissions", "granted", lambda ours: _grant(call, workspace, space_id, news, ours, past)),
        ("tags", "tagged", lambda ours: _tag(workspace, space_id, news, ours)),
    )
    done = Furnished({name: past[name] for name in ("creator",) if name in past})
    for name, mark, step in steps:
        wanted = news.get(name) or {}
        before = {*(olds.get(name) or {}), *(past.get(mark) or [])}
        after = set(wanted)
        if wanted or before or (name == "permissions" and _is_exact(news)):
            try:
                if not step(before):
                    done.outputs["unsettled"] = int(time.time())
            except GenieError as error:
                after |= before
                done.outputs["unwritten"] = [*done.outputs.get("unwritten", []), name]
                done.unfinished.append(f"the space is there, its {name} are not as the spec says: {error}")
        if after:
            done.outputs[mark] = sorted(after)
    return done


# ── rights ──────────────────────────────────────────────────────────────────────────────────


def _grant(call: Call, workspace: Workspace, space_id: str, news: Properties, ours: set[str], past: Properties) -> bool:
    """Whether the rights, read again where something was written, are as they should be."""
    wanted: dict[str, str] = dict(news.get("permissions") or {})
    direct = direct_levels(workspace, space_id)
    me = workspace.me().principal
    managers = _managers(me, direct, past)
    lowered = [who for who in managers if wanted.get(who, "CAN_MANAGE") != "CAN_MANAGE"]
    if lowered:
        call.notify("warning", f"{', '.join(sorted(lowered))} made or deploys this space and keeps CAN_MANAGE")
    wanted.update(dict.fromkeys(lowered, "CAN_MANAGE"))
    dropped = ours - wanted.keys() - managers
    if _is_exact(news):
        target = {**wanted, **dict.fromkeys(managers, "CAN_MANAGE")}
    elif dropped & direct.keys():
        kept = {who: level for who, level in direct.items() if who not in dropped}
        target = {**kept, **wanted, me: "CAN_MANAGE"}
    else:
        missing = {who: level for who, level in wanted.items() if direct.get(who) != level}
        if not missing:
            return True
        workspace.add_permissions(space_id, missing)
        shown = direct_levels(workspace, space_id)
        return all(shown.get(who) == level for who, level in missing.items())
    if target == direct:
        return True
    workspace.set_permissions(space_id, target)
    return direct_levels(workspace, space_id) == target


def _managers(me: str, direct: Mapping[str, str], past: Properties) -> set[str]:
    """Who must never be locked out: the deployer, and the maker as long as they have a right at all."""
    creator = str(past.get("creator") or "")
    return {me, creator} if creator in direct else {me}


def direct_levels(workspace: Workspace, space_id: str) -> dict[str, str]:
    """principal → its highest direct level."""
    levels: dict[str, str] = {}
    for grant in workspace.permissions(space_id):
        if not grant.inherited and _rank(grant.level) >= _rank(levels.get(grant.principal, "")):
            levels[grant.principal] = grant.level
    return levels


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else -1


def _is_exact(inputs: Properties) -> bool:
    return inputs.get("permissions_mode") == "exact"


# ── tags ────────────────────────────────────────────────────────────────────────────────────


def _tag(workspace: Workspace, space_id: str, news: Properties, ours: set[str]) -> bool:
    """Whether the tags, read again where something was written, are as they should be."""
    wanted: dict[str, str] = dict(news.get("tags") or {})
    live = workspace.tags(space_id)
    changed = {key: value for key, value in wanted.items() if live.get(key) != value}
    gone = [key for key in sorted(ours) if key not in wanted and key in live]
    for key, value in changed.items():
        workspace.set_tag(space_id, key, value)
    for key in gone:
        workspace.delete_tag(space_id, key)
    if not changed and not gone:
        return True
    shown = workspace.tags(space_id)
    return all(shown.get(key) == value for key, value in changed.items()) and not shown.keys() & set(gone)


# ── what a read finds ───────────────────────────────────────────────────────────────────────


def as_known(call: Call, workspace: Workspace, space_id: str, known: Properties, past: Properties) -> Properties:
    """The live rights and tags, as far as the state's inputs speak of them."""
    if time.time() - float(past.get("unsettled") or 0) < LAG_S:
        return {name: known[name] for name in ("permissions", "tags") if name in known}
    found: Properties = {}
    if known.get("permissions") or _is_exact(known):
        found["permissions"] = _live_permissions(call, workspace, space_id, known, past)
    if known.get("tags"):
        live = workspace.tags(space_id)
        found["tags"] = {key: live[key] for key in known["tags"] if key in live}
        by_hand = sorted(live.keys() - known["tags"].keys() - {OWNER_TAG})
        if by_hand:
            call.notify("info", f"tagged by hand, and left as it is: {', '.join(by_hand)}")
    return {name: value for name, value in found.items() if value}


def _live_permissions(
    call: Call, workspace: Workspace, space_id: str, known: Properties, past: Properties
) -> Properties:
    named: dict[str, str] = known.get("permissions") or {}
    try:
        direct = direct_levels(workspace, space_id)
    except WorkspaceError as error:
        if error.kind != "forbidden":
            raise
        call.notify("warning", f"whether the permissions are as the spec says cannot be seen: {error.message}")
        return named
    managers = _managers(workspace.me().principal, direct, past)
    direct.update({who: named[who] for who in managers if who in named})
    by_hand = {who: level for who, level in direct.items() if who not in named and who not in managers}
    if _is_exact(known):
        return {who: level for who, level in direct.items() if who in named or who in by_hand}
    if by_hand:
        who_has_what = ", ".join(f"{who} {level}" for who, level in sorted(by_hand.items()))
        call.notify("info", f"granted by hand, and left as it is: {who_has_what}")
    return {who: level for who, level in direct.items() if who in named}


# ── spaces just imported ────────────────────────────────────────────────────────────────────


def as_imported(workspace: Workspace, space_id: str) -> Properties:
    """Every right and tag, since no spec is at hand that says which matter; nothing where we may not look."""
    rights: Properties = {}
    try:
        rights["permissions"] = direct_levels(workspace, space_id)
        rights["tags"] = workspace.tags(space_id)
    except WorkspaceError as error:
        if error.kind not in ("forbidden", "gone"):
            raise
    return {RIGHTS: json.dumps(rights, sort_keys=True)}


def with_rights(live: Properties, news: Properties) -> Properties:
    """The inputs of a space just imported, with the rights and tags that its spec speaks of."""
    if RIGHTS not in live:
        return live
    rights = json.loads(live[RIGHTS])
    known = {
        name: {key: rights[name][key] for key in news[name] if key in rights[name]}
        for name in ("permissions", "tags")
        if name in rights and isinstance(news.get(name), dict) and name not in live
    }
    return {**live, **known}
