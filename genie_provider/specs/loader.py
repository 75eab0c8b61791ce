"""loader: the files in spaces/ → specs, every problem of every file with its line.

Nothing is sent and nothing is read but the files. A file is one space, or has `spaces:`; its stem
(or `name`) is the logical name, which is the Pulumi resource's name.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import Place, Problem, SpecError
from ..lint import limits, policy
from ..model.spec import SpaceSpec, SpecFile
from ..model.variables import UnresolvedVariable, Variables
from ..yamlio.reader import Document, read_text
from .messages import complaints

SUFFIXES = (".yaml", ".yml", ".json")
_FILE_KEYS = {"version", "author"}


@dataclass
class Loaded:
    """What a folder of specs holds."""

    specs: dict[str, SpaceSpec] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, tuple[Document, tuple[str | int, ...]]] = field(default_factory=dict)
    """Where each spec was read: its file, and its path in there."""

    def finder(self, name: str) -> Callable[[tuple[str | int, ...]], Place]:
        """Tells where in its file a path of that spec stands."""
        document, within = self.sources[name]
        return lambda path: document.place((*within, *_as_written(document.value, within, path)))

    @property
    def notices(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "notice"]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    def merge(self, other: Loaded) -> None:
        """Adds another file's spaces; a name that is taken is a problem of the later file."""
        for name, spec in other.specs.items():
            if name in self.specs:
                self.problems.append(
                    Problem(f"the name '{name}' is taken by {self.places[name]}; set name", other.places[name])
                )
                continue
            self.specs[name] = spec
            self.places[name] = other.places[name]
            self.sources[name] = other.sources[name]
        self.problems += other.problems


def load_specs(folder: str | Path, variables: Variables | None = None) -> dict[str, SpaceSpec]:
    """The specs of a folder by logical name, in the order of files and of spaces in them.

    Raises:
        SpecError: all problems of all files.
    """
    loaded = load([folder], variables)
    if loaded.errors:
        raise SpecError(loaded.errors)
    return loaded.specs


def load(paths: Iterable[str | Path], variables: Variables | None = None) -> Loaded:
    """As `load_specs`, for files and folders, with problems and notices instead of an exception."""
    files, loaded = find_files(paths)
    for file in files:
        loaded.merge(load_file(file, variables))
    loaded.problems += limits.between_spaces(loaded.specs, loaded.places)
    return loaded


def find_files(paths: Iterable[str | Path]) -> tuple[list[Path], Loaded]:
    """The spec files under `paths`, sorted; a path that is not there is a problem."""
    files: dict[Path, None] = {}
    missing = Loaded()
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
            files.update(dict.fromkeys(file for file in found if not _is_hidden(file, path)))
        elif path.is_file():
            files[path] = None
        else:
            missing.problems.append(Problem("there is no such file or folder", Place(str(path))))
    return list(files), missing


def _is_hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


def load_file(path: Path, variables: Variables | None = None) -> Loaded:
    """The spaces of one file."""
    loaded = Loaded()
    name = path.as_posix()
    try:
        source = read_text(path)
    except UnicodeDecodeError as error:
        loaded.problems.append(Problem(f"not UTF-8 (byte {error.start})", Place(name)))
        return loaded
    except OSError as error:
        loaded.problems.append(Problem(f"cannot be read: {error.strerror}", Place(name)))
        return loaded
    document = read_document(source, name, variables, loaded.problems)
    loaded.problems += document.problems
    if document.value is not None or not document.problems:
        for path_in_file, value in _spaces_in(document, loaded.problems):
            _load_space(document, path_in_file, value, path.stem, loaded)
    loaded.problems.sort(key=lambda problem: problem.place or Place(name))
    return loaded


def read_document(source: str, name: str, variables: Variables | None, problems: list[Problem]) -> Document:
    """The file's values with variables replaced; references without a value go to `problems`."""
    known = variables or Variables()

    def substitute(text: str, place_of: Any) -> str:
        def report(unresolved: UnresolvedVariable) -> None:
            problems.append(Problem(str(unresolved), place_of(unresolved.piece)))

        return known.substitute(text, report)

    return Document(source, name, substitute)


def _spaces_in(document: Document, problems: list[Problem]) -> Sequence[tuple[tuple[str | int, ...], Any]]:
    """(path, value) of each space: the file itself, or the items of `spaces`."""
    value = document.value
    if not isinstance(value, dict):
        what = "empty" if value is None else "not a map of keys"
        problems.append(Problem(f"the file is {what}; a space needs at least a title", document.place(())))
        return []
    if "spaces" not in value:
        return [((), {key: part for key, part in value.items() if key not in _FILE_KEYS})]
    for key in value.keys() - SpecFile.model_fields.keys():
        near = difflib.get_close_matches(key, SpecFile.model_fields, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else " beside 'spaces'"
        problems.append(Problem(f"'{key}' has no place here{hint}", document.place((key,), of_key=True)))
    spaces = value["spaces"]
    if not isinstance(spaces, list):
        problems.append(Problem("'spaces' must be a list of spaces", document.place(("spaces",))))
        return []
    return [(("spaces", at), space) for at, space in enumerate(spaces)]


def _load_space(document: Document, path: tuple[str | int, ...], value: Any, stem: str, loaded: Loaded) -> None:
    try:
        spec = SpaceSpec.model_validate(value)
    except ValidationError as error:
        for location, message, of_key in complaints(error, value, SpaceSpec):
            loaded.problems.append(Problem(message, document.place((*path, *location), of_key=of_key)))
        return
    name = spec.name or stem
    for finding in limits.within_space(name, spec):
        place = document.place((*path, *_as_written(document.value, path, finding.path)))
        loaded.problems.append(Problem(finding.message, place, finding.severity))
    if name in loaded.specs:
        loaded.problems.append(Problem(f"two spaces of this file are called '{name}'; set name", document.place(path)))
        return
    loaded.specs[name] = spec
    loaded.places[name] = document.place((*path, "title"), of_key=True)
    loaded.sources[name] = (document, path)


def _as_written(value: Any, within: tuple[str | int, ...], path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path in the words of the file, where that has the older key for the logical name."""
    if path != ("name",):
        return path
    for step in within:
        value = value[step]
    return ("space_id",) if "space_id" in value else path


def governed(loaded: Loaded, stack: policy.Stack) -> list[Problem]:
    """What the specs do not follow of the stack's naming rules and policies, in the order of files and lines."""
    problems = [
        Problem(finding.message, loaded.finder(name)(finding.path), finding.severity)
        for name, spec in loaded.specs.items()
        for finding in policy.findings(name, spec, stack, Path(loaded.places[name].file).stem)
    ]
    return sorted(problems, key=lambda problem: problem.place or Place(""))
