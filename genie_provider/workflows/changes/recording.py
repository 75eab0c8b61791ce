"""recording: every run of a stack becomes a record of its history.

Runs of our own (`up`, `destroy`, `deploy`) are written down as they end, with what they met in the workspace. A plain
`pulumi up` is found by the next of our commands that looks at the history: by pulumi's own list of runs, the state,
and in a folder the states that pulumi keeps. What it overwrote in the UI nobody wrote down.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from ... import __version__
from ...codec import normalize
from ...compare import diff
from ...config.context import StackContext
from ...errors import GenieError
from ...model import state as keys
from ...review.history import provenance
from ...review.history.ledger import Ledger, contents_by_digest, digest_of
from ...review.history.records import Author, Git, Record, SpaceRecord, Who, content_of
from ..pulumi_cli import Engine, HeldSpace
from .runs import Met, PulumiRun, kept_states, latest_runs, met_by
from .stores import ledger_of

Run = Callable[[Sequence[str], Mapping[str, str]], int]
"""Runs pulumi with these flags and variables more; its exit code."""

_FOUND: Final = "pulumi"
_LOOKED_BACK: Final = 20


@dataclass
class Recorded:
    """How a run ended, what the stack holds now, and the record; `problem` says why there is none."""

    code: int
    held: Mapping[str, HeldSpace] = field(default_factory=dict)
    record: Record | None = None
    problem: str = ""


@dataclass(frozen=True)
class _After:
    """A stack after a run, for one record."""

    command: str
    outcome: str
    held: Mapping[str, HeldSpace]
    met: Mapping[str, Met] = field(default_factory=dict)
    run: PulumiRun | None = None
    began: str = ""
    message: str = ""
    who: Who = field(default_factory=Who)
    git: Git = field(default_factory=Git)
    by: Author = "up"
    evaluation: dict[str, Any] = field(default_factory=dict)
    complete: bool = True
    is_now: bool = True


def recorded(
    context: StackContext,
    engine: Engine,
    command: str,
    run: Run,
    *,
    held: Mapping[str, HeldSpace] | None = None,
    message: str = "",
) -> Recorded:
    """Runs pulumi and writes the run down. A history that cannot be written does not stop the run; it is told after.

    Args:
        command: what the person typed.
        held: what the stack holds before, where that is known.
    """
    ledger, problem = _caught_up(context, engine, held)
    if ledger is None:
        code = run([], {})
        return Recorded(code, engine.spaces_if_any(), problem=problem)
    known, began = _keys(ledger), now()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "events.json")
        code = run([f"--event-log={log}"], {"PULUMI_DEBUG_COMMANDS": "true"})
        runs, after = _looked(engine, known)
        done = Recorded(code, after)
        if not runs:  # the person said no, or pulumi never began
            return done
        outcome = "failed" if code else "succeeded"
        said = message or runs[-1].message
        who, git = provenance.who(), provenance.git_of(engine.project)
        told = _After(command, outcome, after, met_by(log), runs[-1], began, said, who, git)
    try:
        done.record = _add(ledger, context, engine, told)
    except GenieError as error:
        done.problem = str(error)
    return done


def noted(
    context: StackContext, engine: Engine, command: str, outcome: str, *, evaluation: dict[str, Any] | None = None
) -> Record | None:
    """Writes down what was done without a run of pulumi, or what was found out after one.

    Raises:
        GenieError: the history cannot be written.
    """
    ledger = ledger_of(context, engine)
    if ledger is None:
        return None
    who, git = provenance.who(), provenance.git_of(engine.project)
    after = _After(command, outcome, engine.spaces_if_any(), began=now(), who=who, git=git, evaluation=evaluation or {})
    return _add(ledger, context, engine, after)


def catch_up(
    context: StackContext, engine: Engine, ledger: Ledger, held: Mapping[str, HeldSpace] | None = None
) -> list[Record]:
    """Writes down the runs that nobody has: those of plain pulumi, and one that was killed.

    Args:
        held: what the stack holds, where that is known.

    Raises:
        GenieError: the history or pulumi cannot be asked.
    """
    chain = ledger.read(last=_LOOKED_BACK)
    known = frozenset(record.run for record in chain.records if record.run)
    runs, held = _looked(engine, known, held)
    if not chain.records:
        runs = runs[-1:]
    kept = kept_states(engine, runs[:-1])
    added = []
    for run in runs:
        is_last = run is runs[-1]
        spaces = held if is_last else kept.get(run.key)
        after = _found(run, held if spaces is None else spaces, complete=spaces is not None, is_now=is_last)
        added.append(_add(ledger, context, engine, after))
    last = added[-1] if added else chain.last
    if not runs and last is not None and _differs(last, held):
        after = _After("a run that left no trace", "unknown", held, by="unknown", git=Git(note="not known"))
        added.append(_add(ledger, context, engine, after))
    return added


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _looked(
    engine: Engine, known: frozenset[str], held: Mapping[str, HeldSpace] | None = None
) -> tuple[list[PulumiRun], Mapping[str, HeldSpace]]:
    """Pulumi's runs that are not known, and what the stack holds; both asked at once."""
    with ThreadPoolExecutor(2) as pool:
        runs = pool.submit(latest_runs, engine, known)
        spaces = pool.submit(engine.spaces_if_any) if held is None else None
        return runs.result(), spaces.result() if spaces else held or {}


