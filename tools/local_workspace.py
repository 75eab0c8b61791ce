"""local_workspace: the demo's workspace, kept in .demo/ of this project."""

from __future__ import annotations

from pathlib import Path

from genie_provider.workflows import local_workspace
from genie_provider.workflows.local_workspace import Workspace, WorkspaceProblem
from tools.environment import PORT_VARIABLE
from tools.install_pulumi import PROJECT
from tools.progress import say

__all__ = ["Workspace", "WorkspaceProblem", "ensure_started", "running_workspace", "stop"]


def ensure_started(project: Path, port: int) -> tuple[Workspace, bool]:
    """The workspace on `port`, and whether it had to be started for that.

    Raises:
        WorkspaceProblem: another program has the port, or it did not come up.
    """
    way_out = PORT_VARIABLE + "={port} make demo"
    return local_workspace.ensure_started(project / ".demo", port, code=project, way_out=way_out)


def running_workspace(project: Path) -> Workspace | None:
    """What the pid file tells of, if that process is still ours."""
    return local_workspace.running_workspace(project / ".demo")


def stop(project: Path) -> bool:
    """End the workspace that we started; whether there was one. Its spaces stay in the data file."""
    return local_workspace.stop(project / ".demo")


if __name__ == "__main__":  # make demo-stop
    say("The local workspace is stopped." if stop(PROJECT) else "No local workspace of this project runs.")
