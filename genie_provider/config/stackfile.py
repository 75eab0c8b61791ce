"""stackfile: settings from Pulumi.yaml and Pulumi.<stack>.yaml, without Pulumi.

For the commands that need no engine, and for what the engine does not do: variables of the project
and of the stack are merged, key by key, the stack's first.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ..errors import GenieError, Place, Problem, SettingsError, SpecError
from ..model.variables import Variables
from .settings import NAMESPACE, Settings, parse

_STACK_FILE = re.compile(r"Pulumi\.(.+)\.ya?ml\Z")


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
    return str(_read(project / "Pulumi.yaml").get("name", ""))


def stack_settings(project: Path, stack: str) -> Settings:
    """The settings of one stack's file over the project's.

    Values that are encrypted there are left out: what needs them runs inside Pulumi.

    Raises:
        SettingsError: no such file, or a setting that cannot be meant.
    """
    file = _stack_file(project, stack)
    if file is None:
        names = ", ".join(stack_names(project)) or "none"
        raise SettingsError(f"there is no Pulumi.{stack}.yaml in {project.name or project} (stacks: {names})")
    values = {**_config(project / "Pulumi.yaml"), **_config(file)}
    values["variables"] = {**project_variables(project), **_plain(_config(file).get("variables") or {})}
    return parse(values)


def as_of_now(settings: Settings, stack: str) -> Settings:
    """The settings with what the stack's file in this folder says today about where and when to read.

    Secrets and the rest stay: without Pulumi they cannot be read, or do not matter to a reader.
    """
    try:
        now = stack_settings(Path.cwd(), stack)
    except (GenieError, OSError):
        return settings
    place = now if now.host or now.profile else settings
    return replace(settings, host=place.host, profile=place.profile, read_before_preview=now.read_before_preview)


def variables_of(project: Path, stack: str) -> Variables:
    return Variables(stack_settings(project, stack).variables, stack)


def variables_of_all(project: Path) -> Variables:
    """Variables for a check of specs against every stack at once."""
    stacks = stack_names(project)
    if not stacks:
        return Variables(project_variables(project))
    known = {stack: stack_settings(project, stack).variables for stack in stacks}
    merged: dict[str, Any] = {"stack": stacks[0]}
    for stack in reversed(stacks):
        merged.update(known[stack])
    return Variables(
        merged,
        source=" and ".join(f"Pulumi.{stack}.yaml" for stack in stacks),
        required_by={stack: set(values) for stack, values in known.items()},
    )


def project_variables(project: Path) -> dict[str, Any]:
    """`genie:variables` of Pulumi.yaml, which hold for every stack."""
    return _plain(_config(project / "Pulumi.yaml").get("variables") or {})


def _stack_file(project: Path, stack: str) -> Path | None:
    files = [project / f"Pulumi.{stack}.{suffix}" for suffix in ("yaml", "yml")]
    return next((file for file in files if file.is_file()), None)


def _config(file: Path) -> dict[str, Any]:
    """The genie settings of a project or stack file, namespace taken off, encrypted ones left out."""
    config = _read(file).get("config") or {}
    prefix = f"{NAMESPACE}:"
    found = {}
    for key, value in config.items():
        if not str(key).startswith(prefix):
            continue
        if isinstance(value, dict) and value.keys() & {"value", "default"} and file.name == "Pulumi.yaml":
            value = value.get("value", value.get("default"))
        if not (isinstance(value, dict) and value.keys() == {"secure"}):
            found[str(key).removeprefix(prefix)] = value
    return found


def _plain(variables: dict[str, Any]) -> dict[str, Any]:
    """Encrypted variables count as known, with a stand-in for their value."""
    return {
        name: "secret" if isinstance(value, dict) and "secure" in value else value for name, value in variables.items()
    }


def _read(file: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError:
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file.name, mark.line + 1, mark.column + 1) if mark else Place(file.name)
        raise SpecError([Problem(f"not YAML: {getattr(error, 'problem', error)}", place)]) from None
    return value if isinstance(value, dict) else {}
