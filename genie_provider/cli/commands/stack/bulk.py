"""`bulk`: `pulumi up`, `refresh` or `destroy` for hundreds of spaces, the state written once."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ....config import engine_tuning, stack_choice, stackfile
from ....errors import SettingsError
from ....workflows import pulumi_cli
from ....workflows.pulumi_home import engine_environment
from ...output import say

HELP = """Run pulumi up, refresh or destroy with the state written once, at the end.

  python -m genie_provider bulk up --stack prod --yes
  python -m genie_provider bulk destroy --stack dev-ana

For the first deploy of hundreds of spaces, where writing the state after every step takes most of the time.
Whatever stands behind the word goes to pulumi as it is.

Ctrl-C still ends in a saved state. A run that is killed (kill -9, a lost machine) leaves nothing of what it did
in the state: `python -m genie_provider recover`, then the same command again. Spaces that the killed run made are
found by the ids they carry and taken over, never made twice. Resources of other providers in the same program
are not, so keep this to stacks of Genie spaces."""

_WORDS = ("up", "refresh", "destroy")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("word", choices=_WORDS, metavar="|".join(_WORDS), help="what pulumi does")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="arguments of pulumi")


def run(arguments: argparse.Namespace) -> int:
    project = stackfile.project_folder()
    cli = pulumi_cli.find_cli(project)
    env = engine_environment(project, _stack(project, arguments.arguments)) | engine_tuning.WITHOUT_CHECKPOINTS
    env["PATH"] = os.pathsep.join([str(cli.parent), env.get("PATH", "")])
    say("bulk: the state is written once, at the end")
    # pulumi in our place, so that Ctrl-C and the exit code are its own.
    os.execve(cli, [str(cli), arguments.word, *arguments.arguments], env)


def _stack(project: Path, arguments: list[str]) -> str:
    """The stack that pulumi will take, as far as its flags or its choice tell; "" where they do not."""
    for at, argument in enumerate(arguments):
        if argument in ("--stack", "-s"):
            return arguments[at + 1] if at + 1 < len(arguments) else ""
        if argument.startswith("--stack="):
            return argument.partition("=")[2]
    try:
        return stack_choice.choose(project).stack
    except SettingsError:
        return ""
