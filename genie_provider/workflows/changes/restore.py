"""restore: a version of a space goes back into its spec file, as `pull` writes; git stays the truth, `up` sends it.

restored = restore(project, "prod", references("sales@4")[0])
print(restored.entries)
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...client import Workspace
from ...compare import diff
from ...config.context import StackContext
from ...review.history.records import HistoryError, holds_secret
from ...review.history.versions import Reference
from ...specs import writer
from ...yamlio.patch import NotPatched
from ...yamlio.patch.files import plain, read_raw, replace_file, restored
from ..pull import PullError, retell, spec_inputs, spec_spots
from ..pulumi_cli import Engine
from .versions import Content, is_meant, resolve

Properties = dict[str, Any]


@dataclass
class Restored:
    """What went into a file.

    Attributes:
        entries: the entries that were written, as people write them.
        missing: tables and functions of the version that the workspace has no longer.
        is_new: the file is a new one: no spec held the space any more.
    """

    name: str
    file: Path
    entries: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    is_new: bool = False
    before: str = ""
    after: str = ""


def restore(
    project: Path,
    stack: str,
    reference: Reference,
    *,
    entries: list[str] | None = None,
    dry_run: bool = False,
    new_file: bool = False,
    missing_tables: bool = False,
) -> Restored:
    """Writes a version into the spec file, whole or some entries of it.

    Args:
        entries: paths, patterns or words; all where empty.
        new_file: write a new file where no spec holds the space any more.
        missing_tables: also where the workspace has the version's tables no longer.

    Raises:
        HistoryError: no such version or entry, one of another workspace, tables that are gone, a file that cannot say
            it. Nothing was written.
    """
    context = StackContext.of(project, Engine(project, stack).stack_file_name)
    found = resolve(project, stack, reference)
    _refuse_foreign(found, context)
    spots = spec_spots(context.specs, context.variables) if context.specs.is_dir() else {}
    spot = spots.get(reference.name)
    if spot is None:
        return _as_new_file(found, context, dry_run=dry_run, new_file=new_file, missing_tables=missing_tables)
    raw = read_raw(spot.file)
    text, owner = plain(raw), context.ownership_key(reference.name)
    try:
        now = spec_inputs(text, spot.at, owner, context.settings, context.variables)
        wanted = copy.deepcopy(found.inputs)
        if entries:
            wanted = _some(now, wanted, entries)
        _refuse_secrets(now, wanted)
        told = retell(text, spot.at, wanted, diff.marks(now), owner, context.settings, context.variables, "theirs")
    except (PullError, NotPatched) as error:
        raise HistoryError(f"{spot.file.name}: {error}") from None
    missing = _missing(wanted, now, context)
    _refuse_missing(missing, missing_tables)
    if not dry_run and told.text != text:
        replace_file(spot.file, restored(raw, told.text))
    return Restored(reference.name, spot.file, told.entries, missing, before=text, after=told.text)


def _as_new_file(
    found: Content, context: StackContext, *, dry_run: bool, new_file: bool, missing_tables: bool
) -> Restored:
    name, space = found.reference.name, found.version.space if found.version else None
    file = context.folder / (space.file if space and space.file else f"{context.settings.specs}/{name}.yaml")
    if not new_file:
        raise HistoryError(
            f"no spec holds '{name}' any more; --new-file writes {file.name}, unless it only has another name now"
        )
    if file.exists():
        raise HistoryError(f"{file} is there and holds another space; nothing was written")
    inputs = copy.deepcopy(found.inputs)
    _refuse_secrets({}, inputs)
    missing = _missing(inputs, {}, context)
    _refuse_missing(missing, missing_tables)
    owner = context.ownership_key(name)
    said = {key: value for key, value in context.settings.defaults.strip(inputs).items() if value}
    document = writer.authored(said, owner)
    text = writer.to_yaml({**document, **({"name": name} if file.stem != name else {})})
    told = spec_inputs(text, (), owner, context.settings, context.variables)
    if wrong := [diff.entry_name(tuple(change.path)) for change in diff.changes(inputs, told)]:
        raise HistoryError(
            f"a spec would not say what {found.reference} said ({', '.join(wrong[:5])}); nothing was written"
        )
    if not dry_run:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Restored(name, file, [diff.entry_name(path) for path, _ in diff.entries(inputs)], missing, True, "", text)


def _some(now: Properties, then: Properties, words: list[str]) -> Properties:
    """The spec as it is, but for the entries meant, which are as they were.

    Raises:
        HistoryError: a word that means no entry that differs.
    """
    old, new = dict(diff.entries(then)), dict(diff.entries(now))
    wanted = copy.deepcopy(now)
    for word in words:
        meant = [path for path in {**old, **new} if is_meant(diff.entry_name(path), word)]
        if not meant:
            raise HistoryError(f"neither the version nor the spec has an entry '{word}'")
        for path in sorted(meant, key=len):
            _put(wanted, path, old.get(path), then)
    return wanted


def _put(inputs: Properties, path: tuple[str | int, ...], value: Any, then: Properties) -> None:
    """Sets one entry; a table comes with its columns, and keeps those it has where only it is meant."""
    *above, last = map(str, path)
    at: Any = inputs
    for step in above:
        at = at.setdefault(step, {})
    if value is None:
        at.pop(last, None)
    elif isinstance(value, dict) and isinstance(at.get(last), dict) and "columns" in at[last]:
        at[last] = {**copy.deepcopy(value), "columns": at[last]["columns"]}
    else:
        at[last] = copy.deepcopy(value)
    for depth in range(len(above), 0, -1):
        _drop_empty(inputs, above[:depth])


def _drop_empty(inputs: Properties, path: list[str]) -> None:
    at: Any = inputs
    for step in path[:-1]:
        at = at.get(step) or {}
    if at.get(path[-1]) == {} and len(path) != 2:
        del at[path[-1]]


# ── refusals ────────────────────────────────────────────────────────────────────────────────


def _refuse_foreign(found: Content, context: StackContext) -> None:
    record = found.version.record if found.version else None
    if record is None or not record.host or not context.settings.host:
        return
    if record.host.rstrip("/") != context.settings.host.rstrip("/"):
        raise HistoryError(
            f"{found.reference} is of the workspace {record.host}, stack {context.stack} is on {context.settings.host} "
            "now; nothing was written"
        )


def _refuse_secrets(now: Properties, wanted: Properties) -> None:
    old = dict(diff.entries(now))
    secret = [
        diff.entry_name(path) for path, value in diff.entries(wanted) if holds_secret(value) and old.get(path) != value
    ]
    if secret:
        raise HistoryError(f"{', '.join(secret)}: the value was a secret, which no history keeps; nothing was written")


def _missing(wanted: Properties, now: Properties, context: StackContext) -> list[str]:
    """Tables and functions that the version brings back and the workspace has no longer."""
    names = [(kind, name) for kind in ("tables", "metric_views", "functions") for name in wanted.get(kind) or {}]
    fresh = [(kind, name) for kind, name in names if name not in (now.get(kind) or {})]
    if not fresh:
        return []
    workspace = context.connect()
    return [name for kind, name in fresh if not _is_there(workspace, kind, name)]


def _is_there(workspace: Workspace, kind: str, name: str) -> bool:
    from ...reconcile.preflight import plain as named

    found = workspace.function(named(name)) if kind == "functions" else workspace.table(named(name))
    return found is not None


def _refuse_missing(missing: list[str], accepted: bool) -> None:
    if missing and not accepted:
        raise HistoryError(
            f"not in the workspace any more, or hidden from us: {', '.join(missing)}; nothing was written "
            "(--missing-tables writes it all the same, --entry leaves them out)"
        )