def _caught_up(
    context: StackContext, engine: Engine, held: Mapping[str, HeldSpace] | None
) -> tuple[Ledger | None, str]:
    """The ledger, up to date; or why there is none."""
    try:
        ledger = ledger_of(context, engine)
        if ledger is not None:
            catch_up(context, engine, ledger, held)
        return ledger, ""
    except GenieError as error:
        return None, str(error)


def _keys(ledger: Ledger) -> frozenset[str]:
    return frozenset(record.run for record in ledger.read(last=_LOOKED_BACK).records if record.run)


def _found(run: PulumiRun, held: Mapping[str, HeldSpace], *, complete: bool, is_now: bool) -> _After:
    """A run of plain pulumi, as far as pulumi noted it."""
    noted = run.environment
    head = noted.get("git.head", "")
    git = Git(head, noted.get("git.headName", "").removeprefix("refs/heads/"), noted.get("git.dirty") == "true")
    return _After(
        f"{_FOUND} {run.kind}",
        run.result if run.result in ("succeeded", "failed") else "unknown",
        held if complete else {},
        run=run,
        began=run.began,
        message=run.message,
        who=Who(noted.get("git.committer") or noted.get("git.author", ""), "", noted.get("ci.build.url", "")),
        git=git if head else Git(note="pulumi noted no commit"),
        complete=complete,
        is_now=is_now,
    )


def _add(ledger: Ledger, context: StackContext, engine: Engine, after: _After) -> Record:
    return ledger.append(lambda last: _record(ledger, context, engine, after, last))


def _record(
    ledger: Ledger, context: StackContext, engine: Engine, after: _After, last: Record | None
) -> tuple[Record, dict[str, dict[str, Any]]]:
    before = dict(last.spaces) if last else {}
    seen = _seen(ledger, before, after.met)
    base = {**before, **seen}
    spaces = before if not after.complete else _spaces(base, after, context.folder)
    stored = [each.inputs for each in after.held.values()] + [after.met[name].inputs for name in seen]
    changed = tuple(name for name in spaces if spaces[name].inputs != (base[name].inputs if name in base else ""))
    record = Record(
        0,
        "",
        context.project or engine.project_name,
        engine.stack_file_name,
        after.command,
        after.outcome,
        after.began,
        after.run.ended if after.run and after.run.ended else now(),
        after.run.key if after.run else "",
        after.message,
        context.settings.host,
        _workspace_of(after.held),
        after.who,
        after.git,
        {"genie": __version__, "pulumi": (after.run.environment if after.run else {}).get("pulumi.version", "")},
        after.evaluation,
        changed,
        seen,
        spaces,
        after.complete,
    )
    return record, contents_by_digest(stored)


def _seen(ledger: Ledger, before: Mapping[str, SpaceRecord], met: Mapping[str, Met]) -> dict[str, SpaceRecord]:
    """What the UI made of the spaces since the last record, as versions of their own."""
    found = {}
    for name, each in met.items():
        held = before.get(name)
        if held is None or held.is_gone or digest_of(each.inputs) == held.inputs:
            continue
        was, now_ = ledger.content(held.inputs), content_of(each.inputs)
        edited = diff.changes(was, normalize.settle(now_, was))
        if edited:
            entries = tuple(diff.entry_name(tuple(change.path)) for change in edited)
            title = str(each.inputs.get("title", ""))
            found[name] = SpaceRecord(
                held.version + 1, digest_of(each.inputs), "ui", title, held.space_id, held.file, "", entries
            )
    return found


def _spaces(base: Mapping[str, SpaceRecord], after: _After, folder: Path) -> dict[str, SpaceRecord]:
    """Every space after the run, those that are gone too: their versions are still there."""
    found = {}
    for name, held in sorted(after.held.items()):
        was, inputs = base.get(name), digest_of(held.inputs)
        same = was is not None and was.inputs == inputs
        version = was.version if was and same else was.version + 1 if was else 1
        file = str(held.inputs.get(keys.FILE) or "")
        text = provenance.file_digest(folder / file) if file and after.is_now else ""
        by = was.by if was and same else after.by
        entries = was.entries if was and same else ()
        title = str(held.inputs.get("title", ""))
        found[name] = SpaceRecord(version, inputs, by, title, held.id, file, text, entries)
    for name, was in base.items():
        if name not in found:
            gone = SpaceRecord(was.version + 1, "", after.by, was.title, was.space_id, was.file)
            found[name] = was if was.is_gone else gone
    return found


def _workspace_of(held: Mapping[str, HeldSpace]) -> str:
    return next(
        (str(each.outputs[keys.WORKSPACE_ID]) for each in held.values() if each.outputs.get(keys.WORKSPACE_ID)), ""
    )


def _differs(last: Record, held: Mapping[str, HeldSpace]) -> bool:
    """Whether the state is another one than the last record tells."""
    if not last.complete:
        return False
    told = {name: space.inputs for name, space in last.spaces.items() if not space.is_gone}
    return told != {name: digest_of(space.inputs) for name, space in held.items()}
