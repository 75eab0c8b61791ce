"""cli: the commands. Each lives in a module of its own, imported only when it is called.

A command's module has `HELP`, `add_arguments(parser)` and `run(arguments) -> exit code`; it reads
arguments, calls a public function of another room, and prints: data to stdout, words to stderr.
Exit codes: 0 fine, 1 problems (said on stderr), 2 usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from ..config import garbage_collection
from ..errors import GenieError, shown

COMMANDS = {
    "validate": ("validate", "check specs without network or credentials"),
    "import": ("import_", "take over spaces made in the UI: specs, state, an empty preview"),
    "pull": ("pull", "bring spec files up to what was edited in the UI"),
    "export": ("export", "write spaces of the workspace as spec files"),
    "clone": ("clone", "write a new spec from a space or another spec"),
    "migrate": ("migrate", "make a project of Genie-Forge one of this kind"),
    "list": ("list_", "list the spaces of the workspace"),
    "show": ("show", "show one space of the workspace"),
    "whoami": ("whoami", "show the workspace and who you are there"),
    "profiles": ("profiles", "list the profiles of ~/.databrickscfg"),
    "recover": ("recover", "put a stack right after a run was killed"),
    "doctor": ("doctor", "find out what is wrong with the set-up, and how to mend it"),
    "bulk": ("bulk", "pulumi up, refresh or destroy for hundreds of spaces: state written once"),
    "schema": ("schema", "print the JSON Schema of the spec, for editors"),
}


def main(arguments: Sequence[str]) -> int:
    """Runs one command.

    Ctrl-C ends with 130; a closed pipe (`… | head`) ends quietly.
    """
    parser = _parser(arguments)
    parsed = parser.parse_args(arguments)
    if not parsed.command:
        parser.print_help()
        return 2
    garbage_collection.look_rarely()
    try:
        return int(parsed.run(parsed))
    except GenieError as error:
        print(shown(str(error)), file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser, with only the module of the command at hand imported."""
    parser = argparse.ArgumentParser(
        prog="python -m genie_provider", description="Genie spaces as code: the commands around pulumi."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name == wanted:
            room = import_module(f".commands.{module}", __name__)
            command.description = getattr(room, "HELP", summary)
            command.formatter_class = argparse.RawDescriptionHelpFormatter
            room.add_arguments(command)
            command.set_defaults(run=room.run)
    return parser
