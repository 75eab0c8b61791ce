"""specs: a project of Genie-Forge → specs, stack files and import files of this kind.

Specs keep their text: comments, order and variables. Where a space was deployed, its spec is brought to
what the workspace holds, so that the first preview after the import is empty: to what it says now, if it
can be reached, else to what Genie-Forge sent. What was never sent stays in the file, as comments.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from ...codec import wire
from ...codec.spec_inputs import Properties, inputs_of
from ...compare import diff
from ...config import stackfile
from ...config.settings import NAMESPACE, Settings, key_of
from ...errors import GenieError
from ...model.ownership_key import ownership_key
from ...model.spec import SpaceSpec
from ...model.variables import Variables
from ...specs import loader
from ...specs.writer import to_yaml
from ...yamlio.reader import Document, read_text
from ..export import write_file
from ..pull import retell
from ..pulumi_cli import TYPE
from .genie_forge import Environment, ForgeProject, as_sent, read_project

if TYPE_CHECKING:
    from ...client import Workspace

State = Literal["written", "unchanged", "kept"]
Connect = Callable[[Settings], "Workspace"]

_HELD_BACK = ("description", "tags", "benchmarks")
_HEADING = "Genie-Forge never sent these. Take the # off, under the space they belong to, and `pulumi up` does:"


@dataclass
class Migration:
    """What a migration made.

    Attributes:
        files: every file and what became of it; "kept" ones said something else already.
        imports: environment → (import file, how many spaces it takes over).
    """

    files: list[tuple[Path, State]] = field(default_factory=list)
    imports: dict[str, tuple[Path, int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def migrate(source: Path, target: Path, connect: Connect | None = None) -> Migration:
    """Writes what `source` holds as a project of this kind into `target`; nothing there is overwritten.

    Args:
        connect: the way to an environment's workspace; None never looks at one.

    Raises:
        NotAForgeProject: no specs in `source`.
    """
    forge = read_project(source)
    done = Migration(notices=forge.notices)
    settings = {name: _settings(each, done.notices) for name, each in forge.environments.items()}
    for name, each in settings.items():
        _write(done, target / f"Pulumi.{name}.yaml", to_yaml({"config": _config(each)}))
    for file in forge.specs:
        text = _Spec(file, forge, settings, target, connect, done).text()
        _write(done, target / "spaces" / file.name, text)
    for name, environment in forge.environments.items():
        if environment.space_ids:
            _write_imports(done, target / f"import.{name}.json", name, environment)
    _check(done, target, settings)
    return done


# ── stack files ─────────────────────────────────────────────────────────────────────────────


def _settings(environment: Environment, notices: list[str]) -> Settings:
    prefix = environment.title_prefix
    sent = [title for title in environment.titles.values() if title]
    if prefix and sent and not any(title.startswith(prefix) for title in sent):
        notices.append(f"{environment.name}: the title prefix {prefix!r} was never used in titles; left out")
        prefix = ""
    variables = {"env": environment.name, **environment.variables}
    return Settings(host=environment.host, profile=environment.profile, title_prefix=prefix, variables=variables)


def _config(settings: Settings) -> Properties:
    given = {"host": settings.host, "profile": settings.profile, "title_prefix": settings.title_prefix}
    config: Properties = {f"{NAMESPACE}:{key_of(name)}": value for name, value in given.items() if value}
    return {**config, f"{NAMESPACE}:variables": settings.variables}


def _write_imports(done: Migration, file: Path, name: str, environment: Environment) -> None:
    resources = [{"type": TYPE, "name": logical, "id": space_id} for logical, space_id in environment.space_ids.items()]
    _write(done, file, json.dumps({"resources": resources}, indent=2) + "\n")
    done.imports[name] = (file, len(resources))


# ── specs ───────────────────────────────────────────────────────────────────────────────────


class _Spec:
    """One spec file on its way."""

    def __init__(
        self,
        file: Path,
        forge: ForgeProject,
        settings: Mapping[str, Settings],
        target: Path,
        connect: Connect | None,
        done: Migration,
    ) -> None:
        self.file, self.forge, self.settings = file, forge, settings
        self.target, self.connect, self.done = target, connect, done
        self.project_name = stackfile.project_name(target)

    def text(self) -> str:
        """The file's text, its deployed spaces as the workspace has them."""
        text = read_text(self.file)
        if self.file.suffix == ".json":
            return text
        held: dict[str, Properties] = {}
        for at, space in _spaces(text):
            name = str(space.get("name") or space.get("space_id") or self.file.stem)
            environment = self._deployed_in(name)
            if environment:
                text = self._adapted(text, at, name, environment, held)
        return text + _as_comment(held) if held else text

    def _deployed_in(self, name: str) -> Environment | None:
        """The environment whose space the spec is to equal: dev before others."""
        found = [each for each in self.forge.environments.values() if name in each.space_ids]
        found.sort(key=lambda each: (each.name != "dev", each.name))
        if len(found) > 1:
            others = ", ".join(each.name for each in found[1:])
            self.done.notices.append(
                f"{name}: compared with {found[0].name} only; the preview shows how {others} differ"
            )
        return found[0] if found else None

    def _adapted(
        self, text: str, at: tuple[str | int, ...], name: str, environment: Environment, held: dict[str, Properties]
    ) -> str:
        settings = self.settings[environment.name]
        variables = Variables(settings.variables, environment.name)
        owner = ownership_key(self.project_name, environment.name, name)
        value = _at(loader.read_document(text, self.file.name, variables, []).value, at)
        try:
            spec = _spec_of(value, at)
            before = inputs_of(spec, owner, settings.defaults)
            live = self._live(settings, environment.space_ids[name], owner, before) or inputs_of(
                _spec_of(as_sent(value), at), owner, settings.defaults
            )
            marks = diff.marks(before)
            told = retell(text, at, live, marks, owner, settings, variables, "theirs")
        except (GenieError, ValueError, TypeError, KeyError) as error:
            why = "its problems are listed below" if isinstance(error, ValidationError) else error
            self.done.notices.append(f"{name}: left as it is written: {why}")
            return text
        self._note(text, at, name, before, live, told.entries, held)
        return told.text

    def _note(
        self,
        text: str,
        at: tuple[str | int, ...],
        name: str,
        before: Properties,
        live: Properties,
        taken: list[str],
        held: dict[str, Properties],
    ) -> None:
        written = _at(Document(text, self.file.name).value, at)
        unsent = {key: written[key] for key in _HELD_BACK if key in before and not live.get(key) and key in written}
        if unsent:
            held[name] = unsent
        others = [entry for entry in taken if not entry.startswith(tuple(unsent) or ("\0",))]
        if others:
            self.done.notices.append(f"{name}: brought to what the workspace holds: {', '.join(others)}")

    def _live(self, settings: Settings, space_id: str, owner: str, spec: Properties) -> Properties | None:
        """The space as it is now; None where the workspace cannot be reached."""
        if self.connect is None:
            return None
        try:
            workspace = self.connect(settings)
            remote = workspace.get(space_id)
        except GenieError as error:
            said = f"the workspace was not asked: {str(error).splitlines()[0]}"
            if said not in self.done.notices:
                self.done.notices.append(said)
            return None
        if remote is None or remote.body is None:
            self.done.problems.append(f"{owner.rpartition('/')[2]}: the space {space_id} is gone, or hidden from you")
            return None
        head: Properties = {"title": remote.title, "description": remote.description}
        head["warehouse"] = spec.get("warehouse", "")
        if head["warehouse"] and workspace.find_warehouse(head["warehouse"]).id != remote.warehouse_id:
            head["warehouse"] = remote.warehouse_id
        if "parent_path" in spec:
            head["parent_path"] = remote.parent_path
        live = {**head, **wire.from_body(remote.body, owner)}
        return {key: value for key, value in live.items() if value}


