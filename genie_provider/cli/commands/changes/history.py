"""`history`: who deployed what when, and who changed an entry of a space."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from ... import FINE, PROBLEMS, completion, output, target

if TYPE_CHECKING:
    from ....review.history.records import Record
    from ....workflows.changes.versions import History, VersionChange

HELP = """The runs of a stack, or the versions of one space: when, who, of which commit, what changed, how it ended.

  genie history                                   the runs
  genie history sales                             the versions of a space
  genie history sales --entry instructions        who changed this entry when
  genie history sales --entry 'examples*'

Versions are looked at with `genie show sales@3`, compared with `genie diff sales@3..5`, taken back into the spec with
`genie restore sales@3`. Runs of plain pulumi are found and added. Records are chained by digests.
Exit code: 0, or 1 where the chain is broken."""

_RUNS: Final = ("run", "when", "who", "command", "commit", "outcome", "changed")
_VERSIONS: Final = ("version", "when", "who", "by", "commit", "entries")
_SHOWN: Final = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("name", nargs="?", metavar="NAME", help="one space (default: the runs)"))
    target.add_stack(parser)
    parser.add_argument(
        "--entry", default="", metavar="ENTRY", help="only changes of such entries: a path, pattern, word"
    )
    parser.add_argument("-n", "--limit", type=int, default=30, metavar="N", help="the latest N (default: 30; 0: all)")
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.changes import versions

    project, stack = target.stack_of(arguments)
    if arguments.entry and not arguments.name:
        raise SystemExit("--entry needs the name of a space: genie history sales --entry instructions")
    found = versions.history(project, stack)
    if arguments.name:
        changes = versions.changes_of(found, arguments.name, arguments.entry)
        _print_versions(changes[-arguments.limit :] if arguments.limit else changes, arguments.output)
    else:
        _print_runs(found, arguments.limit, arguments.output)
    _tell(found)
    return PROBLEMS if found.chain.breaks else FINE


def _print_runs(found: History, limit: int, form: str) -> None:
    rows, before = [], dict[str, int]()
    for record in found.chain.records:
        rows.append(_run(record, before))
        before.update({name: space.version for name, space in record.spaces.items()})
    shown = rows[-limit:] if limit else rows
    if form in ("json", "yaml"):
        output.print_rows([row["record"] for row in shown], _RUNS, form, "history/1")
    else:
        rows = [{**row, "changed": _one_line(row["changed"])} for row in shown]
        output.print_rows(rows, _RUNS, form, "history/1")


def _run(record: Record, before: dict[str, int]) -> dict[str, Any]:
    from ....workflows.changes.versions import counts

    told = counts(record, before)
    edited = [f"{name} edited in the UI" for name in record.seen]
    unknown = [] if record.complete else ["what the spaces were is not known"]
    return {
        "run": record.number,
        "when": _time(record.began),
        "who": str(record.who),
        "command": record.command + (f": {record.message}" if record.message else ""),
        "commit": str(record.git) or record.git.note,
        "outcome": record.outcome,
        "changed": edited + told + unknown,
        "record": _whole(record, told),
    }


def _whole(record: Record, told: list[str]) -> dict[str, Any]:
    return {
        "number": record.number,
        "began": record.began,
        "ended": record.ended,
        "who": record.who.name,
        "machine": record.who.machine,
        "job": record.who.job or None,
        "command": record.command,
        "message": record.message,
        "commit": record.git.commit or None,
        "branch": record.git.branch or None,
        "dirty": record.git.dirty,
        "note": record.git.note or None,
        "outcome": record.outcome,
        "evaluation": record.evaluation or None,
        "complete": record.complete,
        "changed": told,
        "edited_in_ui": {name: list(space.entries) for name, space in record.seen.items()},
        "versions": {name: space.version for name, space in record.spaces.items() if not space.is_gone},
    }


def _print_versions(changes: list[VersionChange], form: str) -> None:
    rows = [_version(change) for change in changes]
    if form in ("table", "csv"):
        for row in rows:
            row["entries"] = _one_line(row["entries"])
    output.print_rows(rows, _VERSIONS, form, "history-of-space/1")


def _version(change: VersionChange) -> dict[str, Any]:
    version, record = change.version, change.version.record
    by = {"ui": "the UI", "up": record.command, "unknown": "not known"}[version.space.by]
    words = [str(entry.words) for entry in change.entries]
    whole = "trashed" if version.space.is_gone else "new" if version.number == 1 else ""
    return {
        "version": f"{version.name}@{version.number}",
        "when": _time(version.at if version.space.by != "ui" else record.began),
        "who": "?" if version.space.by == "ui" else str(record.who),
        "by": f"{by}, seen by run {record.number}" if version.space.by == "ui" else by,
        "commit": "" if version.space.by == "ui" else str(record.git) or record.git.note,
        "entries": words or ([whole] if whole else []),
    }


def _one_line(parts: list[str]) -> str:
    more = [f"and {len(parts) - _SHOWN} more"] if len(parts) > _SHOWN else []
    return ", ".join([*parts[:_SHOWN], *more])


def _time(text: str) -> str:
    return text[:19].replace("T", " ")


def _tell(found: History) -> None:
    for sentence in found.chain.breaks:
        output.complain(sentence)
    if found.chain.breaks:
        output.complain("the chain of records is broken: what is told above may have been changed by somebody")
    elif found.problem:
        output.complain(found.problem)
    output.say(f"{len(found.chain.records)} records in {found.ledger.where}")
