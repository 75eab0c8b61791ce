"""`open`: a space in the browser."""

from __future__ import annotations

import argparse

from ....errors import GenieError
from ... import completion, output, target

HELP = """Open a space of the stack in the browser, and print its address.

  genie open sales
  genie open sales --print       only print it"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("name", metavar="NAME", help="the name of a spec"))
    target.add_stack(parser)
    parser.add_argument("--print", action="store_true", help="do not start a browser")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.names import chosen
    from ....workflows.pulumi_cli import Engine

    project, stack = target.stack_of(arguments)
    held = Engine(project, stack).spaces()
    (name, *more) = chosen([arguments.name], list(held))
    if more:
        raise GenieError(f"{arguments.name} means {len(more) + 1} spaces: {', '.join([name, *more][:10])}")
    url = str(held[name].outputs.get("url", ""))
    print(url)
    if not arguments.print:
        import webbrowser

        if not webbrowser.open(url):
            output.say("no browser could be started here; open the address above")
    return 0
