"""`pull`: what was edited in the UI goes into the spec files."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any

from ....compare.merge import Conflict
from ....workflows.pull import Pulled, let_overwrite, pull
from ... import target
from ...output import complain, say

HELP = """Bring spec files up to what was edited in the UI since the last `pulumi up`.

Only the edited entries change; comments, order, variables and layout of everything else stay, so
`git diff` shows the UI's edits. An entry changed in the spec and in the UI is a conflict: nothing is
written for its space without --ours or --theirs. With genie:uiEdits: stop, --undo lets the next `pulumi up`
overwrite exactly the edits that are there now.
Exit code: 0 written or nothing to do, 1 conflicts or errors, 2 usage."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="logical names; all of the stack if left out")
    target.add_stack(parser, "the stack whose spaces to read")
    sides = parser.add_mutually_exclusive_group()
    sides.add_argument("--ours", action="store_true", help="in a conflict, keep what the spec says")
    sides.add_argument("--theirs", action="store_true", help="in a conflict, take what the UI says")
    sides.add_argument("--undo", action="store_true", help="write no spec; let the next pulumi up undo the edits")
    parser.add_argument(
        "--entry", action="append", default=[], help="with --undo: only this entry, as previews name it"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; print the change of the files")


def run(arguments: argparse.Namespace) -> int:
    prefer = "ours" if arguments.ours else "theirs" if arguments.theirs else ""
    project, stack = target.stack_of(arguments)
    if arguments.undo:
        allowed = let_overwrite(project, stack, arguments.names, arguments.entry, dry_run=arguments.dry_run)
        _tell_allowed(allowed, stack, arguments.dry_run)
        return 0
    results = pull(
        project,
        stack,
        arguments.names,
        prefer=prefer,  # type: ignore[arg-type]
        dry_run=arguments.dry_run,
    )
    for space in results:
        _tell(space, arguments.dry_run)
        if arguments.dry_run:
            _print_change(space)
    written = [space for space in results if space.after != space.before]
    if not written and all(space.is_fine for space in results):
        say(f"{_count(len(results))}: nothing was edited in the UI since the last up")
    elif written and not arguments.dry_run:
        say("look at it with git diff; the next pulumi up records it and sends nothing of it")
    return 0 if all(space.is_fine for space in results) else 1


def _tell_allowed(allowed: dict[str, dict[str, str]], stack: str | None, dry_run: bool) -> None:
    for name, entries in allowed.items():
        for entry in entries:
            say(f"{name}: the next pulumi up {'would be' if dry_run else 'is'} allowed to undo {entry}")
    if any(allowed.values()) and not dry_run:
        say("that stands in the stack's file, under genie:overwrite, and holds for these edits alone")
    elif not any(allowed.values()):
        say("nothing was edited in the UI since the last up")


def _tell(space: Pulled, dry_run: bool) -> None:
    file = _shown(space.file)
    if space.entries:
        say(f"{file}: {'would write' if dry_run else 'wrote'} {len(space.entries)} from the UI")
        for entry in space.entries:
            say(f"  {entry}")
    if space.conflicts:
        complain(f"{file}: {_many(len(space.conflicts), 'conflict')} in {space.name}; nothing was written for it")
        for conflict in space.conflicts:
            _tell_conflict(conflict)
        complain("  keep the spec's with --ours, take the UI's with --theirs")
    if space.problem:
        complain(f"{space.name} ({file}):")
        for line in space.problem.splitlines():
            complain(f"  {line}")
    if space.left and (space.entries or space.conflicts):
        say(f"  changed in the spec alone, for the next pulumi up: {', '.join(space.left)}")


def _tell_conflict(conflict: Conflict) -> None:
    complain(f"  {conflict}")
    for name, ours, theirs in _fields(conflict):
        if ours == theirs:
            continue
        label = f"{name}: " if name else ""
        complain(f"    {label}- the spec, + the UI")
        for line in difflib.ndiff(_lines(ours), _lines(theirs)):
            if not line.startswith("?"):
                complain(f"      {line.rstrip()}")


def _fields(conflict: Conflict) -> list[tuple[str, Any, Any]]:
    ours, theirs = conflict.spec, conflict.live
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return [("", ours, theirs)]
    return [(name, ours.get(name), theirs.get(name)) for name in sorted({*ours, *theirs} - {"id"})]


def _lines(value: Any) -> list[str]:
    if value is None:
        return ["(nothing)"]
    if isinstance(value, dict):
        return [f"{name}: {part}" for name, part in value.items()] or ["(there)"]
    return str(value).splitlines() if isinstance(value, str) else [str(value)]


def _print_change(space: Pulled) -> None:
    """As git would show it, on stdout."""
    file = _shown(space.file)
    before, after = space.before.splitlines(keepends=True), space.after.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, f"a/{file}", f"b/{file}"):
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _shown(file: Path) -> str:
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


def _count(spaces: int) -> str:
    return _many(spaces, "space")


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count != 1 else ''}"
