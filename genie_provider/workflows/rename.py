"""rename: a space's document from one catalog, schema or workspace to another.

Names change in table identifiers, joins, functions and inside every SQL text; words for people
(descriptions, instructions) are left alone. Works on a document as a file holds it: plain values, or
the ones of a YAML library that keeps comments. What cannot be told is reported with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, MutableSequence
from dataclasses import dataclass, field
from typing import Any

from ..model.identifiers import is_three_part, plain_identifier
from ..model.schema import JOINS, KEYED
from ..model.spec import SpaceSpec
from ..sql import Change, Renamed, Renames, SqlProblem
from ..text import join_lines, json_text, lines

Path = tuple[str | int, ...]

_JOIN_SIDES = tuple(key for field in JOINS.fields[:2] for key in (field.key, *field.older))


@dataclass(frozen=True)
class Trouble:
    """What was left as it is at `path` of the document; the problem has line and column in that text."""

    path: Path
    problem: SqlProblem

    @property
    def where(self) -> str:
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"{text.lstrip('.')} {self.problem.line}:{self.problem.column}"


@dataclass
class Moved:
    """What a move did."""

    changes: list[tuple[Path, Change]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def move(document: MutableMapping[str, Any], renames: Renames) -> Moved:
    """Renames in place; `document` is one space, or a file with `spaces`."""
    moved = Moved()
    if not renames:
        return moved
    spaces = document.get("spaces")
    if isinstance(spaces, MutableSequence):
        for at, space in enumerate(spaces):
            if isinstance(space, MutableMapping):
                _Mover(space, renames, moved, ("spaces", at)).run()
    else:
        _Mover(document, renames, moved, ()).run()
    return moved


def moved_spec(spec: SpaceSpec, renames: Renames) -> tuple[SpaceSpec, Moved]:
    """As `move`, for a loaded spec; the given one stays as it is."""
    document = spec.model_dump(by_alias=True, exclude_defaults=True)
    moved = move(document, renames)
    return SpaceSpec.model_validate(document), moved


@dataclass(frozen=True)
class _Names:
    """The space's own names, as they are before the move, by which short names are told."""

    tables: tuple[str, ...]
    functions: tuple[str, ...]
    aliases: tuple[str, ...]


class _Mover:
    """One space. `raw` bodies hold texts as lists without line ends in between."""

    def __init__(
        self, space: MutableMapping[str, Any], renames: Renames, moved: Moved, path: Path, raw: bool = False
    ) -> None:
        self.space, self.renames, self.moved, self.path, self.raw = space, renames, moved, path, raw
        self.names = _names_of(space)

    def run(self) -> None:
        raw = self.space.get("serialized_space")
        if raw:
            self._run_raw(raw)
        for holder, steps in _sql_texts(self.space):
            self._sql(holder, steps)
        for holder, key, steps in _identifiers(self.space):
            self._identifier(holder, key, steps)
        for example, steps in _entries(self.space, "instructions", "example_question_sqls"):
            for parameter, inner in _entries(example, "parameters"):
                self._default(parameter, (*steps, *inner))

    def _run_raw(self, raw: Any) -> None:
        body = json_text.loads(raw) if isinstance(raw, str) else raw
        _Mover(body, self.renames, self.moved, (*self.path, "serialized_space"), raw=True).run()
        if isinstance(raw, str):
            self.space["serialized_space"] = json_text.dumps(body)

    def _sql(self, holder: Any, steps: Path) -> None:
        key, written = steps[-1], holder[steps[-1]]
        if self.raw and "join_specs" in steps and isinstance(written, list):
            holder, key, written = written, 0, next(iter(written), None)  # the second text is the relationship
        text = self._joined(written)
        if text is None:
            return
        bare = "join_specs" in steps or "sql_snippets" in steps
        renamed = self.renames.sql(
            text,
            tables=self.names.tables,
            functions=self.names.functions,
            expression=bare,
            aliases=self.names.aliases if bare else (),
        )
        self._note(renamed, steps)
        if renamed.text != text:
            holder[key] = self._written_like(written, renamed.text)

    def _written_like(self, written: Any, text: str) -> Any:
        """The new text in the shape of the old: a text of the same kind, or a list of as many pieces."""
        if isinstance(written, str):
            return type(written)(text)
        pieces = lines(text)
        if self.raw:
            return pieces
        for at, old in enumerate(written):
            last = at == len(written) - 1
            count = len(lines(old if old.endswith("\n") or last else f"{old}\n"))
            piece, pieces = "".join(pieces[:count]), pieces[count:]
            written[at] = piece if old.endswith("\n") else piece.removesuffix("\n")
        return written

    def _joined(self, written: Any) -> str | None:
        if isinstance(written, str):
            return written
        if isinstance(written, list) and all(isinstance(line, str) for line in written):
            return "".join(written) if self.raw else join_lines(written)
        return None

    def _note(self, renamed: Renamed, steps: Path) -> None:
        path = (*self.path, *steps)
        self.moved.changes += [(path, change) for change in renamed.changes]
        self.moved.troubles += [Trouble(path, problem) for problem in renamed.problems]

    def _identifier(self, holder: Any, key: str | int, steps: Path) -> None:
        old = holder[key]
        new = self.renames.identifier(old)
        if new != old:
            holder[key] = type(old)(new)
            self.moved.changes.append(((*self.path, *steps), Change(old, new, 1, 1)))

    def _default(self, parameter: Any, steps: Path) -> None:
        """A parameter's default that is a whole name of the space is renamed; one that may be, reported."""
        path = (*self.path, *steps, "default_value")
        for holder, key in _default_texts(parameter):
            old = holder[key]
            new = self.renames.identifier(old)
            if new == old:
                continue
            if is_three_part(old):
                holder[key] = type(old)(new)
                self.moved.changes.append((path, Change(old, new, 1, 1)))
            else:
                problem = SqlProblem(f"the default {old!r} may be a name, or just a word; it is not renamed", 1, 1)
                self.moved.troubles.append(Trouble(path, problem))


