"""loader: the files of a blueprint → its entries with their names, or every problem of every file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..errors import Place, Problem, SpecError
from ..model.variables import Variables
from ..specs.loader import SUFFIXES, read_document
from ..specs.messages import complaints
from ..yamlio.reader import Document, read_text
from . import checks, graph
from .entries import Blueprint, Named, Raw, raw_entries
from .models import ENTRIES, PLURALS, BlueprintFile, Grant
from .names import Names, names_of
from .sql_files import texts_of

USUAL = "blueprint.yaml"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@dataclass
class _File:
    """The entries of one file by reference, None where they are not valid; and its grants with their places."""

    entries: dict[str, Any] = field(default_factory=dict)
    grants: list[tuple[Grant | None, Place]] = field(default_factory=list)


@dataclass
class LoadedBlueprint:
    """What the files hold: the blueprint, its names, its problems in the order of files and lines.

    Attributes:
        texts: reference → what its SQL file says in this stack.
    """

    blueprint: Blueprint = field(default_factory=Blueprint)
    names: Names = field(default_factory=Names)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def or_error(self) -> Blueprint:
        """The blueprint.

        Raises:
            SpecError: all problems of all files.
        """
        if self.problems:
            raise SpecError(self.problems)
        return self.blueprint


def find_files(folder: Path, setting: str) -> tuple[list[Path], list[Problem]]:
    """The files that `genie:blueprint` means: one file, or all of a folder. The usual one need not be there."""
    path = Path(folder, setting)
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file()), []
    if path.is_file():
        return [path], []
    if not setting or setting == USUAL:
        return [], []
    return [], [Problem("genie:blueprint: there is no such file or folder", Place(setting))]


def load(
    folder: Path, setting: str, stack: str, variables: Mapping[str, Any], tags: Mapping[str, str]
) -> LoadedBlueprint:
    """The blueprint of one stack.

    Args:
        folder: the project's folder; `setting` is relative to it.
        variables: the stack's, without names that a blueprint makes.
    """
    files, problems = find_files(folder, setting)
    sources = [(_shown(file, folder), text) for file in files if (text := _read(file, folder, problems)) is not None]
    plain = Variables(variables, stack)
    names = names_of(raw_entries([_lenient(*source, plain) for source in sources]), stack, variables, tags)
    known = Variables({**variables, **names.variables()}, stack)
    documents = [read_document(text, name, known, problems) for name, text in sources]
    raws = raw_entries(documents)
    problems += [problem for document in documents for problem in document.problems]
    problems += [*names.problems, *_twice(raws), *graph.problems_of(raws)]
    loaded = LoadedBlueprint(names=names, problems=problems)
    parsed = [_parsed(document, problems) for document in documents]
    loaded.blueprint = _blueprint(parsed, raws, loaded)
    loaded.texts = texts_of(loaded.blueprint.entries.values(), folder, known, problems)
    problems.sort(key=lambda problem: problem.place or Place(""))
    return loaded


def _shown(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()


def _read(file: Path, folder: Path, problems: list[Problem]) -> str | None:
    try:
        return read_text(file)
    except UnicodeDecodeError as error:
        problems.append(Problem(f"not UTF-8 (byte {error.start})", Place(_shown(file, folder))))
    except OSError as error:
        problems.append(Problem(f"cannot be read: {error.strerror}", Place(_shown(file, folder))))
    return None


def _lenient(name: str, source: str, variables: Variables) -> Document:
    """The file with the stack's own variables; what it says of itself, ${schemas.sales}, is not known yet."""
    return read_document(source, name, variables, [])


def _twice(raws: Sequence[Raw]) -> list[Problem]:
    """An entry that stands in two files; within one, the reader of YAML has said so."""
    first: dict[str, Raw] = {}
    found = []
    for raw in raws:
        held = first.setdefault(raw.reference, raw)
        if held is not raw:
            found.append(Problem(f"{raw.reference} stands in {held.place()} too", raw.place()))
    return found


def _parsed(document: Document, problems: list[Problem]) -> _File:
    """The file's entries, each read by itself: what is wrong with one hides nothing of the others."""
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        problems.append(Problem("the file is not a map of keys", document.place(())))
        return _File()
    read = partial(_model, document, problems)
    read((), {key: part for key, part in value.items() if key not in (*PLURALS, "grants")}, BlueprintFile)
    found = _File()
    for plural in PLURALS:
        for key, entry in _held(value, plural, dict, document, problems).items():
            found.entries[f"{plural}.{key}"] = read((plural, key), entry or {}, ENTRIES[plural])
            if not _KEY.match(key):
                words = "the name of an entry has letters, digits, _ and - only; `name` says what it is called"
                problems.append(Problem(f"{plural}.{key}: {words}", document.place((plural, key), of_key=True)))
    for at, grant in enumerate(_held(value, "grants", list, document, problems)):
        found.grants.append((read(("grants", at), grant, Grant), document.place(("grants", at, "on"))))
    return found


def _held(value: dict[str, Any], key: str, kind: type, document: Document, problems: list[Problem]) -> Any:
    held = value.get(key)
    if held is None or isinstance(held, kind):
        return held or kind()
    wanted = "a map of entries" if kind is dict else "a list"
    problems.append(Problem(f"{key}: expected {wanted}", document.place((key,))))
    return kind()


def _model(
    document: Document, problems: list[Problem], path: tuple[str | int, ...], value: Any, model: type[BaseModel]
) -> Any:
    """The value as the model; None after problems."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for _, location, message, of_key in complaints(error, value, model, whole=name or "a blueprint"):
            joint = f"{name}." if name and location and not of_key else f"{name} " if name and not of_key else ""
            problems.append(Problem(f"{joint}{message}", document.place((*path, *location), of_key=of_key)))
        return None


def _blueprint(files: Sequence[_File], raws: Sequence[Raw], loaded: LoadedBlueprint) -> Blueprint:
    found = Blueprint()
    entries = {reference: entry for file in files for reference, entry in file.entries.items() if entry is not None}
    known = {raw.reference for raw in raws}
    for raw in graph.ordered(raws):
        entry = entries.get(raw.reference)
        if entry is not None:
            names = loaded.names
            found.entries[raw.reference] = Named(raw, entry, names.own[raw.reference], names.full[raw.reference])
            loaded.problems += checks.of_entry(raw, entry)
    for grant, place in (each for file in files for each in file.grants):
        if grant is not None:
            found.grants.append((grant, place))
            loaded.problems += checks.of_grant(grant, place, known)
    return found
