"""rename_arguments: `--rename` and `--parameterize`, the same for every command that has them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import output, target

if TYPE_CHECKING:
    from ..sql import Renames
    from ..workflows.rename import Moved


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rename",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="another name for a catalog, catalog.schema or table, in identifiers and inside SQL; repeatable",
    )
    parser.add_argument(
        "--parameterize",
        action="append",
        default=[],
        metavar="NAME=VALUE,…",
        help="write ${NAME} where the value stands, as in catalog=main,schema=sales",
    )


def renames_of(arguments: argparse.Namespace) -> list[Renames]:
    """The renames, then the variables.

    Raises:
        GenieError: naming every rule that cannot be followed.
    """
    if not (arguments.rename or arguments.parameterize):
        return []
    from ..errors import GenieError
    from ..sql import Renames

    pairs = [pair for text in arguments.parameterize for pair in text.split(",") if pair.strip()]
    faulty = [pair for pair in pairs if "=" not in pair]
    if faulty:
        raise GenieError("\n".join(f"--parameterize {pair}: write NAME=VALUE" for pair in faulty))
    values = {name.strip(): value.strip() for name, _, value in (pair.partition("=") for pair in pairs)}
    found = [Renames.parse(arguments.rename), Renames.parameterizing(values)]
    arguments.renames = [renames for renames in found if renames]
    return list(arguments.renames)


def tell_unused(arguments: argparse.Namespace) -> None:
    """Says which names of the arguments nothing had: most likely they are misspelt."""
    for renames in getattr(arguments, "renames", []):
        for name in renames.unused():
            output.complain(f"nothing is called {name.removeprefix('*.')}: there was nothing to rename")


def tell(moves: Sequence[tuple[Path | None, Moved]]) -> bool:
    """Says what was renamed and what could not be; whether anything could not."""
    for file, moved in moves:
        places = _Places(file)
        for trouble in moved.troubles:
            where = places.of(trouble.path, trouble.problem.line, trouble.problem.column) or trouble.where
            output.complain(f"{where}: not renamed: {trouble.problem.message}")
    count = sum(len(moved.changes) for _, moved in moves)
    troubles = sum(len(moved.troubles) for _, moved in moves)
    if count or troubles:
        left = f"; {troubles} left for you to look at" if troubles else ""
        output.say(f"{count} names changed{left}")
    return bool(troubles)


class _Places:
    """Places in a file that was just written, for people to click on."""

    def __init__(self, file: Path | None) -> None:
        from ..yamlio.reader import Document, read_text

        self._document = Document(read_text(file), target.shown(file)) if file and file.is_file() else None

    def of(self, path: tuple[str | int, ...], line: int, column: int) -> str:
        from ..yamlio.positions import place_within

        return str(place_within(self._document, path, line, column)) if self._document else ""
