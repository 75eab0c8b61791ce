"""loader: the files in spaces/ → specs, every problem of every file with its line.

Nothing is sent and nothing is read but the files. A file is one space, or has `spaces:`; its stem
(or `name`) is the logical name, which is the Pulumi resource's name.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import Place, Problem, SpecError
from ..lint.check import as_written, check_between, check_space, in_order, problem_of, together
from ..lint.levels import Levels
from ..lint.policy import Stack
from ..lint.reading import (
    ignored_file,
    missing_key,
    name_taken,
    no_variable,
    not_yaml,
    unknown_key,
    unreadable_file,
    wrong_type,
)
from ..lint.rule import Space
from ..lint.silencing import silenced_in
from ..lint.sql_facts import SqlReader
from ..model.spec import SpaceSpec, SpecFile
from ..model.variables import UnresolvedVariable, Variables
from ..yamlio.reader import Document, read_text
from .messages import complaints

SUFFIXES = ignored_file.SUFFIXES
_FILE_KEYS = {"version", "author"}


@dataclass
class Loaded:
    """What a folder of specs holds."""

    specs: dict[str, SpaceSpec] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, tuple[Document, tuple[str | int, ...]]] = field(default_factory=dict)
    """Where each spec was read: its file, and its path in there."""
    waived: int = 0
    """How many findings the stack waives."""

    def finder(self, name: str) -> Callable[[tuple[str | int, ...]], Place]:
        """Tells where in its file a path of that spec stands."""
        document, within = self.sources[name]
        return lambda path: document.place((*within, *as_written(document, within, path)))

    @property
    def notices(self) -> list[Problem]:
        """What stops nobody: notices and warnings."""
        return [problem for problem in self.problems if problem.severity != "error"]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    def spaces(
        self,
        names: Iterable[str] | None = None,
        stack: Stack | None = None,
        sql: SqlReader | None = None,
        columns: Mapping[str, Collection[str]] | None = None,
    ) -> Iterator[Space]:
        """The specs as rules look at them, all of them unless `names` are given."""
        for name in self.specs if names is None else names:
            document, within = self.sources[name]
            file = Path(self.places[name].file).stem
            yield Space(name, self.specs[name], document, within, file, stack or Stack(), sql, columns or {})

    def merge(self, other: Loaded) -> list[Problem]:
        """Adds another file's spaces; a name that is taken is a problem of the later file.

        Returns:
            the names that were taken. A spec that is read again from where it stood is none of them.
        """
        taken = []
        for name, spec in other.specs.items():
            if name in self.specs and self.places[name] != other.places[name]:
                said = name_taken.check(name, self.places[name], same_file=False)
                taken.append(problem_of(name_taken, said, other.places[name], name))
                continue
            self.specs[name] = spec
            self.places[name] = other.places[name]
            self.sources[name] = other.sources[name]
        self.problems += [*taken, *other.problems]
        return taken


def load_specs(folder: str | Path, variables: Variables | None = None) -> dict[str, SpaceSpec]:
    """The specs of a folder by logical name, in the order of files and of spaces in them.

    Raises:
        SpecError: all problems of all files.
    """
    loaded = load([folder], variables)
    if loaded.errors:
        raise SpecError(loaded.errors)
    return loaded.specs


def load(paths: Iterable[str | Path], variables: Variables | None = None, levels: Levels | None = None) -> Loaded:
    """As `load_specs`, for files and folders, with problems and notices instead of an exception.

    Args:
        levels: what the stack makes of the rules; their own levels hold if None.
    """
    files, loaded = find_files(paths)
    for file in files:
        loaded.merge(load_file(file, variables))
    loaded.problems += check_between(list(loaded.spaces()))
    loaded.problems, loaded.waived = (levels or Levels()).settle(together(loaded.problems, {no_variable.ID}))
    return loaded


def find_files(paths: Iterable[str | Path]) -> tuple[list[Path], Loaded]:
    """The spec files under `paths`, sorted; what cannot be read, or looks like a spec and is none, is a problem."""
    files: dict[Path, None] = {}
    told = Loaded()
    for path in map(Path, paths):
        if path.is_dir():
            files.update(dict.fromkeys(_files_below(path, told.problems)))
        elif path.is_file():
            files[path] = None
        else:
            said = "there is no such file or folder"
            told.problems.append(problem_of(unreadable_file, said, Place(str(path))))
    return list(files), told


def _files_below(root: Path, problems: list[Problem]) -> list[Path]:
    """The spec files of a folder, hidden ones left out. A folder that cannot be listed is a problem, never empty."""
    found = []

    def unreadable(error: OSError) -> None:
        problems.append(_unreadable(Path(error.filename), error))

    for folder, folders, names in os.walk(root, onerror=unreadable):
        folders.sort()
        for name in folders:
            if not name.startswith(".") and Path(folder, name).is_symlink():
                said = "is a link to a folder, and what is in there is not read; name it by itself, or move it here"
                problems.append(_ignored(Path(folder, name), said))
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in (Path(folder, name) for name in sorted(names) if not name.startswith(".")):
            said = ignored_file.check(file)
            if said:
                problems.append(_ignored(file, said))
            elif file.suffix in SUFFIXES:
                found.append(file)
    return sorted(found)


def _ignored(path: Path, said: str) -> Problem:
    return problem_of(ignored_file, said, Place(path.as_posix()))


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> Problem:
    said = unreadable_file.check(path, error)
    return problem_of(unreadable_file, said, Place(path.as_posix()))


def load_file(path: Path, variables: Variables | None = None) -> Loaded:
    """The spaces of one file."""
    loaded = Loaded()
    name = path.as_posix()
    try:
        source = read_text(path)
    except (UnicodeDecodeError, OSError) as error:
        loaded.problems.append(_unreadable(path, error))
        return loaded
    document = read_document(source, name, variables, loaded.problems)
    loaded.problems += not_yaml.check(document.problems)
    loaded.problems += silenced_in(document).problems
    if document.value is not None or not document.problems:
        stem = unicodedata.normalize("NFC", path.stem)  # one name, however a file system stores its accents
        for path_in_file, value in _spaces_in(document, loaded.problems):
            _load_space(document, path_in_file, value, stem, loaded)
    loaded.problems.sort(key=lambda problem: problem.place or Place(name))
    return loaded


def read_document(source: str, name: str, variables: Variables | None, problems: list[Problem]) -> Document:
    """The file's values with variables replaced; references without a value go to `problems`."""
    known = variables or Variables()

    def substitute(text: str, place_of: Any) -> str:
        def report(unresolved: UnresolvedVariable) -> None:
            place = place_of(unresolved.piece)
            problems.append(problem_of(no_variable, no_variable.check(unresolved), place))

        return known.substitute(text, report)

    return Document(source, name, substitute)


