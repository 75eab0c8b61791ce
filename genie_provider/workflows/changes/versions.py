"""versions: the history of a stack as people ask for it: runs, versions of a space, who changed an entry when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ...config.context import StackContext
from ...review.data import EntryChange
from ...review.history.ledger import Chain, Ledger
from ...review.history.records import HistoryError, Record
from ...review.history.versions import Reference, Version, version, versions_of
from ...review.preview import changes_between
from ..live_spaces import read_spaces
from ..pulumi_cli import Engine
from .recording import catch_up
from .stores import ledger_of


@dataclass
class History:
    """The records of one stack; `problem` says what could not be brought up to date."""

    ledger: Ledger
    chain: Chain
    problem: str = ""


@dataclass(frozen=True)
class VersionChange:
    """One version of a space and what it changed; `entries` are those asked for."""

    version: Version
    entries: list[EntryChange] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """A space at one version, or as it is now."""

    reference: Reference
    inputs: dict[str, Any]
    version: Version | None = None
    workspace_id: str = ""


def history(project: Path, stack: str, *, engine: Engine | None = None) -> History:
    """The history of a stack, brought up to date with what pulumi did meanwhile.

    A broken chain is read as far as it goes; nothing is added to it.

    Raises:
        HistoryError: there is none, or it cannot be read.
    """
    engine = engine or Engine(project, stack)
    context = StackContext.of(project, engine.stack_file_name)
    ledger = ledger_of(context, engine)
    if ledger is None:
        raise HistoryError(f"stack {engine.stack_file_name} keeps no history: genie:history is off")
    problem = ""
    try:
        catch_up(context, engine, ledger)
    except HistoryError as error:  # a broken chain is read below; a store that is read-only still tells what it has
        problem = str(error)
    return History(ledger, ledger.read(), problem)


def changes_of(found: History, name: str, pattern: str = "") -> list[VersionChange]:
    """The versions of a space, oldest first, each with what it changed.

    Args:
        pattern: only entries that it matches: a path (`examples*`), or a part of one; versions without are left out.

    Raises:
        HistoryError: the history has no such space.
    """
    versions = versions_of(found.chain.records, name)
    if not versions:
        names = sorted({name for record in found.chain.records for name in record.spaces})
        raise HistoryError(f"the history has no space '{name}' (it has: {', '.join(names) or 'none'})")
    told: list[VersionChange] = []
    before: dict[str, Any] = {}
    for each in versions:
        now = content(found, each)
        entries = [change for change in changes_between(before, now) if is_meant(change.path, pattern)]
        if entries or not pattern:
            told.append(VersionChange(each, entries if before and now else entries if pattern else []))
        before = now
    return told


def is_meant(path: str, pattern: str) -> bool:
    """Whether a pattern means that entry; a plain word means every entry that has it in its path."""
    if not pattern:
        return True
    if any(letter in pattern for letter in "*?"):
        return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}*")
    return pattern.casefold() in path.casefold()


def content(found: History, each: Version) -> dict[str, Any]:
    """What the space was; nothing once it is gone."""
    return {} if each.space.is_gone else found.ledger.content(each.space.inputs)


def resolve(project: Path, stack: str, reference: Reference) -> Content:
    """A version, or without a number the live space, of this stack or of the reference's.

    Raises:
        HistoryError: no such version or space.
        GenieError: the workspace, pulumi or the settings.
    """
    engine = Engine(project, reference.stack or stack)
    if reference.version is not None:
        found = history(project, stack, engine=engine)
        _refuse_broken(found)
        chosen = version(found.chain.records, reference.name, reference.version)
        return Content(reference, content(found, chosen), chosen, chosen.record.workspace_id)
    held = engine.spaces_if_any().get(reference.name)
    if held is None:
        raise HistoryError(f"stack {engine.stack_file_name} has no space '{reference.name}'")
    context = StackContext.of(project, engine.stack_file_name)
    live = read_spaces(context.settings, engine, [held])[reference.name]
    if live.problem:
        raise HistoryError(f"{reference.name} of stack {engine.stack_file_name}: {live.problem}")
    from ...review.history.records import content_of

    return Content(reference, content_of(live.inputs))


def _refuse_broken(found: History) -> None:
    if found.chain.breaks:
        raise HistoryError("\n".join([*found.chain.breaks, "the chain of the history is broken; nothing was written"]))


def compare(one: Content, other: Content) -> list[EntryChange]:
    """From one to the other, without what only names the stack."""
    return changes_between(one.inputs, other.inputs)


def counts(record: Record, before: Mapping[str, int]) -> list[str]:
    """What a record changed: `sales 3→4`, `trips new`, `old trashed`."""
    told = []
    for name in record.changed:
        space, was = record.spaces[name], before.get(name)
        told.append(
            f"{name} trashed" if space.is_gone else f"{name} new" if was is None else f"{name} {was}→{space.version}"
        )
    return told
