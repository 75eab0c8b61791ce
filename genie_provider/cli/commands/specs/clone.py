"""`clone`: a new spec from a space of the workspace, or from another spec."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ... import output, rename_arguments, target

if TYPE_CHECKING:
    from ....config.context import StackContext
    from ....workflows.clone import Clone

HELP = """Write a new spec that says what a space, or another spec, says; with ids of its own.

  python -m genie_provider clone Sales --title 'Sales EMEA' --rename sales.core=sales.emea
  python -m genie_provider clone spaces/sales.yaml --title 'Sales EMEA' --as sales-emea
  python -m genie_provider clone Sales --title Sales --stack dev --to-stack prod --rename dev_sales=sales

SOURCE is a spec file, or an id, a title or a spec's name of a live space. `pulumi up` makes the new space."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec file, or an id, title or name of a live space")
    parser.add_argument("--title", required=True, help="the new space's title")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the new spec's name")
    parser.add_argument("--to-stack", metavar="STACK", help="the stack the clone is for, if it is another one")
    target.add_arguments(parser)
    rename_arguments.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....specs.filenames import slug
    from ....workflows.clone import save

    source = target.chosen(arguments)
    aim = target.of_stack(arguments.to_stack) if arguments.to_stack else source
    clone = _clone(arguments, source, aim)
    folder = aim.specs if aim.in_project else Path.cwd()
    file = folder / f"{arguments.name or slug(arguments.title)}.yaml"
    save(clone, file)
    print(target.shown(file))
    if clone.left_out:
        output.say(f"not taken along: {', '.join(clone.left_out)}")
    for notice in clone.notices:
        output.say(notice)
    rename_arguments.tell_unused(arguments)
    return 1 if rename_arguments.tell([(file, clone.moved)]) else 0


def _clone(arguments: argparse.Namespace, source: StackContext, aim: StackContext) -> Clone:
    from ....workflows.clone import clone_file, clone_space
    from ....workflows.find import find_space

    renames = rename_arguments.renames_of(arguments)
    elsewhere = _address(source) != _address(aim)
    if Path(arguments.source).is_file():
        return clone_file(Path(arguments.source), arguments.title, renames=renames, elsewhere=elsewhere)
    workspace = source.connect()
    found = find_space(workspace, arguments.source, source.titles_by_name())
    return clone_space(workspace, found.space_id, arguments.title, renames=renames, around=aim, elsewhere=elsewhere)


def _address(stack: StackContext) -> tuple[str, str]:
    return stack.settings.host, stack.settings.profile
