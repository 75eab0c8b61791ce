"""setup: the engine, the project, the workspace.

Each step looks at one thing and says what it found; a step that cannot succeed because of an earlier
one is left out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...config import stackfile
from ...config.context import StackContext
from ...errors import GenieError, WorkspaceError
from ...specs import loader
from . import files
from .finding import Finding, State

if TYPE_CHECKING:
    from ...client import Workspace

OLDEST_CLI = (3, 216)
"""The first that takes inputs from a read, which imports need."""

MOST_TABLES = 100
MOST_SPACES = 30
_TIMEOUT_S = 30


def examine(stack: StackContext) -> Iterator[Finding]:
    """Every finding, each as soon as it is there."""
    specs = stack.load_specs()
    yield from _engine(stack)
    yield from _project(stack, specs)
    yield from _workspace(stack, specs)


# ── the engine ──────────────────────────────────────────────────────────────────────────────


def _engine(stack: StackContext) -> Iterator[Finding]:
    cli = shutil.which("pulumi") or _own_cli(stack.folder)
    if not cli:
        remedy = "`make setup` installs it, or see https://www.pulumi.com/docs/install"
        yield Finding("pulumi", "problem", "the pulumi command is not on the PATH", remedy)
        return
    version = _ask(cli, stack.folder, "version")
    if version is None:
        yield Finding("pulumi", "problem", f"{cli} does not answer", "install it anew with `make setup`")
        return
    older = _numbers(version)[:2] < OLDEST_CLI
    remedy = f"3.{OLDEST_CLI[1]} or later is needed for imports; `make setup` brings one" if older else ""
    yield Finding("pulumi", "notice" if older else "ok", f"{version} ({cli})", remedy)
    yield from _backend(stack, cli)


def _backend(stack: StackContext, cli: str) -> Iterator[Finding]:
    said = _ask(cli, stack.folder, "whoami", "--json", "--non-interactive")
    if said is None:
        remedy = "pulumi login (or `pulumi login --local` to keep the state in files)"
        yield Finding("backend", "problem", "nobody is logged in to a Pulumi backend", remedy)
        return
    try:
        who: dict[str, Any] = json.loads(said)
    except ValueError:
        who = {"user": said}
    url = str(who.get("url", ""))
    yield Finding("backend", "ok", " ".join(part for part in (url, f"as {who.get('user', '?')}") if part))
    salted = stack.stack and "encryptionsalt" in _text(stack.folder / f"Pulumi.{stack.stack}.yaml")
    if salted and not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys():
        yield Finding(
            "passphrase",
            "notice",
            f"stack {stack.stack} is encrypted with a passphrase that is not set",
            "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or pulumi asks for it",
        )


def _own_cli(project: Path) -> str:
    own = project / ".tools" / "pulumi" / "bin" / "pulumi"
    return str(own) if own.is_file() else ""


def _ask(cli: str, project: Path, *words: str) -> str | None:
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [cli, *words],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


# ── the project ─────────────────────────────────────────────────────────────────────────────


def _project(stack: StackContext, specs: loader.Loaded) -> Iterator[Finding]:
    if not (stack.folder / "Pulumi.yaml").is_file():
        remedy = "run this in the project's folder, or say which workspace with --profile"
        yield Finding("project", "notice", f"there is no Pulumi.yaml in {stack.folder}", remedy)
        return
    stacks = stackfile.stack_names(stack.folder)
    if not stack.stack:
        remedy = "pulumi stack init dev" if not stacks else f"say which with --stack ({', '.join(stacks)})"
        yield Finding("stack", "notice", "no stack is chosen", remedy)
    else:
        yield Finding("stack", "ok", f"{stack.stack} (of {', '.join(stacks) or stack.stack})")
    count = f"{len(specs.specs)} spaces in {stack.settings.specs}/"
    if specs.errors:
        remedy = "python -m genie_provider validate lists them"
        yield Finding("specs", "problem", f"{len(specs.errors)} problems; the first: {specs.errors[0]}", remedy)
    else:
        yield Finding("specs", "ok", count)


# ── the workspace ───────────────────────────────────────────────────────────────────────────


def _workspace(stack: StackContext, specs: loader.Loaded) -> Iterator[Finding]:
    try:
        workspace = stack.connect()
    except GenieError as error:
        yield Finding("credentials", "problem", *_words(error))
        return
    yield Finding("credentials", "ok", f"{workspace.access.source}, for {workspace.host}")
    try:
        me = workspace.me()
        place = workspace.workspace_id()
    except GenieError as error:
        yield Finding("workspace", "problem", *_words(error))
        return
    number = f" (workspace {place})" if place else ""
    yield Finding("workspace", "ok", f"{workspace.host}{number}, as {me.principal}")
    yield from _entitlement(me.raw)
    yield from _guarded("warehouse", lambda: _warehouse(stack, workspace))
    yield from _guarded("spaces", lambda: _spaces(stack, workspace, specs))
    yield from _guarded("tables", lambda: _tables(workspace, specs))
    yield from _guarded("files", lambda: files.look(stack, workspace, specs))


def _guarded(check: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except GenieError as error:
        yield Finding(check, "problem", *_words(error))


def _words(error: GenieError) -> tuple[str, str]:
    """(what was found, what to do) of an error's text."""
    first, _, rest = str(error).partition("\n")
    if isinstance(error, WorkspaceError):
        return first, error.hint
    found, _, remedy = first.partition("; ")
    return found, rest.strip() or remedy