def _spaces_in(document: Document, problems: list[Problem]) -> Sequence[tuple[tuple[str | int, ...], Any]]:
    """(path, value) of each space: the file itself, or the items of `spaces`."""
    value = document.value
    if not isinstance(value, dict):
        what = "empty" if value is None else "not a map of keys"
        said = f"the file is {what}; a space needs at least a title"
        problems.append(problem_of(missing_key, said, document.place(())))
        return []
    if "spaces" not in value:
        return [((), {key: part for key, part in value.items() if key not in _FILE_KEYS})]
    for key in value.keys() - SpecFile.model_fields.keys():
        said = unknown_key.check(str(key), "a file of several spaces", list(SpecFile.model_fields))
        place = document.place((key,), of_key=True)
        problems.append(problem_of(unknown_key, said, place))
    spaces = value["spaces"]
    if not isinstance(spaces, list):
        said = "'spaces' must be a list of spaces"
        problems.append(problem_of(wrong_type, said, document.place(("spaces",))))
        return []
    return [(("spaces", at), space) for at, space in enumerate(spaces)]


def _load_space(document: Document, path: tuple[str | int, ...], value: Any, stem: str, loaded: Loaded) -> None:
    try:
        spec = SpaceSpec.model_validate(value)
    except ValidationError as error:
        for rule, location, message, of_key in complaints(error, value, SpaceSpec):
            place = document.place((*path, *location), of_key=of_key)
            loaded.problems.append(Problem(message, place, "error", rule))
        return
    name = spec.name or stem
    space = Space(name, spec, document, path, stem)
    loaded.problems += check_space(space, "read")
    if name in loaded.specs:
        said = name_taken.check(name, loaded.places[name], same_file=True)
        loaded.problems.append(problem_of(name_taken, said, document.place(path), name))
        return
    loaded.specs[name] = spec
    loaded.places[name] = document.place((*path, "title"), of_key=True)
    loaded.sources[name] = (document, path)


def governed(loaded: Loaded, stack: Stack, names: Iterable[str] | None = None) -> list[Problem]:
    """What the specs do not follow of the stack's naming rules and policies, in the order of files and lines."""
    return in_order(problem for space in loaded.spaces(names, stack) for problem in check_space(space, "stack"))


def read_sql(loaded: Loaded, sql: SqlReader, columns: Mapping[str, Collection[str]] | None = None) -> list[Problem]:
    """What the rules find that parse the specs' SQL.

    Args:
        columns: table's key → its columns in small letters, as far as they are known.
    """
    found = [problem for space in loaded.spaces(sql=sql, columns=columns) for problem in check_space(space, "sql")]
    sql.keep()
    return found
