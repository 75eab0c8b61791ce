"""grants: who may use a space, and its tags; additive unless the spec says `exact`.

Only what the spec names is granted; what an earlier spec granted and this one no longer names is taken
back; everything else stays. Whoever deploys, whoever owns and whoever made the space keep CAN MANAGE whatever
the spec says. Rights and tags are eventually consistent: where a write does not show at once, what is shown in its
place is remembered (`stale`), and as long as exactly that is shown it is the lag and no edit. No clock is asked: that
of the machine which wrote may be another's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..client import Workspace
from ..errors import GenieError, WorkspaceError
from ..lifecycle import Call, Properties
from ..model.ownership_key import digest
from ..model.state import CREATOR, GRANTED, MAKERS, OWNER_TAG, RIGHTS, STALE, TAGGED, UNWRITTEN

LEVELS: Final = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE")
OUTPUTS: Final = (CREATOR, MAKERS, GRANTED, TAGGED, STALE, UNWRITTEN)
"""Outputs of this room: who made the space, whom and what this stack granted and tagged, and when.

`makers` stands for `creator` where this stack did not make the space: everybody who could manage it when it came,
since the workspace does not say who of them made it.

`unwritten` names what the last `up` did not bring about, so that nobody takes that for an edit in the UI.
"""

LAG_S: Final = 90.0
"""How long a fresh tag or right may take to show (genie-promote-cicd saw up to 60 s, live, July 2026)."""


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
    steps: tuple[tuple[str, str, Callable[[set[str]], str]], ...] = (
        ("permissions", "granted", lambda ours: _grant(call, workspace, space_id, news, ours, past)),
        ("tags", "tagged", lambda ours: _tag(workspace, space_id, news, ours)),
    )
    done = Furnished({name: past[name] for name in ("creator", "makers") if name in past})
    makers = _makers_of(workspace, space_id, news, past)
    if makers is not None:
        done.outputs["makers"] = makers
        past = {**past, "makers": makers}
    for name, mark, step in steps:
        wanted = news.get(name) or {}
        before = {*(olds.get(name) or {}), *(past.get(mark) or [])}
        after = set(wanted)
        if wanted or before or (name == "permissions" and _is_exact(news)):
            try:
                stale = step(before)
                if stale:
                    done.outputs["stale"] = {**done.outputs.get("stale", {}), name: stale}
            except GenieError as error:
                after |= before
                done.outputs["unwritten"] = [*done.outputs.get("unwritten", []), name]
                done.unfinished.append(f"the space is there, its {name} are not as the spec says: {error}")
        if after:
            done.outputs[mark] = sorted(after)
    return done


def _makers_of(workspace: Workspace, space_id: str, news: Properties, past: Properties) -> list[str] | None:
    """Who must not be locked out of a space that was imported or taken over; None where that is known already."""
    if not _is_exact(news) or past.get("creator") or "makers" in past:
        return None
    try:
        return sorted(_makers(direct_levels(workspace, space_id), news.get("permissions") or {}))
    except WorkspaceError:
        return None  # the step that grants meets the same error, and says so


def differences(workspace: Workspace, space_id: str, inputs: Properties) -> list[str]:
    """Rights and tags that `furnish` would change or take away from a space of which no state tells who gave them.

    What is only missing is not named: a create that was cut short leaves it so.
    """
    found: list[str] = []
    wanted, tags = dict(inputs.get("permissions") or {}), dict(inputs.get("tags") or {})
    try:
        if wanted or _is_exact(inputs):
            direct, me = direct_levels(workspace, space_id), workspace.me().principal
            other = {who for who, level in direct.items() if wanted.get(who, level) != level and who != me}
            makers = _makers(direct, wanted)
            extra = {who for who in direct if who not in wanted and who != me and who not in makers}
            found += [f'permissions["{who}"]' for who in sorted(other | (extra if _is_exact(inputs) else set()))]
        if tags:
            live = workspace.tags(space_id)
            found += [f'tags["{key}"]' for key in sorted(tags) if live.get(key, tags[key]) != tags[key]]
    except WorkspaceError as error:
        if error.kind not in ("forbidden", "gone"):
            raise
    return found


# ── rights ──────────────────────────────────────────────────────────────────────────────────


def _grant(call: Call, workspace: Workspace, space_id: str, news: Properties, ours: set[str], past: Properties) -> str:
    """A digest of the rights that are shown after a write, where those are not yet what was written; "" else."""
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
        target = {**wanted, **{who: _kept_level(direct.get(who)) for who in managers}}
    elif dropped & direct.keys():
        kept = {who: level for who, level in direct.items() if who not in dropped}
        target = {**kept, **wanted, me: "CAN_MANAGE"}
    else:
        missing = {who: level for who, level in wanted.items() if direct.get(who) != level}
        if not missing:
            return ""
        workspace.add_permissions(space_id, missing)
        shown = direct_levels(workspace, space_id)
        return "" if all(shown.get(who) == level for who, level in missing.items()) else _digest(shown)
    if target == direct:
        return ""
    workspace.set_permissions(space_id, target)
    shown = direct_levels(workspace, space_id)
    return "" if shown == target else _digest(shown)


def _managers(me: str, direct: Mapping[str, str], past: Properties) -> set[str]:
    """Who must never be locked out: the deployer, every owner, and the maker as long as they have a right at all."""
    makers = {str(past.get("creator") or ""), *map(str, past.get("makers") or ())}
    owners = {who for who, level in direct.items() if level == "IS_OWNER"}
    return {me, *(makers & direct.keys()), *owners}


def _kept_level(level: str | None) -> str:
    return "IS_OWNER" if level == "IS_OWNER" else "CAN_MANAGE"


def _makers(direct: Mapping[str, str], wanted: Mapping[str, str]) -> set[str]:
    """Who may have made a space that this stack did not make: people and service principals that manage it."""
    manage = {who for who, level in direct.items() if level in ("CAN_MANAGE", "IS_OWNER")}
    return {who for who in manage if not who.startswith("group:") and who not in wanted}


def direct_levels(workspace: Workspace, space_id: str) -> dict[str, str]:
    """principal → its highest direct level."""
    levels: dict[str, str] = {}
    for grant in workspace.permissions(space_id):
        if not grant.inherited and _rank(grant.level) >= _rank(levels.get(grant.principal, "")):
            levels[grant.principal] = grant.level
    return levels


def _rank(level: str) -> int:
    return len(LEVELS) if level == "IS_OWNER" else LEVELS.index(level) if level in LEVELS else -1


def _is_exact(inputs: Properties) -> bool:
    return inputs.get("permissions_mode") == "exact"


# ── tags ────────────────────────────────────────────────────────────────────────────────────


def _tag(workspace: Workspace, space_id: str, news: Properties, ours: set[str]) -> str:
    """As `_grant`, of tags."""
    wanted: dict[str, str] = dict(news.get("tags") or {})
    live = workspace.tags(space_id)
    changed = {key: value for key, value in wanted.items() if live.get(key) != value}
    gone = [key for key in sorted(ours) if key not in wanted and key in live]
    for key, value in changed.items():
        workspace.set_tag(space_id, key, value)
    for key in gone:
        workspace.delete_tag(space_id, key)
    if not changed and not gone:
        return ""
    shown = workspace.tags(space_id)
    settled = all(shown.get(key) == value for key, value in changed.items()) and not shown.keys() & set(gone)
    return "" if settled else _digest(shown)


def _digest(values: Mapping[str, str]) -> str:
    visible = {key: value for key, value in values.items() if key != OWNER_TAG}
    return digest(json.dumps(visible, sort_keys=True))


# ── what a read finds ───────────────────────────────────────────────────────────────────────


def as_known(call: Call, workspace: Workspace, space_id: str, known: Properties, past: Properties) -> Properties:
    """The live rights and tags, as far as the state's inputs speak of them."""
    found: Properties = {}
    stale: Mapping[str, str] = past.get("stale") or {}
    if known.get("permissions") or _is_exact(known):
        found["permissions"] = _live_permissions(call, workspace, space_id, known, past)
    if known.get("tags"):
        live = workspace.tags(space_id)
        if stale.get("tags") == _digest(live):
            return {name: value for name, value in {**found, "tags": known["tags"]}.items() if value}
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
    if (past.get("stale") or {}).get("permissions") == _digest(direct):
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
