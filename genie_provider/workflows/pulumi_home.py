"""pulumi_home: the environment in which our own commands run pulumi.

The CLI writes a log of every run, a line for each value that crosses a wire: half of its time over hundreds of
spaces, and 3.258 has no switch for it. It goes on without one where the log's folder cannot be made. So our commands
give it a home beside the user's, in which everything is a link to the user's own (log-ins, plug-ins, selected
stacks) but `logs`, which is a file. The user's home and its logs are left as they are.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ..config import engine_tuning, stackfile
from ..config.stack_choice import pulumi_home

_SUFFIX: Final = "-genie"
_SHARED: Final = ("plugins", "policies", "templates", "workspaces")
"""Folders that the CLI makes when it needs them. They are made in the user's home, so that what it puts there stays."""

STATE: Final = Path(".genie", "state")
_LOCAL: Final = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?\Z")


def engine_environment(project: Path, stack: str, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`env` with what makes pulumi faster, a home without logs, and a place for the states of a try-out."""
    return {
        **engine_tuning.tuned(env, engine_tuning.FASTER, try_out(project, stack, env)),
        **home_of_links(env),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def try_out(project: Path, stack: str, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Where states of a local workspace are kept as long as nobody has logged in to Pulumi: in the project.

    Nothing for stacks of a real workspace: where their state lies is a decision, and pulumi asks for it.
    """
    if env.get("PULUMI_BACKEND_URL") or env.get("PULUMI_ACCESS_TOKEN") or _is_logged_in(env):
        return {}
    if stackfile.has_backend(project) or not _LOCAL.match(_host(project, stack)):
        return {}
    (project / STATE).mkdir(parents=True, exist_ok=True)
    return {"PULUMI_BACKEND_URL": (project / STATE).resolve().as_uri(), "PULUMI_CONFIG_PASSPHRASE": ""}


def home_of_links(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """PULUMI_HOME of a home as this module's first lines say; nothing where it cannot be made."""
    users = pulumi_home(env).absolute()
    ours = users.with_name(users.name + _SUFFIX)
    try:
        for name in _SHARED:
            (users / name).mkdir(parents=True, exist_ok=True)
        ours.mkdir(exist_ok=True)
        _link_all(users, ours)
        engine_tuning.without_logs(ours)
    except OSError:  # a home that is read-only: slower, and nothing else
        return {}
    return {"PULUMI_HOME": str(ours)}


def _link_all(users: Path, ours: Path) -> None:
    """Everything of the user's, logs aside; links to what is gone go. Runs may do this side by side."""
    wanted = {entry.name for entry in users.iterdir()} - {"logs"}
    for entry in ours.iterdir():
        if entry.is_symlink() and entry.name not in wanted:
            entry.unlink(missing_ok=True)
    for name in wanted:
        link, target = ours / name, users / name
        if link.is_symlink() and os.readlink(link) == str(target):
            continue
        fresh = ours / f".{name}.{os.getpid()}"
        with contextlib.suppress(FileExistsError, IsADirectoryError):
            fresh.symlink_to(target)
            os.replace(fresh, link)  # what pulumi wrote there meanwhile, such as a fresh token, is the user's to renew
        fresh.unlink(missing_ok=True)


def _is_logged_in(env: Mapping[str, str]) -> bool:
    try:
        text = (pulumi_home(env) / "credentials.json").read_text(encoding="utf-8")
    except OSError:
        return False
    return re.search(r'"current"\s*:\s*"[^"]', text) is not None


def _host(project: Path, stack: str) -> str:
    stack_file = stack.rpartition("/")[2]
    return stackfile.stack_settings(project, stack_file).host if stack_file in stackfile.stack_names(project) else ""
