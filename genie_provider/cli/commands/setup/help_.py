"""`help`: the pages of the guide in the terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ....errors import GenieError
from ... import output

HELP = """Show a page of the guide, or the help of a command.

  genie help             the pages there are
  genie help spec        every key of a spec"""

_CLI = Path(__file__).parents[2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    action = parser.add_argument("topic", nargs="?", metavar="TOPIC", help="a page, or a command")
    action.completer = lambda **_: sorted(pages())  # type: ignore[attr-defined]  # argcomplete looks for it


def run(arguments: argparse.Namespace) -> int:
    from ... import COMMANDS, parser_of

    if not arguments.topic:
        for name, file in sorted(pages().items()):
            print(f"{name:<20} {_heading(file)}")
        return 0
    page = pages().get(arguments.topic)
    if page:
        _show(page.read_text(encoding="utf-8"))
        return 0
    if arguments.topic in COMMANDS:
        parser_of([arguments.topic]).parse_args([arguments.topic, "--help"])
    raise GenieError(f"there is no page '{arguments.topic}'; there are {', '.join(sorted(pages()))}")


def pages() -> dict[str, Path]:
    """Topic → file: beside the commands where the package is installed, docs/ in a clone."""
    folder = next(place for place in (_CLI / "guide", _CLI.parents[1] / "docs") if place.is_dir())
    return {file.stem: file for file in folder.glob("*.md")}


def _heading(file: Path) -> str:
    return file.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def _show(text: str) -> None:
    """Laid out on a terminal, as it is in a pipe."""
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(no_color=not output.has_colour(sys.stdout))
    with console.pager(styles=output.has_colour(sys.stdout)):
        console.print(Markdown(text))