def _entries(holder: Any, *keys: str) -> Iterator[tuple[Any, Path]]:
    """(entry, path) of a list somewhere in the document; nothing where it is none."""
    at = holder
    for key in keys:
        at = at.get(key) if isinstance(at, MutableMapping) else None
    if isinstance(at, MutableSequence):
        for index, entry in enumerate(at):
            yield entry, (*keys, index)


def _sql_texts(space: Any) -> Iterator[tuple[Any, Path]]:
    """(what holds it, path) of every SQL text."""
    for section in KEYED:
        keys = [key for field in section.fields if field.sql for key in (field.key, *field.older) if key != "answer"]
        for entry, steps in (found for place in section.places if keys for found in _entries(space, *place)):
            yield from _held(entry, steps, *keys)
            for answer, inner in _entries(entry, "answer"):
                yield from _held(answer, (*steps, *inner), "content")


def _held(entry: Any, steps: Path, *keys: str) -> Iterator[tuple[Any, Path]]:
    for key in keys:
        if isinstance(entry, MutableMapping) and key in entry:
            yield entry, (*steps, key)


def _identifiers(space: Any) -> Iterator[tuple[Any, str | int, Path]]:
    """(what holds it, under which key, path) of every three-part name, short forms too."""
    for keys in (section.places[0] for section in KEYED if section.key == "identifier"):
        for entry, steps in _entries(space, *keys):
            if isinstance(entry, str):
                yield _holder(space, keys), steps[-1], steps
            elif isinstance(entry, MutableMapping) and isinstance(entry.get("identifier"), str):
                yield entry, "identifier", (*steps, "identifier")
    for join, steps in _entries(space, "instructions", "join_specs"):
        for side in _JOIN_SIDES:
            written = join.get(side) if isinstance(join, MutableMapping) else None
            if isinstance(written, str):
                yield join, side, (*steps, side)
            elif isinstance(written, MutableMapping) and isinstance(written.get("identifier"), str):
                yield written, "identifier", (*steps, side, "identifier")


def _holder(space: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        space = space[key]
    return space


def _names_of(space: Any) -> _Names:
    tables: dict[str, None] = {}
    functions: dict[str, None] = {}
    for holder, key, steps in _identifiers(space):
        name = plain_identifier(holder[key])
        (functions if "sql_functions" in steps else tables)[name] = None
    aliases: dict[str, None] = {}
    for join, _ in _entries(space, "instructions", "join_specs"):
        for side in ("left", "right"):
            written = join.get(side) if isinstance(join, MutableMapping) else None
            if isinstance(written, MutableMapping) and isinstance(written.get("alias"), str):
                aliases[written["alias"].strip("`")] = None
    return _Names(tuple(tables), tuple(functions), tuple(aliases))


def _default_texts(parameter: Any) -> Iterator[tuple[Any, str | int]]:
    """Where the texts of a default stand: text, list, `{values}` or `{type, value}`."""
    if not isinstance(parameter, MutableMapping):
        return
    default = parameter.get("default_value")
    if isinstance(default, str):
        yield parameter, "default_value"
    elif isinstance(default, MutableMapping):
        if isinstance(default.get("value"), str):
            yield default, "value"
        default = default.get("values")
    if isinstance(default, MutableSequence):
        yield from ((default, at) for at, text in enumerate(default) if isinstance(text, str))
