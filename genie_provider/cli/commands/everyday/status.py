"""`status`: every space of the stack at a glance."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ... import completion, output, target

if TYPE_CHECKING:
    from ....workflows.status import SpaceStatus

HELP = """How each space of the stack stands: in sync, edited in the UI (and which entries), changed in the spec, both,
new, gone (no spec any more: the next up trashes it), in the trash, unreadable; with --all also those of the
workspace that the stack does not manage.

  genie status
  genie status 'sales*' --output json

Nothing is sent. Exit code: 0 all in sync, 1 something is not, 3 something could not be read."""

COLUMNS = ("name", "state", "entries", "last_deploy", "owner", "url")
_STYLES = {
    "in sync": "green",
    "edited in the UI": "yellow",
    "changed in the spec": "cyan",
    "both": "magenta",
    "new": "cyan",
    "gone": "red",
    "in the trash": "red",
    "unreadable": "red",
    "not managed": "dim",
}
_SHOWN = 4
"""Entries named in a cell; `genie diff` has them all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.add_names(parser)
    target.add_stack(parser)
    parser.add_argument("--all", action="store_true", help="also spaces that the stack does not manage")
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.status import look

    project, stack = target.stack_of(arguments)
    found = look(project, stack, arguments.names, unmanaged=arguments.all)
    rows = [row_of(space) for space in found]
    if arguments.output == "json":
        output.print_json("status/1", {"stack": stack, "items": [record_of(space) for space in found]})
    else:
        output.print_rows(rows, COLUMNS, arguments.output, "status/1", styles=_STYLES)
    _tell(found)
    return exit_code(found)


def exit_code(found: list[SpaceStatus]) -> int:
    """0 all in sync, 1 something is not, 3 something is not known."""
    if any(space.state == "unreadable" for space in found):
        return 3
    return 0 if all(space.is_fine for space in found) else 1


def row_of(space: SpaceStatus) -> dict[str, Any]:
    """A line of the table."""
    entries = list(dict.fromkeys(change.entry for change in space.changes))
    more = [f"and {len(entries) - _SHOWN} more"] if len(entries) > _SHOWN else []
    return {
        "name": space.name or f"({space.title})",
        "state": space.state,
        "entries": ", ".join(entries[:_SHOWN] + more) or space.problem.partition("\n")[0],
        "last_deploy": space.deployed[:16].replace("T", " "),
        "owner": space.owner.partition(":")[2] or space.owner,
        "url": space.url,
    }


def record_of(space: SpaceStatus) -> dict[str, Any]:
    """The space in JSON, as schemas/status-1.json has it."""
    return {**asdict(space), "file": target.shown_text(space.file)}


def _tell(found: list[SpaceStatus]) -> None:
    counts = {state: sum(space.state == state for space in found) for state in _STYLES}
    output.say(", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no spaces")
    if counts["edited in the UI"] or counts["both"]:
        output.say("genie diff shows the entries, genie pull takes what was edited in the UI into the files")
