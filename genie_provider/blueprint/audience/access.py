"""access: one principal and what one space shows → an answer for each thing that is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ...client import Granted, Workspace
from ...model.identifiers import parts
from .membership import EVERYBODY, Membership, membership_of

Answer = Literal["yes", "no", "not known"]

_ALL: Final = "ALL_PRIVILEGES"
_TO_USE: Final = {"catalog": "USE_CATALOG", "schema": "USE_SCHEMA", "table": "SELECT", "function": "EXECUTE"}
_USES_A_WAREHOUSE: Final = frozenset({"CAN_USE", "CAN_MANAGE", "IS_OWNER"})
AUTHORS: Final = frozenset({"CAN_EDIT", "CAN_MANAGE"})
"""Levels on a space whose holders run it: questions are answered with an author's right on the warehouse."""


@dataclass(frozen=True)
class Shown:
    """What a space shows: full names as Unity Catalog has them, and its warehouse's id ("" where not known)."""

    tables: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    warehouse_id: str = ""
    warehouse: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether one principal may use one thing.

    Attributes:
        kind: catalog, schema, table, function or warehouse.
        privilege: what it takes.
        reason: through what it is so, or why it is not known.
    """

    principal: str
    kind: str
    name: str
    privilege: str
    answer: Answer
    reason: str = ""


@dataclass(frozen=True)
class Planned:
    """What a program will have granted by the time the spaces are there.

    Attributes:
        on: full name of a catalog, schema, table or function; privileges hold for what is in it too.
        principal: its name, as Unity Catalog has it.
    """

    on: str
    principal: str
    privileges: frozenset[str]


def verdicts(
    workspace: Workspace, principal: str, level: str, shown: Shown, planned: Sequence[Planned] = ()
) -> list[Verdict]:
    """One answer for each catalog, schema, table and function, from the outside in; for authors also the warehouse."""
    known = membership_of(workspace, principal)
    found = [_on_object(workspace, principal, known, kind, name, planned) for kind, name in things(shown)]
    if shown.warehouse_id and level in AUTHORS:
        found.append(_on_warehouse(workspace, principal, known, shown))
    return found


def things(shown: Shown) -> Iterator[tuple[str, str]]:
    """(kind, plain name) of all that is asked about: catalogs, then schemas, then tables, then functions; each once."""
    named = [parts(name) for name in (*shown.tables, *shown.functions)]
    whole = [each for each in named if len(each) == 3]
    yield from dict.fromkeys(("catalog", each[0]) for each in whole)
    yield from dict.fromkeys(("schema", ".".join(each[:2])) for each in whole)
    yield from dict.fromkeys(("table", ".".join(parts(name))) for name in shown.tables)
    yield from dict.fromkeys(("function", ".".join(parts(name))) for name in shown.functions)


def holds(workspace: Workspace, principal: str, kind: str, name: str, privilege: str) -> Verdict:
    """Whether somebody has a privilege on a "catalog", "schema", "table", "function" or "volume"."""
    return _on_object(workspace, principal, membership_of(workspace, principal), kind, name, (), privilege)


def _on_object(
    workspace: Workspace,
    principal: str,
    known: Membership,
    kind: str,
    name: str,
    planned: Sequence[Planned],
    privilege: str = "",
) -> Verdict:
    """About the privilege that using the object takes, unless another is named."""
    privilege, held = privilege or _TO_USE[kind], workspace.granted(kind, name)

    def verdict(answer: Answer, reason: str) -> Verdict:
        return Verdict(principal, kind, name, privilege, answer, reason)

    if held.owner and held.owner in known.names:
        return verdict("yes", _through(known, held.owner, "owns it"))
    for who, privileges in held.privileges.items():
        if who in known.names and privileges & {privilege, _ALL}:
            return verdict("yes", _through(known, who, ""))
    for each in planned:
        if each.principal in known.names and each.privileges & {privilege, _ALL} and _covers(each.on, name):
            return verdict("yes", _through(known, each.principal, "by a grant of the program"))
    if not _shows_everybody(workspace, kind, name, held):
        return verdict("not known", f"we may not look at the grants on {kind} {name}")
    if not known.complete:
        return verdict("not known", f"the workspace does not tell all groups of {principal}")
    return verdict("no", "")


def _covers(outer: str, name: str) -> bool:
    plain = ".".join(parts(outer) or [outer]).lower()
    return f"{name.lower()}.".startswith(f"{plain}.")


def _through(known: Membership, who: str, words: str) -> str:
    way = known.names[who]
    return f"{way} {words}".strip() if words else way


def _shows_everybody(workspace: Workspace, kind: str, name: str, held: Granted) -> bool:
    """Whether an absent grant is really absent: who may not look gets an answer without the grants of others.

    Shown are all to the owner of the object or of what it is in, and to who has MANAGE; and who sees a grant of
    somebody else is shown them all.
    """
    if held.refused:
        return False
    ours = membership_of(workspace, workspace.me().principal).names
    if held.owner in ours or any(who not in ours for who in held.privileges):
        return True
    if any("MANAGE" in privileges for who, privileges in held.privileges.items() if who in ours):
        return True
    names = name.split(".")
    outer = [(("catalog", "schema")[at], ".".join(names[: at + 1])) for at in range(len(names) - 1)]
    return any(workspace.granted(*each).owner in ours for each in outer)


def _on_warehouse(workspace: Workspace, principal: str, known: Membership, shown: Shown) -> Verdict:
    levels = workspace.warehouse_levels(shown.warehouse_id)
    name = shown.warehouse or shown.warehouse_id

    def verdict(answer: Answer, reason: str) -> Verdict:
        return Verdict(principal, "warehouse", name, "CAN_USE", answer, reason)

    if levels is None:
        return verdict("not known", f"we may not look at the rights on warehouse {name}")
    for who, held in levels.items():
        if held & _USES_A_WAREHOUSE and who in _of_workspace(known):
            return verdict("yes", known.names.get(who, f"group {who}"))
    return verdict("no", "") if known.complete else verdict("not known", f"the groups of {principal} are not told")


def _of_workspace(known: Membership) -> set[str]:
    """A workspace's own name for everybody in it is `users`."""
    return {"users" if name == EVERYBODY else name for name in known.names}


def filters(workspace: Workspace, tables: Iterable[str]) -> Mapping[str, list[str]]:
    """Table → row filters and column masks on it: readers may see other rows and values than the authors."""
    found: dict[str, list[str]] = {}
    for name in tables:
        plain = ".".join(parts(name))
        table = workspace.table(plain)
        raw = table.raw if table else {}
        row_filter = raw.get("row_filter")
        said = [f"row filter {row_filter.get('function_name', '')}"] if isinstance(row_filter, dict) else []
        columns = raw.get("columns")
        for column in columns if isinstance(columns, list) else []:
            mask = column.get("mask") if isinstance(column, dict) else None
            if isinstance(mask, dict):
                said.append(f"mask {mask.get('function_name', '')} on {column.get('name', '')}")
        if said:
            found[plain] = said
    return found
