"""`restore`: a version of a space back into its spec file."""

from __future__ import annotations

import argparse
import difflib
import sys

from ... import FINE, USAGE, output, target
from ...output import complain, say

HELP = """Write a version of a space into its spec file, as `pull` writes: only the entries that differ change;
comments, variables and layout stay. Look at it with git diff; the next up sends it.

  genie history sales
  genie restore sales@4 --dry-run
  genie restore sales@4 --entry instructions
  genie restore old-space@2 --new-file           no spec holds it any more
  genie restore sales --from-trash               how to get a trashed space itself back

Exit code: 0 written or nothing differs, 1 it cannot be (nothing is written then), 2 usage."""

_FROM_TRASH = """The API of Databricks has no call that takes a space out of the trash. In the workspace:
  open the trash in the sidebar (Workspace, Trash), find "{title}"{id}, and choose Restore. It keeps its
  id, its address and its conversations. Spaces stay in the trash for 30 days.
Then, so that the stack has it again and no second one is made, before the next up:
  genie import {which} --as {name}
Without that, `genie restore {name}@N --new-file` and `genie up` make a new space of the same content, with another
address and without the conversations."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", metavar="NAME@N", help="the version, as `genie history NAME` counts them")
    target.add_stack(parser)
    parser.add_argument(
        "--entry", action="append", default=[], metavar="ENTRY", help="only such entries: a path, pattern or word"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; print the change of the file")
    parser.add_argument(
        "--new-file", action="store_true", help="write a new file where no spec holds the space any more"
    )
    parser.add_argument("--missing-tables", action="store_true", help="also where tables of that version are gone")
    parser.add_argument("--from-trash", action="store_true", help="say how a trashed space itself is got back")


def run(arguments: argparse.Namespace) -> int:
    from ....review.history.versions import references
    from ....workflows.changes.restore import restore

    found = references(arguments.version)
    if arguments.from_trash:
        return _from_trash(arguments, found[0].name)
    if len(found) != 1 or found[0].version is None:
        complain(
            f"'{arguments.version}' is not one version; `genie history {found[0].name}` lists them: {found[0].name}@3"
        )
        return USAGE
    project, stack = target.stack_of(arguments)
    done = restore(
        project,
        stack,
        found[0],
        entries=arguments.entry,
        dry_run=arguments.dry_run,
        new_file=arguments.new_file,
        missing_tables=arguments.missing_tables,
    )
    file = target.shown(done.file)
    if done.after == done.before:
        say(f"{file} says already what {found[0]} said")
        return FINE
    say(f"{file}: {'would write' if arguments.dry_run else 'wrote'} {len(done.entries)} of {found[0]}")
    for entry in done.entries:
        say(f"  {entry}")
    if done.missing:
        complain(f"not in the workspace any more, or hidden from us: {', '.join(done.missing)}")
    if arguments.dry_run:
        _print_change(done.before, done.after, file)
    else:
        say("look at it with git diff; the next up sends it")
    return FINE


def _print_change(before: str, after: str, file: str) -> None:
    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{file}", f"b/{file}"):
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _from_trash(arguments: argparse.Namespace, name: str) -> int:
    """What to do by hand, with the space's id and title as the history knows them."""
    from ....review.history.versions import versions_of
    from ....workflows.changes.versions import history

    project, stack = target.stack_of(arguments)
    known = versions_of(history(project, stack).chain.records, name)
    title, space_id = (known[-1].space.title, known[-1].space.space_id) if known else (name, "")
    told = f" ({space_id})" if space_id else ""
    print(_FROM_TRASH.format(title=output.harmless(title), id=told, which=space_id or "ID", name=name))
    return FINE
