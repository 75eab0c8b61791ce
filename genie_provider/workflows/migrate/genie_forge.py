"""genie_forge: a project of Genie-Forge, read as it lies there; nothing of it is changed.

`conf/spaces` holds specs, `conf/environments` a file for each environment, `.genie-forge.json` says which
spaces it made where. Its parser leaves things out when it sends a space (`as_sent`), which matters to
whoever wants to know what the workspace holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...errors import GenieError
from ...yamlio.reader import Document, read_text

STATE_FILE: Final = ".genie-forge.json"
SUFFIXES: Final = (".yaml", ".yml", ".json")

_NEVER_SENT = ("description", "tags", "benchmarks", "permissions", "author", "version")
_COLUMN_KEYS = {"column_name", "description", "synonyms", "enable_format_assistance", "enable_entity_matching"}
_SNIPPET_KEYS = {"id", "sql", "display_name", "instruction", "synonyms"}
_LISTS = {"synonyms", "default_value"}


class NotAForgeProject(GenieError):
    """The folder holds no specs where Genie-Forge has them."""


@dataclass
class Environment:
    """One environment.

    Attributes:
        space_ids: logical name → the workspace's id, for the spaces that were made there.
        titles: logical name → title, as last sent.
    """

    name: str
    host: str = ""
    profile: str = ""
    title_prefix: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    space_ids: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


@dataclass
class ForgeProject:
    folder: Path
    specs: list[Path] = field(default_factory=list)
    environments: dict[str, Environment] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def read_project(folder: Path) -> ForgeProject:
    """What the folder holds.

    Raises:
        NotAForgeProject: no specs.
    """
    project = ForgeProject(folder)
    specs = _first_folder(folder, "spaces")
    if specs is None:
        raise NotAForgeProject(f"{folder} has neither conf/spaces nor spaces")
    project.specs = sorted(file for file in specs.iterdir() if file.suffix in SUFFIXES and file.is_file())
    for below in sorted(path for path in specs.iterdir() if path.is_dir() and not path.name.startswith(".")):
        project.notices.append(f"{below}: Genie-Forge does not read sub-folders; left where it is")
    environments = _first_folder(folder, "environments")
    for file in sorted(environments.iterdir()) if environments else ():
        if file.suffix in SUFFIXES:
            project.environments[file.stem] = _environment(file, project.notices)
    _add_state(project, folder / STATE_FILE)
    return project


def as_sent(space: Mapping[str, Any]) -> dict[str, Any]:
    """The space as Genie-Forge sends it: without what it leaves out, lists of lines glued together."""
    sent = {key: deepcopy(value) for key, value in space.items() if key not in _NEVER_SENT}
    sources = sent.get("data_sources") or {}
    sources.pop("metric_views", None)
    for table in sources.get("tables") or ():
        if isinstance(table, dict):
            columns = table.get("column_configs") or []
            table["column_configs"] = [
                {key: value for key, value in column.items() if key in _COLUMN_KEYS}
                for column in columns
                if isinstance(column, dict)
            ]
    instructions = sent.get("instructions") or {}
    snippets = instructions.get("sql_snippets") or {}
    for kind, entries in snippets.items():
        if isinstance(entries, list):
            snippets[kind] = [{key: value for key, value in entry.items() if key in _SNIPPET_KEYS} for entry in entries]
    joins = instructions.pop("join_specs", None)
    sent = _glued(sent)
    texts = (sent.get("instructions") or {}).get("text_instructions") or []
    if texts:
        sent["instructions"]["text_instructions"] = ["".join(map(_content, texts))]
    if joins is not None:
        sent["instructions"]["join_specs"] = joins
    return sent


def _content(instruction: Any) -> str:
    return str(instruction.get("content", "") if isinstance(instruction, dict) else instruction)


def _glued(value: Any, key: str = "") -> Any:
    """Lists of texts as one text: the workspace joins them without anything in between."""
    if isinstance(value, dict):
        return {name: part if name in _LISTS else _glued(part, name) for name, part in value.items()}
    if isinstance(value, list):
        if value and key not in ("sample_questions", "text_instructions", "tables", "sql_functions"):
            texts = [part for part in value if isinstance(part, str)]
            if len(texts) == len(value):
                return "".join(texts)
        return [_glued(part) for part in value]
    return value


def _first_folder(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / "conf" / name, folder / name) if path.is_dir()), None)


def _environment(file: Path, notices: list[str]) -> Environment:
    value = Document(read_text(file), file.as_posix()).value
    if not isinstance(value, dict):
        notices.append(f"{file}: not a map of settings; nothing was taken from it")
        return Environment(file.stem)
    auth, naming = _map(value, "auth"), _map(value, "naming")
    found = Environment(
        file.stem,
        host=_given(value, "workspace_url", file, notices),
        profile=_given(auth, "profile", file, notices),
        title_prefix=str(naming.get("title_prefix") or ""),
    )
    for name in ("workspace_url", "warehouse_id"):
        if name in value and not _is_placeholder(value[name]):
            found.variables[name] = value[name]
    for name, text in _map(value, "variables").items():
        if _is_placeholder(text):
            notices.append(f"{file}: the variable {name} has no value yet ({text}); set it in the stack file")
        found.variables[name] = text
    if naming.get("prefix"):
        notices.append(f"{file}: naming.prefix has no use here; genie:titlePrefix goes before titles")
    return found


def _add_state(project: ForgeProject, file: Path) -> None:
    """Which spaces were made where; a state that cannot be read is said, not guessed."""
    if not file.is_file():
        project.notices.append(f"there is no {STATE_FILE}: no space is taken over")
        return
    try:
        state = json.loads(read_text(file))
    except (ValueError, OSError) as error:
        project.notices.append(f"{file} cannot be read ({error}); no space is taken over")
        return
    environments = state.get("environments") if isinstance(state, dict) else None
    for name, held in (environments or {}).items():
        if not isinstance(held, dict):
            continue
        found = project.environments.setdefault(name, Environment(name))
        found.host = found.host or str(held.get("workspace_url") or "")
        for logical, space in _map(held, "spaces").items():
            if isinstance(space, dict) and str(space.get("status", "")).upper() != "DESTROYED":
                _add_space(found, logical, space)


def _add_space(environment: Environment, logical: str, space: Mapping[str, Any]) -> None:
    space_id = space.get("databricks_space_id") or space.get("space_id")
    if isinstance(space_id, str) and space_id:
        environment.space_ids[logical] = space_id
        environment.titles[logical] = str(space.get("title") or "")


def _map(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _given(value: Mapping[str, Any], key: str, file: Path, notices: list[str]) -> str:
    text = value.get(key)
    if _is_placeholder(text):
        notices.append(f"{file}: {key} is still the placeholder {text}; set it in the stack file")
        return ""
    return str(text or "")


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("<") and value.endswith(">")
