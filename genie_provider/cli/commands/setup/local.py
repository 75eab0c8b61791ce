"""`local`: the local workspace: everything to be tried without an account and without a clone."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ....config import stackfile
from ....errors import GenieError
from ... import output

if TYPE_CHECKING:
    from ....workflows.local_workspace import Workspace

HELP = """A workspace on this machine that only knows Genie: spaces, tables, warehouses, people, a page to see them on.

  genie local            start it (the same as genie local start)
  genie local show       where it is, and the environment for programs that do not know it
  genie local stop       its spaces are there again at the next start

Its data lies in .genie/ of the project, or of this folder. No log-in is needed for it."""

_WORDS = ("start", "stop", "show")
FOLDER = ".genie"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "word", nargs="?", default="start", choices=_WORDS, metavar="start|stop|show", help="what to do"
    )
    parser.add_argument("--port", type=int, help="where to listen; 0 takes a free one (default: as last time, or 8642)")
    output.add_arguments(parser, ("table", "json"))


def run(arguments: argparse.Namespace) -> int:
    folder = folder_near(Path.cwd())
    if arguments.word == "stop":
        return _stop(folder)
    if arguments.word == "show":
        return _show(running_near(Path.cwd()), arguments.output)
    return _start(folder, arguments)


def folder_near(start: Path) -> Path:
    """Where the local workspace of that folder keeps its data."""
    return stackfile.project_folder(start) / FOLDER


def running_near(start: Path) -> Workspace | None:
    """The local workspace of that folder or its project, if it runs."""
    from ....workflows.local_workspace import running_workspace

    return running_workspace(folder_near(start))


def _start(folder: Path, arguments: argparse.Namespace) -> int:
    from ....workflows.local_workspace import USUAL_PORT, ensure_started, last_port

    if not find_spec("uvicorn") or not find_spec("emulator"):
        raise GenieError("the local workspace is not installed: pip install 'genie-spaces[local]'")
    port = arguments.port if arguments.port is not None else last_port(folder) or USUAL_PORT
    workspace, started = ensure_started(folder, port)
    output.say(f"the local workspace {'is started' if started else 'runs already'}; genie local stop ends it")
    return _show(workspace, arguments.output)


def _stop(folder: Path) -> int:
    from ....workflows.local_workspace import stop

    output.say("the local workspace is stopped" if stop(folder) else "no local workspace of this folder runs")
    return 0


def _show(workspace: Workspace | None, form: str) -> int:
    if workspace is None:
        output.complain("no local workspace of this folder runs; genie local start starts one")
        return 1
    record = {"url": workspace.url, "process": workspace.pid, "page": f"{workspace.url}/"}
    if form == "table":
        record["environment"] = f"DATABRICKS_HOST={workspace.url} DATABRICKS_TOKEN=local-workspace"
    output.print_record(record, form, "local/1")
    return 0
