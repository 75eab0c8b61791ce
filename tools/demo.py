"""demo: the local workspace, the dev stack, `pulumi up`, what to try next. Run again, it changes nothing."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools import local_workspace
from tools.environment import (
    DEFAULT_PORT,
    LOCAL_HOST,
    STACK,
    demo_environment,
    demo_port,
    stack_host,
    write_environment,
)
from tools.install_pulumi import PROJECT, find_cli
from tools.local_workspace import Workspace, WorkspaceProblem
from tools.progress import say

_NEXT = """
The workspace, as people see it:  {url}
Its spaces come from spaces/*.yaml.

To try next, in this folder:
  . .demo/env              # pulumi and its settings, for this shell
  pulumi preview --diff    # after an edit in spaces/, or on the page: what would change
  pulumi up                # make the workspace what spaces/ says
"""


class DemoProblem(Exception):
    """The demo cannot go on; the message says what to do."""


def run(project: Path) -> None:
    """Everything from a finished set-up to spaces in the local workspace.

    Raises:
        DemoProblem: with what to do about it.
        WorkspaceProblem: the local workspace did not come up.
    """
    cli = find_cli(project)
    if cli is None:
        raise DemoProblem("There is no Pulumi CLI yet; run make demo, which sets it up first.")
    _insist_on_local(project)
    try:
        port = demo_port(project)
    except ValueError as error:
        raise DemoProblem(str(error)) from None
    workspace, started = local_workspace.ensure_started(project, port)
    say(f"The local workspace {'is started' if started else 'runs already'}: {workspace.url}")
    env = demo_environment(project, cli, port)
    write_environment(project, cli, port)
    _select_stack(project, workspace, env)
    _up(project, env)
    say("\nDone." if _last_update_changed(project, env) else "\nEverything was in place already.")
    say(_NEXT.format(url=workspace.url))


def _insist_on_local(project: Path) -> None:
    """Somebody may have pointed dev at a real workspace; a demo neither writes there nor turns it back."""
    host = stack_host(project)
    if host is None or not LOCAL_HOST.match(host):
        raise DemoProblem(
            f"Pulumi.{STACK}.yaml does not point at the local workspace (genie:host: {host or 'not set'}), "
            "and make demo leaves it alone. "
            f"For the demo, set genie:host to http://127.0.0.1:{DEFAULT_PORT}."
        )


def _select_stack(project: Path, workspace: Workspace, env: Mapping[str, str]) -> None:
    (project / ".demo" / "state").mkdir(parents=True, exist_ok=True)
    _pulumi(project, env, "stack", "select", STACK, "--create")
    if (stack_host(project) or "").rstrip("/") != workspace.url:
        say(f"Pulumi.{STACK}.yaml: genie:host is now {workspace.url}")
        _pulumi(project, env, "config", "set", "genie:host", workspace.url, "--stack", STACK)


def _up(project: Path, env: Mapping[str, str]) -> None:
    say(f"\n$ pulumi up --yes --stack {STACK}")
    process = subprocess.Popen(["pulumi", "up", "--yes", "--stack", STACK], cwd=project, env=env)
    interrupted = False
    while process.returncode is None:
        try:
            process.wait()
        except KeyboardInterrupt:  # the terminal told pulumi too: it ends its work and lets go of its lock
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    if process.returncode != 0:
        raise DemoProblem(
            "pulumi up did not succeed (above). The local workspace keeps running; make demo tries again."
        )


def _last_update_changed(project: Path, env: Mapping[str, str]) -> bool:
    printed = _pulumi(project, env, "stack", "history", "--json", "--page-size", "1", "--stack", STACK)
    updates = json.loads(printed or "[]")
    return any(set(update.get("resourceChanges", {})) - {"same"} for update in updates)


def _pulumi(project: Path, env: Mapping[str, str], *arguments: str) -> str:
    command = ["pulumi", *arguments, "--non-interactive"]
    answer = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True)
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip()
        raise DemoProblem(f"pulumi {shlex.join(arguments)} did not succeed:\n{said}")
    return answer.stdout


def main() -> int:
    """Exit code 0 with everything in place, 1 with a message, 130 after Ctrl-C."""
    try:
        run(PROJECT)
    except (DemoProblem, WorkspaceProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run make demo again to go on, or make demo-stop.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
