"""recover: a stack after a crash: a state that can be read, no lock of a run that is gone, nothing pending.

Nothing here writes to the workspace: the spaces of a killed run are found again by the next `pulumi up`
(see `reconcile.create`), and what it was about to change is read before it is written.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import socket
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..errors import GenieError
from ..reconcile import journal
from .pulumi_cli import Engine, EngineError


class StillRunning(GenieError):
    """Another run holds the stack's lock, or may hold it."""


@dataclass
class Recovered:
    """What was found and done, a sentence each, and the spaces that the state knows now."""

    done: list[str] = field(default_factory=list)
    spaces: dict[str, str] = field(default_factory=dict)
    known: bool = True


def recover(project: Path, stack: str, *, unlock: bool = False) -> Recovered:
    """Puts the stack right again; does nothing where all is well.

    Args:
        unlock: take the lock away although its holder cannot be seen from here.

    Raises:
        StillRunning: a run of this stack is still going on, or may be.
        EngineError: pulumi's own words.
    """
    engine = Engine(project, stack)
    result = Recovered()
    folder = state_folder(engine.backend_url(), project)
    if folder is not None:
        locks = _locks(folder, engine)
        _refuse_live(locks, unlock)
        result.done += mend_state(folder, engine.project_name, engine.stack_file_name)
        lost = set_aside(folder, engine.project_name, engine.stack_file_name)
        if lost:
            engine.make()
            result.done += [*lost, *_of_journal(project, engine.stack_file_name)]
    if (folder is None and unlock) or (folder is not None and locks):
        engine.cancel()
        result.done.append("the lock of the run that ended is gone")
    try:
        result.done += _clear_pending(engine)
        result.spaces = {name: space.id for name, space in engine.spaces().items()}
    except EngineError as error:
        if "no stack named" not in str(error):
            raise
        result.known = False
    return result


# ── the lock ────────────────────────────────────────────────────────────────────────────────


def _locks(folder: Path, engine: Engine) -> list[dict[str, Any]]:
    found = []
    for file in folder.glob(f"locks/*/{engine.project_name}/{engine.stack_file_name}/*.json"):
        with contextlib.suppress(OSError, ValueError):
            lock = json.loads(file.read_text(encoding="utf-8"))
            found.append(lock if isinstance(lock, dict) else {})
    return found


def _refuse_live(locks: list[dict[str, Any]], unlock: bool) -> None:
    for lock in locks:
        holder = f"{lock.get('username', '?')}@{lock.get('hostname', '?')}, process {lock.get('pid', '?')}"
        here = lock.get("hostname") == socket.gethostname()
        if here and _is_pulumi(int(lock.get("pid") or 0)):
            raise StillRunning(f"a pulumi run of this stack is still going on ({holder}); wait for it or end it first")
        if not here and not unlock:
            raise StillRunning(
                f"the stack is locked by {holder}, since {lock.get('timestamp', '?')}, and from here nobody can "
                "see whether that run is gone; if you know that it is: --unlock"
            )


def _is_pulumi(pid: int) -> bool:
    """Whether that process lives; where the system tells names, whether it is pulumi and not a successor."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    try:
        return "pulumi" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return True


# ── the state ───────────────────────────────────────────────────────────────────────────────


def state_folder(url: str, project: Path) -> Path | None:
    """The `.pulumi` folder of a file backend; None for any other."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if parts.netloc == "~":
        return Path.home() / path.lstrip("/") / ".pulumi"
    if parts.netloc:
        return (project / parts.netloc / path.lstrip("/") / ".pulumi").resolve()
    return Path(path) / ".pulumi"


def mend_state(folder: Path, project: str, stack: str) -> list[str]:
    """Makes a state readable that a run was killed over while it wrote it; the broken file is kept.

    The file backend moves the state aside, writes it anew and then its checksum: a kill in between leaves
    an empty checksum, half a state or none ("failed to load checkpoint: EOF", "no stack named").
    """
    file = _state_file(folder / "stacks" / project, stack)
    done = []
    for checksum in (file.with_name(f"{file.name}.attrs"), file.with_name(f"{file.name}.bak.attrs")):
        if checksum.exists() and not _is_json(checksum):
            checksum.unlink()
            done.append(f"removed the empty checksum {checksum.name}")
    if _is_whole(file):
        return done
    good = _last_good(folder, file, project, stack)
    if good is None:
        return done
    if file.exists():
        file.replace(file.with_name(f"{file.name}.broken"))
    file.with_name(f"{file.name}.attrs").unlink(missing_ok=True)
    shutil.copyfile(good, file)
    done.append(f"the state was cut off while it was written; {good.name} is in its place")
    return done


def set_aside(folder: Path, project: str, stack: str) -> list[str]:
    """Puts a state that no copy can replace out of the way, so that an empty one can be begun; nothing is deleted.

    A first deploy on a full disk cuts off state and copy alike: then pulumi can neither read nor remove the stack.
    """
    file = _state_file(folder / "stacks" / project, stack)
    if not file.exists() or _is_whole(file):
        return []
    for part in (file, file.with_name(f"{file.name}.bak")):
        if part.exists():
            part.replace(part.with_name(f"{part.name}.broken"))
        part.with_name(f"{part.name}.attrs").unlink(missing_ok=True)
    return [f"the state was cut off and so is every copy; the stack begins anew with an empty one ({file.name}.broken)"]


