"""sql_files: the SQL files that a blueprint names, with the stack's variables and the blueprint's names in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import Place, Problem
from ..model.variables import PENDING, UnresolvedVariable, Variables
from ..yamlio.reader import read_text
from .entries import Named


def texts_of(entries: Iterable[Named], folder: Path, variables: Variables, problems: list[Problem]) -> dict[str, str]:
    """Reference → text of the file, for the entries that have one. What is wrong with files goes to `problems`.

    Args:
        folder: the project's; the names of files are relative to it.
        problems: those known so far, names of files that say ${what nobody knows} among them.
    """
    found: dict[str, str] = {}
    for named in entries:
        field = "sql" if named.plural == "jobs" else "file"
        file: Any = getattr(named.entry, field, None)
        if file and not named.entry.existing and "${" not in file:
            found[named.reference] = _text(named, field, str(file), folder, variables, problems)
    return found


def _text(named: Named, field: str, file: str, folder: Path, variables: Variables, problems: list[Problem]) -> str:
    try:
        source = read_text(folder / file)
    except UnicodeDecodeError as error:
        problems.append(Problem(f"not UTF-8 (byte {error.start})", Place(file)))
        return ""
    except OSError as error:
        problems.append(Problem(f"{named.reference}: {file}: {error.strerror}", named.raw.place(field)))
        return ""

    def report(unresolved: UnresolvedVariable) -> None:
        problems.append(Problem(str(unresolved), _place(file, source, unresolved.piece)))

    text = variables.substitute(source, report)
    if not text.strip():
        problems.append(Problem(f"{named.reference}: {file} holds nothing", named.raw.place(field)))
    if PENDING in text:
        problems.append(Problem("a SQL file cannot wait for a value of another resource", Place(file)))
    return text


def _place(file: str, source: str, piece: str) -> Place:
    before = source[: max(source.find(piece), 0)]
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
