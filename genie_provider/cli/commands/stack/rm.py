"""`rm`: a space into the trash, and its spec away."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import GenieError
from ... import completion, output, target

if TYPE_CHECKING:
    from ....specs.loader import Loaded

HELP = """Put a space of the stack into the workspace's trash and remove its spec's file.

  genie rm old-sales

Asks first, unless --yes is given. A protected space is refused: take `protect` off, `genie up`, then again.
In the project's other stacks the next up trashes it too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("name", metavar="NAME", help="the spec's name"))
    target.add_stack(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    from ....config.context import StackContext
    from ....workflows.pulumi_cli import Engine

    project, stack = target.stack_of(arguments)
    engine = Engine(project, stack)
    held = engine.spaces_if_any().get(arguments.name)
    loaded = StackContext.of(project, engine.stack_file_name).load_specs()
    file = _file_of(loaded, arguments.name)
    if held is None and file is None:
        raise GenieError(f"neither the specs nor stack {stack} have '{arguments.name}'")
    what = [f"trash the space {held.id} ({held.outputs.get('url', '')})"] if held else []
    what += [f"remove {target.shown(file)}"] if file else []
    if not arguments.yes and not target.confirms(f"{' and '.join(what)}?"):
        return 1
    if held and engine.interactive("destroy", "--yes", "--skip-preview", f"--target={held.urn}"):
        output.complain("the space was not trashed, so its spec stays")
        return 1
    if file:
        file.unlink()
        output.say(f"removed {target.shown(file)}")
    return 0


def _file_of(loaded: Loaded, name: str) -> Path | None:
    """The spec's file, which must hold nothing else."""
    if name not in loaded.places:
        return None
    file = loaded.places[name].file
    others = [other for other, place in loaded.places.items() if place.file == file and other != name]
    if others:
        raise GenieError(f"{file} also holds {', '.join(others)}; take '{name}' out of it by hand, then genie up")
    return Path(file)