def _spaces(text: str) -> list[tuple[tuple[str | int, ...], Properties]]:
    value = Document(text, "").value
    if not isinstance(value, dict):
        return []
    spaces = value.get("spaces")
    if isinstance(spaces, list):
        return [(("spaces", at), space) for at, space in enumerate(spaces) if isinstance(space, dict)]
    return [((), value)]


def _spec_of(value: Properties, at: tuple[str | int, ...]) -> SpaceSpec:
    of_file = () if at else ("version", "author")
    return SpaceSpec.model_validate({key: part for key, part in value.items() if key not in of_file})


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _as_comment(held: Mapping[str, Properties]) -> str:
    lines = to_yaml(dict(held)).splitlines()
    return "".join(f"# {line}".rstrip() + "\n" for line in ("", _HEADING, *lines)).replace("#\n", "\n", 1)


# ── files ───────────────────────────────────────────────────────────────────────────────────


def _write(done: Migration, file: Path, text: str) -> None:
    state: State = "written"
    if file.exists():
        state = "unchanged" if file.read_bytes() == text.encode("utf-8") else "kept"
    if state == "written":
        write_file(file, text)
    done.files.append((file, state))


def _check(done: Migration, target: Path, settings: Mapping[str, Settings]) -> None:
    """Every spec against every environment: what Genie-Forge let pass may be an error here."""
    for name, each in settings.items():
        loaded = loader.load([target / "spaces"], Variables(each.variables, name))
        done.problems += [f"{problem}" for problem in loaded.errors if str(problem) not in done.problems]