def _entitlement(me: Any) -> Iterator[Finding]:
    given = me.get("entitlements") if hasattr(me, "get") else None
    if isinstance(given, list) and given:
        values = {entry.get("value") for entry in given if isinstance(entry, dict)}
        if not values & {"databricks-sql-access", "workspace-access"}:
            remedy = "ask a workspace admin for the Databricks SQL entitlement; Genie needs it"
            yield Finding("entitlement", "problem", "Databricks SQL access is not among your entitlements", remedy)


def _warehouse(stack: StackContext, workspace: Workspace) -> Iterator[Finding]:
    if stack.settings.warehouse:
        house = workspace.find_warehouse(stack.settings.warehouse)
        yield Finding("warehouse", "ok", str(house))
        return
    usable = [house for house in workspace.warehouses() if not house.unusable]
    if not usable:
        remedy = "make a pro or serverless SQL warehouse, or ask for CAN USE on one"
        yield Finding("warehouse", "problem", "there is no SQL warehouse that Genie could use", remedy)
        return
    names = ", ".join(house.name for house in usable[:5])
    remedy = f"pulumi config set genie:warehouse {usable[0].name!r}" if stack.stack else ""
    state: State = "notice" if stack.stack else "ok"
    yield Finding("warehouse", state, f"the stack names none; you may use {names}", remedy)


def _spaces(stack: StackContext, workspace: Workspace, specs: loader.Loaded) -> Iterator[Finding]:
    """Genie answers, and the spaces that the specs speak of can be edited by us."""
    listing = workspace.list_spaces()
    titles = {stack.settings.title_prefix + spec.title for spec in specs.specs.values()}
    ours = [space for space in listing if space.title in titles][:MOST_SPACES]
    hidden = [space.title for space in ours if not _editable(workspace, space.space_id)]
    yield Finding("spaces", "ok", f"{len(listing)} that you may see; {len(ours)} have a spec here")
    if hidden:
        remedy = "ask their owners for CAN MANAGE (CAN EDIT is the least)"
        yield Finding("rights", "problem", f"no right to edit {', '.join(hidden[:5])}", remedy)


def _editable(workspace: Workspace, space_id: str) -> bool:
    try:
        workspace.get(space_id)
    except WorkspaceError as error:
        if error.kind == "forbidden":
            return False
        raise
    return True


def _tables(workspace: Workspace, specs: loader.Loaded) -> Iterator[Finding]:
    names = {
        table.identifier: name
        for name, spec in specs.specs.items()
        for table in (*spec.data_sources.tables, *spec.data_sources.metric_views)
        if table.from_file is None
    }
    if not names:
        return
    looked = list(names)[:MOST_TABLES]
    missing = [name for name in looked if workspace.table(name) is None]
    if missing:
        shown = ", ".join(f"{name} ({names[name]})" for name in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        remedy = "make them, or ask for SELECT on them and USE on their catalog and schema"
        yield Finding("tables", "problem", f"missing, or hidden from you: {shown}{more}", remedy)
    else:
        yield Finding("tables", "ok", f"all {len(looked)} that were looked up are there")
