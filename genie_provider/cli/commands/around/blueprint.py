"""`blueprint`: what the blueprint calls things, in every stack."""

from __future__ import annotations

import argparse
import json

from ....config import stackfile
from ....workflows.blueprint_names import names_of, shared
from ... import output, target

HELP = """Look at the blueprint, offline.

  python -m genie_provider blueprint names                 the names of every stack, side by side
  python -m genie_provider blueprint names --stack prod
  python -m genie_provider blueprint schema                the JSON Schema of a blueprint, for editors

Exit code: 0 fine, 1 the blueprint has problems, 2 usage."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("names", "schema"), help="what to print")
    target.add_stack(parser, "one stack; every stack that has a file if left out")
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "schema":
        from ....blueprint.json_schema import blueprint_schema

        print(json.dumps(blueprint_schema(), indent=2))
        return 0
    project = stackfile.project_folder()
    found = names_of(project, [arguments.stack] if arguments.stack else [])
    rows = [{"entry": reference, **names} for reference, names in found.names.items()]
    output.print_rows(rows, ("entry", *found.stacks), arguments.output, "blueprint/1")
    for reference, name, stacks in shared(found, project):
        held = found.names[reference]
        if reference and len(held) > 1 and not _is_existing(reference, name):
            output.say(f"{reference}: '{name}' in stacks {' and '.join(stacks)}, which share a workspace")
    for problem in found.problems:
        output.say(problem)
    return 1 if found.problems else 0


def _is_existing(reference: str, name: str) -> bool:
    """Entries that are there already go by their own name in every stack, and so does what has no pattern."""
    return reference.rpartition(".")[2] == name
