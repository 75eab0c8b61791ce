"""stackfile: settings from Pulumi.yaml and Pulumi.<stack>.yaml, without Pulumi.

For the commands that need no engine, and for what the engine does not do: variables of the project and of the stack
are merged, key by key, the stack's first; errors name file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ..errors import GenieError, Place, Problem, SettingsError, SpecError
from ..lint.around import setting_key
from ..lint.check import problem_of
from ..yamlio.reader import Document, read_text
from . import variable_values
from .settings import KEYS, NAMESPACE, TOKEN_IN_CLEAR, Settings, parse

_STACK_FILE = re.compile(r"Pulumi\.(.+)\.ya?ml\Z")
_PREFIX: Final = f"{NAMESPACE}:"


def project_folder(start: Path | None = None) -> Path:
    """The nearest folder upward that holds a Pulumi.yaml; `start` itself where none does."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    return here


def stack_names(project: Path) -> list[str]:
    """The stacks that have a file in the project, dev first."""
    names = [match.group(1) for file in project.glob("Pulumi.*") if (match := _STACK_FILE.match(file.name))]
    return sorted(names, key=lambda name: (name != "dev", name))


def project_name(project: Path) -> str:
    value = _document(project / "Pulumi.yaml").value
    return str(value.get("name") or "") if isinstance(value, dict) else ""


def provider_path(project: Path) -> str:
    """Where Pulumi.yaml says the host of dynamic resources lies; "" where it does not."""
    plugins = _project_key(project, "plugins")
    providers = plugins.get("providers") if isinstance(plugins, dict) else None
    for each in providers if isinstance(providers, list) else []:
        if isinstance(each, dict) and each.get("name") == "pulumi-python":
            return str(each.get("path") or "").rstrip("/")
    return ""


def has_backend(project: Path) -> bool:
    """Whether Pulumi.yaml itself says where the states are."""
    return bool(_project_key(project, "backend"))


def _project_key(project: Path, key: str) -> Any:
    """What stands at a key of Pulumi.yaml; None where nothing does."""
    value = _document(project / "Pulumi.yaml").value
    return value.get(key) if isinstance(value, dict) else None


def stack_settings(project: Path, stack: str) -> Settings:
    """The settings of one stack's file over the project's.

    Values that are encrypted there are left out: what needs them runs inside Pulumi.

    Raises:
        SettingsError: no such file, or settings that cannot be meant.
        SpecError: text that is not YAML, or variables that mean something else to Pulumi.
    """
    file = _stack_file(project, stack)
    if file is None:
        names = ", ".join(stack_names(project)) or "none"
        raise SettingsError(f"there is no Pulumi.{stack}.yaml in {project.name or project} (stacks: {names})")
    whole, own = _config(project / "Pulumi.yaml"), _config(file, project_name(project))
    values = {**whole.values, **own.values}
    values["variables"] = {**whole.variables, **own.variables}
    return parse(values, {**whole.places, **own.places})


def specs_folder(project: Path, settings: Settings) -> Path:
    """Where the stack's specs are: below the project, or wherever an absolute path says."""
    return project / settings.specs


def as_of_now(settings: Settings, stack: str) -> Settings:
    """The settings with what the stack's file in this folder says today about where and when to read, and its id.

    Secrets and the rest stay: without Pulumi they cannot be read, or do not matter to a reader.
    """
    try:
        now = stack_settings(Path.cwd(), stack)
    except (GenieError, OSError):
        return settings
    place = now if now.host or now.profile else settings
    return replace(
        settings,
        host=place.host,
        profile=place.profile,
        read_before_preview=now.read_before_preview,
        stack_id=now.stack_id or settings.stack_id,
    )


def project_variables(project: Path) -> dict[str, Any]:
    """`genie:variables` of Pulumi.yaml, which hold for every stack."""
    return _config(project / "Pulumi.yaml").variables


def odd_keys(project: Path, stack: str) -> list[Problem]:
    """Settings without `genie:` before them, which go to the project's own namespace and are not ours."""
    name = project_name(project)
    files = [project / "Pulumi.yaml", _stack_file(project, stack)]
    return [problem for file in files if file for problem in _odd_keys(file, name)]


