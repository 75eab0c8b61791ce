"""completion: answers the shell while somebody types; the names of spaces and stacks come from files, at once.

argcomplete asks: the shell calls `genie` with _ARGCOMPLETE set, and prints nothing else. Nothing connects, and
a spec that cannot be read is no reason to say anything.
"""

from __future__ import annotations

import argparse
import os

from ..config import stackfile


def answer(parser: argparse.ArgumentParser) -> None:
    """Prints the completions of the line in the environment and ends the process."""
    import argcomplete

    argcomplete.autocomplete(_filled(parser), always_complete_options=False)


def spec_names(**_: object) -> list[str]:
    """Logical names of the project's specs, as their files are called."""
    project = stackfile.project_folder()
    try:
        choices = [stackfile.stack_settings(project, stack).specs for stack in stackfile.stack_names(project)]
    except Exception:  # somebody is in the middle of a settings file; the shell must not hear of it
        choices = []
    folders = {project / specs for specs in choices} or {project / "spaces"}
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix in (".yaml", ".yml", ".json"))
    return sorted({file.stem for file in files})


def of_names(action: argparse.Action) -> None:
    """Lets the shell complete that argument with the names of specs."""
    action.completer = spec_names  # type: ignore[attr-defined]  # argcomplete looks for it


def add_names(parser: argparse.ArgumentParser) -> None:
    """`NAME…`: spaces by names and patterns, all where none is given."""
    of_names(parser.add_argument("names", nargs="*", metavar="NAME", help="names or patterns (default: all)"))


def _filled(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser with the flags of the command that stands on the line, which is not in sys.argv."""
    from . import COMMANDS, parser_of

    words = os.environ.get("COMP_LINE", "").split()
    command = next((word for word in words[1:] if word in COMMANDS), None)
    return parser_of([command]) if command else parser
