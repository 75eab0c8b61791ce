"""`forget`: a space out of the state; the space itself stays."""

from __future__ import annotations

import argparse

from ... import completion, output, target

HELP = """Take spaces out of the stack's state. They stay in the workspace as they are.

  genie forget sales
  genie forget 'old-*' --yes

While the spec is there, the next up takes the space over again: remove the file, or keep it for that."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("names", nargs="+", metavar="NAME", help="names or patterns"))
    target.add_stack(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    from ....config.context import StackContext
    from ....workflows.names import chosen
    from ....workflows.pulumi_cli import Engine

    project, stack = target.stack_of(arguments)
    engine = Engine(project, stack)
    held = engine.spaces()
    names = chosen(arguments.names, list(held))
    if not arguments.yes and not target.confirms(f"take {', '.join(names)} out of the state of {stack}?"):
        return 1
    specs = StackContext.of(project, engine.stack_file_name).load_specs()
    for name in names:
        engine.forget(held[name].urn, protected=True)
        file = specs.places[name].file if name in specs.places else ""
        kept = f"; {target.shown_text(file)} is still there, the next up takes it over again" if file else ""
        output.say(f"forgot {name} ({held[name].id}){kept}")
    return 0
