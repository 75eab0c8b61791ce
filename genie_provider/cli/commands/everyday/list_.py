"""`list`: every space the identity may see, all pages."""

from __future__ import annotations

import argparse

from ....workflows import live_spaces
from ....workflows.find import matches
from ... import output, target

HELP = """List the workspace's Genie spaces that you may see, all of them.

  python -m genie_provider list
  python -m genie_provider list 'sales*' --output csv

  python -m genie_provider list --owner            (which stack manages each; a call a space)

GLOB compares with titles: * is any text, ? one letter, case does not matter."""

COLUMNS = ("title", "space_id", "create_time")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("glob", nargs="?", metavar="GLOB", help="only spaces with such a title")
    parser.add_argument("--owner", action="store_true", help="which stack manages each space, by its mark")
    target.add_arguments(parser)
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    here = target.chosen(arguments)
    workspace = here.connect()
    spaces = workspace.list_spaces()
    rows = [
        {
            "title": space.title,
            "space_id": space.space_id,
            "create_time": space.create_time,
            **{name: value for name, value in space.raw.items() if name not in COLUMNS},
        }
        for space in spaces
        if not arguments.glob or matches(arguments.glob, space.title)
    ]
    columns: tuple[str, ...] = COLUMNS
    if arguments.owner:
        columns = (*COLUMNS, "owner")
        owners = live_spaces.owners(workspace, [str(row["space_id"]) for row in rows])
        rows = [{**row, "owner": owners[str(row["space_id"])]} for row in rows]
    output.print_rows(rows, columns, arguments.output, "list/1")
    count = f"{len(rows)} of {len(spaces)}" if len(rows) != len(spaces) else str(len(rows))
    output.say(f"{count} space{'s' if len(spaces) != 1 else ''} in {workspace.host}")
    return 0
