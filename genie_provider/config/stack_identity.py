"""stack_identity: what tells one stack from every other: an id made once, and where its state lies.

The id (`genie:stackId`) stands in the stack's file. So it outlives the state, travels with the files, and is the
same on every machine. The program makes it the first time it runs on somebody's machine. In CI, where files are
not committed back, nothing is written: an id of one run would be another one in the next.

A project that is copied, file and all, has the same id until somebody takes it out. That is why a mark also says
which state its run worked with (`state_place`): two teams, and two clones with a state each, differ there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from ..errors import GenieError
from ..model.ownership_key import digest
from ..yamlio.reader import Document
from .settings import NAMESPACE
from .stackfile import project_name

KEY = f"{NAMESPACE}:stackId"


def new_stack_id() -> str:
    """Eleven characters that no YAML reader takes for a number."""
    return "s" + secrets.token_hex(5)


def ensure(folder: Path, project: str, stack: str, env: Mapping[str, str] = os.environ) -> str:
    """The stack's id: the one in its file, else a new one that is written there; "" where it cannot be kept."""
    if env.get("CI") or project_name(folder) != project:
        return ""
    file = next(
        (file for file in (folder / f"Pulumi.{stack}.{end}" for end in ("yaml", "yml")) if file.is_file()), None
    )
    file = file or folder / f"Pulumi.{stack}.yaml"
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        held = _config(text).get(KEY)
        if held:
            return str(held)
        written = _with_line(text, f"{KEY}: {new_stack_id()}")
        if {**_config(text), KEY: None} != {**_config(written), KEY: None}:
            return ""  # not the plain block that Pulumi writes: left to the person
        _replace(file, written)
        # Whoever else wrote at the same moment: what stands there now counts for both.
        return str(_config(file.read_text(encoding="utf-8")).get(KEY) or "")
    except (OSError, ValueError, GenieError):
        return ""


def _config(text: str) -> dict[str, object]:
    found = _parsed(text)
    config = found.get("config") if isinstance(found, dict) else None
    return config if isinstance(config, dict) else {}


def _parsed(text: str) -> object:
    document = Document(text, "Pulumi.yaml")
    if document.problems:
        raise ValueError("not YAML")
    return document.value


def _with_line(text: str, line: str) -> str:
    """The text with one more line at the end of the block `config:`."""
    lines = text.splitlines(keepends=True)
    at = next((number for number, each in enumerate(lines) if re.match(r"config:\s*(#.*)?$", each)), None)
    if at is None:
        return f"{text.rstrip()}\nconfig:\n  {line}\n".lstrip("\n")
    end, indent = at + 1, ""
    for number in range(at + 1, len(lines)):
        if not lines[number].strip():
            continue
        space = re.match(r"[ \t]*", lines[number])
        if not space or not space.group():
            break
        if not lines[number].lstrip().startswith("#"):
            indent = indent or space.group()
        end = number + 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return "".join([*lines[:end], f"{indent or '  '}{line}\n", *lines[end:]])


def _replace(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        if file.exists():
            beside.chmod(file.stat().st_mode)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


# ── where the state lies ────────────────────────────────────────────────────────────────────


def state_place(folder: Path, env: Mapping[str, str] = os.environ) -> str:
    """Eight digits that tell the backend of this run from others; "" where nobody knows.

    A file backend is one on this very machine; a bucket, or Pulumi Cloud, is the same from everywhere.
    """
    url = (env.get("PULUMI_BACKEND_URL") or _of_project(folder) or _logged_in(env)).partition("?")[0].rstrip("/")
    if not url:
        return ""
    if not url.startswith("file:"):
        return digest(url)
    path = url.removeprefix("file:").removeprefix("//")
    home = env.get("HOME") or str(Path.home())
    where = home + path.removeprefix("~") if path.startswith("~") else str((folder / path).resolve())
    return digest(f"{socket.gethostname()}\0{where.rstrip('/')}")


def _of_project(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError, GenieError):
        project = _parsed((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        backend = project.get("backend") if isinstance(project, dict) else None
        return str(backend.get("url") or "") if isinstance(backend, dict) else ""
    return ""


def _logged_in(env: Mapping[str, str]) -> str:
    home = Path(env.get("PULUMI_HOME") or Path(env.get("HOME") or Path.home(), ".pulumi"))
    with contextlib.suppress(OSError, ValueError):
        held = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
        return str(held.get("current") or "") if isinstance(held, dict) else ""
    return ""
