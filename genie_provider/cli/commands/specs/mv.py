"""`mv`: another name for a space."""

from __future__ import annotations

import argparse

from ... import completion, output, target

HELP = """Give a space another logical name: its file and its place in the state, in one go.

  genie mv sales sales-emea
  genie mv sales sales-emea --state-only --stack prod     in the project's other stacks, after that

Title, address, conversations and ids stay; the next up writes down whose the space is now. A file that is renamed by
hand instead is one space trashed and another made."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("old", metavar="OLD", help="the spec's name"))
    parser.add_argument("new", metavar="NEW", help="its new name")
    target.add_stack(parser)
    parser.add_argument("--state-only", action="store_true", help="the file has its new name already")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.rename_spec import rename_spec

    project, stack = target.stack_of(arguments)
    done = rename_spec(project, stack, arguments.old, arguments.new, state_only=arguments.state_only)
    print(target.shown(done.file))
    where = f"in stack {stack}" if done.in_state else f"stack {stack} did not have it yet"
    output.say(f"{arguments.old} is {arguments.new} now, {where}")
    if done.other_stacks and not arguments.state_only:
        output.say("before the next up of the other stacks that have it:")
        for other in done.other_stacks:
            output.say(f"  genie mv {arguments.old} {arguments.new} --state-only --stack {other}")
    return 0
