"""runs: what pulumi itself remembers of its runs: its list of updates and, in a folder, the states they left."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...codec.veil import unveiled
from ..pulumi_cli import TYPE, Engine, EngineError, HeldSpace
from ..recover import state_folder

_PAGE: Final = 50


@dataclass(frozen=True)
class PulumiRun:
    """One run of pulumi that changed the state, or tried.

    Attributes:
        began, ended: RFC 3339.
        result: "succeeded", "failed", "in-progress".
        environment: what pulumi noted: git.head, git.dirty, git.author, exec.kind, pulumi.version, …
    """

    kind: str
    began: str
    ended: str
    result: str
    message: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.began} {self.kind}"


def latest_runs(engine: Engine, known: frozenset[str] = frozenset()) -> list[PulumiRun]:
    """The runs that are newer than any known one, oldest first; all where none is known.

    Args:
        known: keys of runs.

    Raises:
        EngineError: pulumi's own words.
    """
    found: list[PulumiRun] = []
    page = 1
    while True:
        answer = engine.ask("stack", "history", "--json", f"--page-size={_PAGE}", f"--page={page}")
        if answer.code:
            raise EngineError(f"pulumi stack history did not succeed:\n{answer.words}")
        runs = [_run_of(each) for each in json.loads(answer.out or "[]") or []]
        for run in runs:
            if run.key in known:
                return found[::-1]
            found.append(run)
        if len(runs) < _PAGE or not known:
            return found[::-1]
        page += 1


def _run_of(held: Mapping[str, Any]) -> PulumiRun:
    return PulumiRun(
        str(held.get("kind", "")),
        str(held.get("startTime", "")),
        str(held.get("endTime", "")),
        str(held.get("result", "")),
        str(held.get("message") or "").partition("\n")[0],
        {str(name): str(value) for name, value in (held.get("environment") or {}).items()},
    )


def kept_states(engine: Engine, runs: list[PulumiRun]) -> dict[str, dict[str, HeldSpace]]:
    """Run's key → the spaces of the state that it left, for those that the backend kept (a folder does)."""
    root = state_folder(engine.backend_url(), engine.project)
    if root is None or not runs:
        return {}
    folder = root / "history" / engine.project_name / engine.stack_file_name
    wanted = {run.key for run in runs}
    found = {}
    for file in sorted(folder.glob("*.history.json*")):
        if file.name.endswith(".attrs"):
            continue
        held = _read(file)
        key = _key_of(held)
        state = _read(file.with_name(file.name.replace(".history.", ".checkpoint.")))
        if key in wanted and state:
            found[key] = spaces_in((state.get("checkpoint") or {}).get("latest") or {})
    return found


def spaces_in(deployment: Mapping[str, Any]) -> dict[str, HeldSpace]:
    """The Genie spaces of a deployment, by name."""
    found = {}
    for each in deployment.get("resources") or []:
        if each.get("type") == TYPE and not each.get("delete"):
            name = str(each["urn"]).rpartition("::")[2]
            found[name] = HeldSpace(
                name, each["urn"], each.get("id", ""), unveiled(each.get("inputs") or {}), each.get("outputs") or {}
            )
    return found


def _key_of(held: Mapping[str, Any]) -> str:
    """As `PulumiRun.key`: the file has seconds since 1970."""
    from datetime import datetime, timezone

    try:
        began = datetime.fromtimestamp(int(held.get("startTime") or 0), timezone.utc)
    except (ValueError, TypeError):
        return ""
    return f"{began.strftime('%Y-%m-%dT%H:%M:%S')}.000Z {held.get('kind', '')}"


def _read(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
        held = json.loads(gzip.decompress(data) if file.name.endswith(".gz") else data)
    except (OSError, ValueError, EOFError):
        return {}
    return held if isinstance(held, dict) else {}


# ── what a run met ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Met:
    """A space as the run found it in the workspace, before it changed anything."""

    inputs: dict[str, Any]
    op: str
    edited: str = ""


def met_by(log: Path) -> dict[str, Met]:
    """Name → the space as read, out of the engine's log of events; none where there is no log."""
    return dict(_met(log)) if log.is_file() else {}


def _met(log: Path) -> Iterator[tuple[str, Met]]:
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if '"resourcePreEvent"' not in line or TYPE not in line:
                continue
            try:
                data = (json.loads(line).get("resourcePreEvent") or {}).get("metadata") or {}
            except ValueError:  # the last line of a run that was cut short
                continue
            old = data.get("old") or {}
            if data.get("op") in ("update", "same", "delete") and data.get("type") == TYPE and old.get("inputs"):
                seen = str((old.get("outputs") or {}).get("__seen") or "")
                yield str(data["urn"]).rpartition("::")[2], Met(unveiled(old["inputs"]), data["op"], seen)
