"""`import`: spaces made in the UI become specs and resources of the stack."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ... import rename_arguments, target
from ...output import complain, say

if TYPE_CHECKING:
    from ....workflows.import_ import Imported

HELP = """Take over spaces made in the UI: write their specs, import them into the stack, look at a preview.

  python -m genie_provider import 'Sales*'
  python -m genie_provider import 01f0b2c3d4e5f60718293a4b5c6d7e8f --as sales

The one thing that is sent is the tag genie_owner, which says whose the spaces are. If the next `pulumi up` would
change anything, it is said why, and files and state are left as they were. All spaces are imported, or none."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("spaces", nargs="+", metavar="ID|TITLE|GLOB", help="which spaces")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the logical name, for one space")
    target.add_stack(parser, "the stack that takes them")
    parser.add_argument(
        "--accept-changes", action="store_true", help="import although the next pulumi up would change something"
    )
    parser.add_argument("--take-over", action="store_true", help="also spaces that another stack manages")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen")
    rename_arguments.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.import_ import import_spaces

    project, stack = target.stack_of(arguments)
    found = import_spaces(
        project,
        arguments.spaces,
        stack=stack,
        name=arguments.name,
        renames=rename_arguments.renames_of(arguments),
        accept_changes=arguments.accept_changes,
        dry_run=arguments.dry_run,
        take_over=arguments.take_over,
    )
    for one in found:
        _tell(one)
    unfinished = rename_arguments.tell([(one.file, one.moved) for one in found])
    rename_arguments.tell_unused(arguments)
    refused = [one for one in found if one.state == "refused"]
    if refused:
        complain(f"{len(refused)} of {len(found)} cannot be imported; files and state are as they were")
    elif any(one.state == "imported" for one in found):
        changing = any(one.differences for one in found)
        say("the next pulumi up makes the changes above" if changing else "the preview is empty")
    return 1 if refused or unfinished else 0


def _tell(one: Imported) -> None:
    say(f"{one.title} ({one.space_id}): {one.state} as {one.name}, {target.shown(one.file)}")
    for notice in one.notices:
        say(f"  {notice}")
    if one.differences and not one.problem:
        say(f"  pulumi up will change {', '.join(one.differences)}")
    for line in one.problem.splitlines():
        complain(f"  {line}")
