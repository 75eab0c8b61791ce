"""`upgrade`: whether project, host and state fit the installed version, and what to do where they do not."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .... import __version__
from ....config import stack_choice, stackfile
from ....errors import GenieError, SettingsError
from ... import output, target

if TYPE_CHECKING:
    from ....workflows.new_project import Fit

HELP = """Check that the project, the provider's host and the state fit the installed version, and say what to do.

  pip install --upgrade genie-spaces
  genie upgrade            looks
  genie upgrade --yes      writes the host and the schema for editors anew, where they are another version's

Nothing else is changed, and nothing is sent. The state fits if a preview finds nothing that an upgrade would change."""

COLUMNS = ("what", "state", "found", "remedy")
_STYLES = {"ok": "green", "mended": "yellow", "stale": "yellow", "problem": "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    target.add_stack(parser, "the stack whose state is looked at")
    parser.add_argument("--yes", action="store_true", help="write what can be written anew")
    parser.add_argument("--no-preview", action="store_true", help="leave the state out")
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.new_project import fit
    from ..specs.schema import spec_schema_text

    project = stackfile.project_folder()
    if not (project / "Pulumi.yaml").is_file():
        raise SettingsError("there is no Pulumi.yaml here or above; `genie init` begins a project")
    found = fit(project, spec_schema_text(), mend=arguments.yes)
    if not arguments.no_preview and not any(one.state == "problem" for one in found):
        found.append(_state(project, arguments))
    output.print_rows([asdict(one) for one in found], COLUMNS, arguments.output, "upgrade/1", styles=_STYLES)
    faulty = [one for one in found if one.state in ("stale", "problem")]
    output.say(f"genie-spaces {__version__}: " + (f"{len(faulty)} to mend" if faulty else "the project fits"))
    return 1 if faulty else 0


def _state(project: Path, arguments: argparse.Namespace) -> Fit:
    """Whether the stack's state previews as it did."""
    from ....workflows.new_project import Fit
    from ....workflows.pulumi_cli import Engine

    try:
        if not stack_choice.choose(project, arguments.stack).stack:
            return Fit("state", "ok", "there is no stack yet")
        folder, stack = target.stack_of(arguments)
        engine = Engine(folder, stack)
        if not engine.exists():
            return Fit("state", "ok", f"stack {stack} has no state yet")
        steps = engine.preview()
    except GenieError as error:
        return Fit("state", "problem", str(error), "genie doctor")
    if not steps:
        return Fit("state", "ok", f"the preview of stack {stack} is empty")
    names = ", ".join(f"{step.name} ({step.op})" for step in steps[:5]) + (" …" if len(steps) > 5 else "")
    return Fit("state", "ok", f"the preview of stack {stack} has {names}; genie diff shows whose change it is")
