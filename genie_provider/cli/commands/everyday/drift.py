"""`drift`: what was edited in the UI."""

from __future__ import annotations

import argparse
from typing import Any

from ... import completion, output, target
from .diff import show
from .status import record_of

HELP = """What was edited in the UI since the last up, entry by entry: - is what the space says, + what the spec says.

  genie drift
  genie drift --output json

`genie pull` takes it into the files, `genie up` undoes it (or stops, with genie:uiEdits: stop).
Nothing is sent. Exit code: 0 no drift, 1 drift, 3 something could not be read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.add_names(parser)
    target.add_stack(parser)
    output.add_arguments(parser, ("table", "json"))


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.status import look

    project, stack = target.stack_of(arguments)
    found = look(project, stack, arguments.names)
    drifted = [space for space in found if space.by("ui", "both") or space.state == "in the trash"]
    unread = [space for space in found if space.state == "unreadable"]
    if arguments.output == "json":
        items: list[dict[str, Any]] = [record_of(space) for space in drifted + unread]
        output.print_json("drift/1", {"stack": stack, "items": items})
    else:
        for space in drifted + unread:
            show(space, space.by("ui", "both"))
    output.say(f"{len(drifted)} of {len(found)} spaces were edited in the UI" if drifted else "no drift")
    return 3 if unread else 1 if drifted else 0
