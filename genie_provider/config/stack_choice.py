"""stack_choice: which stack a command means, by the rule that Pulumi itself follows.

`--stack`, else PULUMI_STACK, else the one selected with `pulumi stack select`, else the project's only one. Tried on
the CLI 3.258: PULUMI_STACK wins over a selected stack there, so it does here, or `genie status` and
`pulumi up` in one shell would speak of two stacks.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from . import stackfile


@dataclass(frozen=True)
class StackChoice:
    """A stack by the name of its file, and what decided for it.

    Attributes:
        stack: as Pulumi.<stack>.yaml is called, without organisation and project.
        qualified: as Pulumi knows it, where that says more: acme/sales-genie/dev.
        reason: for people: "--stack", "PULUMI_STACK", "selected", "the only one"; "" where there is none.
    """

    stack: str = ""
    qualified: str = ""
    reason: str = ""


def choose(project: Path, asked: str | None = None, env: Mapping[str, str] = os.environ) -> StackChoice:
    """The stack that is meant; an empty choice where the project has no stack at all.

    Raises:
        SettingsError: there are several, and nothing says which.
    """
    given = [
        (asked or "", "--stack"),
        (env.get("PULUMI_STACK", ""), "PULUMI_STACK"),
        (selected(project, env), "selected"),
    ]
    for name, reason in given:
        if name:
            plain = name.rpartition("/")[2]
            # Backends without organisations, such as files and buckets, call theirs so.
            return StackChoice(plain, plain if name.startswith("organization/") else name, reason)
    names = stackfile.stack_names(project)
    if len(names) > 1:
        raise SettingsError(
            f"which stack? There are {', '.join(names)}; say it with --stack {names[0]}, "
            f"or once for all with `pulumi stack select {names[0]}`"
        )
    return StackChoice(names[0], names[0], "the only one") if names else StackChoice()


def selected(project: Path, env: Mapping[str, str] = os.environ) -> str:
    """What `pulumi stack select` left in Pulumi's home for this project; "" where it left nothing.

    The CLI names the file after the project and a hash of the path of Pulumi.yaml; 3.258 keeps a stack for each
    backend in it, older ones a single one.
    """
    for told in filter(None, map(_read, _files(project, env))):
        stacks = told.get("stacks")
        if isinstance(stacks, dict) and stacks:
            backend = env.get("PULUMI_BACKEND_URL", "")
            if len(stacks) == 1 and (not backend or backend in stacks):
                return str(next(iter(stacks.values())))
            return str(stacks.get(backend or _logged_in(env), ""))
        if told.get("stack"):
            return str(told["stack"])
    return ""


def pulumi_home(env: Mapping[str, str] = os.environ) -> Path:
    """Where the CLI keeps log-ins, plug-ins and selections."""
    return Path(env.get("PULUMI_HOME") or Path(env.get("HOME") or Path.home(), ".pulumi"))


def _files(project: Path, env: Mapping[str, str]) -> list[Path]:
    """Where the selection may stand: Go takes the folder as the shell names it, links and all."""
    name = stackfile.project_name(project)
    as_named = Path(env.get("PWD", "")) if env.get("PWD") else project
    folders = [project, *(folder for folder in (as_named, *as_named.parents) if (folder / "Pulumi.yaml").is_file())]
    home = pulumi_home(env) / "workspaces"
    hashes = (hashlib.sha1(str(folder / "Pulumi.yaml").encode()).hexdigest() for folder in dict.fromkeys(folders))
    return [home / f"{name}-{each}-workspace.json" for each in hashes]


def _logged_in(env: Mapping[str, str]) -> str:
    """The backend of `pulumi login`."""
    return str((_read(pulumi_home(env) / "credentials.json") or {}).get("current", ""))


def _read(file: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
