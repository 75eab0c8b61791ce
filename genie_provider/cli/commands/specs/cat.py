"""`cat`: a spec as one stack fills it in."""

from __future__ import annotations

import argparse
import sys

from ....errors import SpecError
from ... import completion, output, target

HELP = """Print a spec as the stack makes it: variables filled in, and what the stack gives every space put in.

  genie cat sales --stack prod
  diff <(genie cat sales --stack dev) <(genie cat sales --stack prod)

Nothing connects. Values of secret variables are not known here; they are shown as `secret`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("names", nargs="+", metavar="NAME", help="names or patterns of specs"))
    target.add_stack(parser)
    parser.add_argument("--output", choices=("yaml", "json"), default="yaml", help="how to print (default: yaml)")


def run(arguments: argparse.Namespace) -> int:
    from ....codec.spec_inputs import inputs_of
    from ....specs.writer import authored, to_yaml
    from ....workflows.names import chosen

    context = target.of_stack(arguments.stack)
    loaded = context.load_specs()
    names = chosen(arguments.names, list(loaded.specs))
    if not names and loaded.errors:
        raise SpecError(loaded.errors)
    documents = {}
    for name in names:
        owner = context.ownership_key(name)
        defaults = context.defaults_for(name, loaded.places[name].file)
        documents[name] = authored(inputs_of(loaded.specs[name], owner, defaults), owner)
    if arguments.output == "json":
        items = [{"name": name, "spec": document} for name, document in documents.items()]
        output.print_json("cat/1", {"stack": context.stack, "items": items})
        return 0
    texts = [to_yaml(each, f"{name}, as stack {context.stack} has it") for name, each in documents.items()]
    sys.stdout.write("---\n".join(texts))
    return 0