def places(project: Path, stack: str) -> dict[str, Place]:
    """Where each setting stands, without its namespace; for messages about values that came another way.

    Raises:
        SpecError: as `stack_settings`.
    """
    file = _stack_file(project, stack)
    found = _config(project / "Pulumi.yaml").places
    return {**found, **_config(file, project_name(project)).places} if file else found


def _stack_file(project: Path, stack: str) -> Path | None:
    files = [project / f"Pulumi.{stack}.{suffix}" for suffix in ("yaml", "yml")]
    return next((file for file in files if file.is_file()), None)


@dataclass
class _Config:
    """The genie settings of one file, without their namespace; encrypted ones left out."""

    values: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


def _config(file: Path, project: str = "") -> _Config:
    """Reads a project or stack file; in a project called genie, keys need no namespace, as for Pulumi."""
    document = _document(file)
    found, wrong = _Config(), []
    for key, path in _settings_in(document, project):
        value = _at(document, path)
        is_secret = isinstance(value, dict) and value.keys() == {"secure"}
        wrong += _of_reader(document, path)
        found.places[key] = document.place(path[:2], of_key=True)
        if key == "variables" and not is_secret and value is not None:
            wrong += variable_values.problems(document, path)
            found.variables = _variables(value)
        if key == "token" and value and not is_secret:
            wrong.append(Problem(TOKEN_IN_CLEAR, found.places[key]))
        if not is_secret:
            found.values[key] = value
    if wrong:
        raise SpecError(wrong)
    return found


def _settings_in(document: Document, project: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(key without its namespace, path of its value) of what is ours."""
    config = document.value.get("config") if isinstance(document.value, dict) else None
    for key, value in config.items() if isinstance(config, dict) else ():
        is_ours = key.startswith(_PREFIX) or (project == NAMESPACE and ":" not in key)
        if not is_ours:
            continue
        path: tuple[str, ...] = ("config", key)
        if document.name == "Pulumi.yaml" and isinstance(value, dict):
            path += next(((word,) for word in ("value", "default") if word in value), ())
        yield key.removeprefix(_PREFIX), path


def _at(document: Document, path: tuple[str, ...]) -> Any:
    value: Any = document.value
    for step in path:
        value = value[step]
    return value


def _variables(value: Any) -> dict[str, Any]:
    """Encrypted variables count as known, with a stand-in for their value."""
    if not isinstance(value, dict):
        return {}
    return {
        name: "secret"
        if isinstance(part, dict) and "secure" in part
        else variable_values.meant(variable_values.as_engine(part))
        for name, part in value.items()
    }


def _of_reader(document: Document, path: tuple[str, ...]) -> list[Problem]:
    """The reader's problems that are about the value at `path`; what else stands in the file is Pulumi's business."""
    first, last = document.lines(path[:2])
    return [each for each in document.problems if each.place and first <= each.place.line <= last]


def _odd_keys(file: Path, project: str) -> list[Problem]:
    document = _document(file)
    config = document.value.get("config") if isinstance(document.value, dict) else None
    if project == NAMESPACE or not isinstance(config, dict):
        return []
    return [
        problem_of(setting_key, setting_key.check(key, project), document.place(("config", key), of_key=True))
        for key in config
        if key in KEYS
    ]


def _document(file: Path) -> Document:
    """The file's document, empty where there is none.

    Raises:
        SpecError: it cannot be read, or is not YAML.
    """
    try:
        document = Document(read_text(file), file.name)
    except FileNotFoundError:
        return Document("", file.name)
    except UnicodeDecodeError as error:
        raise SpecError([Problem(f"not UTF-8 (byte {error.start})", Place(file.name))]) from None
    except OSError as error:
        raise SpecError([Problem(f"cannot be read: {error.strerror}", Place(file.name))]) from None
    if document.value is None and document.problems:
        raise SpecError(document.problems)
    return document
