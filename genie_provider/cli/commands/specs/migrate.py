"""`migrate`: a project of Genie-Forge becomes one of this kind."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ....config import stackfile
from ... import output, target

if TYPE_CHECKING:
    from ....client import Workspace
    from ....config.settings import Settings

HELP = """Make a Genie-Forge project (conf/spaces, conf/environments, .genie-forge.json) one of this kind.

  python -m genie_provider migrate ../our-genie-forge
  pulumi stack init dev
  pulumi import --file import.dev.json --protect=false --generate-code=false

Writes spaces/, Pulumi.<environment>.yaml and import.<environment>.json; nothing of the old project is
changed and nothing here is overwritten. Deployed spaces are read, so that the first preview is empty."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="the Genie-Forge project")
    parser.add_argument("--to", metavar="DIR", type=Path, help="the new project's folder (default: this project)")
    parser.add_argument("--offline", action="store_true", help="do not look at the deployed spaces")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.migrate.specs import migrate

    folder = arguments.to or stackfile.project_folder()
    done = migrate(arguments.folder, folder, None if arguments.offline else _connect)
    for file, state in done.files:
        print(target.shown(file))
        if state == "kept":
            output.say(f"{target.shown(file)}: says something else already, and was left alone")
    for notice in done.notices:
        output.say(notice)
    for problem in done.problems:
        output.say(problem)
    for name, (file, count) in done.imports.items():
        output.say(
            f"\nto take over the {count} spaces of {name}:\n  pulumi stack select --create {name}\n"
            f"  pulumi import --file {target.shown(file)} --protect=false --generate-code=false --yes"
        )
    return 1 if done.problems or any(state == "kept" for _, state in done.files) else 0


def _connect(settings: Settings) -> Workspace:
    from ....client import Access, Workspace

    return Workspace(Access.find(settings.host or None, settings.profile or None), answer_s=10)