def _of_journal(project: Path, stack: str) -> list[str]:
    names = sorted(name for name, entry in journal.read(project / journal.FOLDER, stack).items() if entry.space_id)
    if not names:
        return ["its spaces are not lost: pulumi preview says which it takes over, by their marks"]
    return [f"the next pulumi up finds by their marks what this machine made: {', '.join(names)}"]


def _last_good(folder: Path, file: Path, project: str, stack: str) -> Path | None:
    suffix = file.name.removeprefix(stack)
    backups = (folder / "backups" / project / stack).glob(f"{stack}.*{suffix}")
    newest_first = sorted(backups, key=lambda each: each.stat().st_mtime, reverse=True)
    return next((each for each in (file.with_name(f"{file.name}.bak"), *newest_first) if _is_whole(each)), None)


def _state_file(folder: Path, stack: str) -> Path:
    """The state, plain or compressed (PULUMI_DIY_BACKEND_GZIP, …_ZSTD); where only a copy of it is left, its place.

    A change between the two leaves an old copy of the other form behind, so the newest of all decides.
    """
    names = [f"{stack}.json{suffix}" for suffix in _FORMS]
    found = [folder / name for name in names if (folder / name).exists()]
    found = found or [folder / name for name in names if (folder / f"{name}.bak").exists()]
    return max(found, key=_changed_at, default=folder / names[0])


def _changed_at(file: Path) -> float:
    there = file if file.exists() else file.with_name(f"{file.name}.bak")
    return there.stat().st_mtime


_FORMS = ("", ".gz", ".zst")
_ZSTD_MAGIC = bytes.fromhex("28b52ffd")


def _is_whole(file: Path) -> bool:
    """Whether the engine can read that state. Of Zstandard, which Python cannot read, only the beginning is told."""
    form = next(form for form in (*_FORMS[1:], "") if file.name.removesuffix(".bak").endswith(form))
    try:
        if form == ".zst":
            with file.open("rb") as stream:
                return stream.read(len(_ZSTD_MAGIC)) == _ZSTD_MAGIC
        return isinstance(json.loads(gzip.decompress(file.read_bytes()) if form else file.read_bytes()), dict)
    except (OSError, EOFError, zlib.error, ValueError):
        return False


def _is_json(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_bytes()), dict)
    except (OSError, ValueError):
        return False


def _clear_pending(engine: Engine) -> list[str]:
    """Takes out of the state what the killed run had begun: the engine keeps that for ever."""
    exported = engine.export()
    deployment = exported.get("deployment") or {}
    pending = deployment.pop("pending_operations", None)
    if not pending:
        return []
    engine.put_back(exported)
    begun = sorted(f"{each['type']} {_name(each)}" for each in pending)
    done = [f"no longer pending: {', '.join(begun)}", *(said for each in pending if (said := _forgotten(each)))]
    if any(each["type"] == "deleting" for each in pending):
        done.append("what was being trashed may be shown as live for a while; wait a minute before the next pulumi up")
    return done


def _name(pending: dict[str, Any]) -> str:
    return str(pending["resource"]["urn"].rpartition("::")[2])


_BY_FULL_NAME = {
    "databricks:index/catalog:Catalog": ("name",),
    "databricks:index/schema:Schema": ("catalogName", "name"),
    "databricks:index/volume:Volume": ("catalogName", "schemaName", "name"),
}
"""Resources whose id is their full name, with the inputs that it is made of."""

_BY_NUMBER = {"databricks:index/sqlEndpoint:SqlEndpoint": "warehouse", "databricks:index/job:Job": "job"}
"""Resources whose id only the workspace knows. Grants, permissions and files are simply written again."""


def _forgotten(pending: dict[str, Any]) -> str:
    """What to do about a resource of pulumi-databricks that was being made; "" for all that the next `up` finds.

    A dead run cannot tell whether it came to be. If it did, the next `up` would find its name taken, or make a
    second job beside it.
    """
    resource = pending["resource"]
    kind, inputs = resource.get("type", ""), resource.get("inputs") or {}
    if pending["type"] != "creating" or kind not in (*_BY_FULL_NAME, *_BY_NUMBER):
        return ""
    if kind in _BY_FULL_NAME:
        full_name = ".".join(str(inputs.get(key, "?")) for key in _BY_FULL_NAME[kind])
        looked_for, number = full_name, full_name
    else:
        looked_for, number = f"{_BY_NUMBER[kind]} '{inputs.get('name', '?')}'", "its id"
    return (
        f"{_name(pending)} may be there already, unknown to the state: look for {looked_for} in the workspace, and if "
        f"it is there, add `import: {number}` to its entry in the blueprint before the next pulumi up"
    )
