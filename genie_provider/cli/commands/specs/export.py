"""`export`: spaces of the workspace as spec files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ... import output, rename_arguments, target

if TYPE_CHECKING:
    from ....config.context import StackContext
    from ....workflows.export import Exported

HELP = """Write spaces of the workspace as spec files, as if a person had typed them.

  genie export 'Sales*' --to spaces --exclude '*copy*'
  python -m genie_provider export 01f0b2c3d4e5f60718293a4b5c6d7e8f --as sales --rename dev_sales=sales
  python -m genie_provider export Sales --parameterize catalog=main,schema=sales

A file that says something else already is left alone, unless --overwrite is given. `--to -` prints."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("spaces", nargs="+", metavar="ID|TITLE|GLOB", help="which spaces")
    parser.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="leave these out; repeatable")
    parser.add_argument("--to", metavar="DIR", help="the folder (default: the project's specs, else here)")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the file's name, for one space")
    parser.add_argument("--output", choices=("yaml", "json"), default="yaml", help="the files' format")
    parser.add_argument("--overwrite", action="store_true", help="replace files that say something else")
    target.add_arguments(parser)
    rename_arguments.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    renames = rename_arguments.renames_of(arguments)
    here = target.chosen(arguments)
    workspace = here.connect()
    from ....workflows.export import export

    if arguments.to == "-":
        return _print(arguments, here)
    folder = Path(arguments.to) if arguments.to else here.specs if here.in_project else Path.cwd()
    titles = here.titles_by_name()
    found = export(
        workspace,
        arguments.spaces,
        folder,
        name=arguments.name,
        output=arguments.output,
        renames=renames,
        around=here,
        titles_by_name=titles,
        overwrite=arguments.overwrite,
        excluded=arguments.exclude,
    )
    for one in found:
        _tell(one)
    unfinished = rename_arguments.tell([(one.file, one.moved) for one in found])
    rename_arguments.tell_unused(arguments)
    return 1 if unfinished or any(one.state == "kept" for one in found) else 0


def _tell(one: Exported) -> None:
    file = target.shown(one.file) if one.file else ""
    if one.state == "kept":
        hint = "; python -m genie_provider pull takes over what was edited in the UI" if one.name else ""
        output.complain(f"{file}: says something else and was left alone (--overwrite replaces it{hint})")
    else:
        print(file)
        output.say(f"{one.title}: {one.state}")
    for notice in one.notices:
        output.say(f"  {one.title}: {notice}")


def _print(arguments: argparse.Namespace, here: StackContext) -> int:
    """The documents themselves on stdout."""
    from ....specs.writer import to_json, to_yaml
    from ....workflows.export import read_all
    from ....workflows.find import find_spaces
    from ....workflows.rename import move

    titles = here.titles_by_name()
    workspace = here.connect()
    spaces = find_spaces(workspace, arguments.spaces, titles, arguments.exclude)
    found = read_all(workspace, spaces, here, titles)
    troubles = []
    for one in found:
        for rename in rename_arguments.renames_of(arguments):
            troubles.append((None, move(one.document, rename)))
    documents = [one.document for one in found]
    whole = documents[0] if len(documents) == 1 else {"spaces": documents}
    sys.stdout.write(to_yaml(whole) if arguments.output == "yaml" else to_json(whole))
    return 1 if rename_arguments.tell(troubles) else 0
