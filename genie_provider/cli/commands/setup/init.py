"""`init`: a project that previews at once."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ....config import stackfile
from ....errors import GenieError
from ... import output, target
from ...output import say

if TYPE_CHECKING:
    from ....workflows.new_project import Answers

HELP = """Begin a project: Pulumi.yaml with the provider's host, the program, a file for each stack, a spec to look at,
the schema for editors, a pre-commit hook, a pipeline if wanted, and a README of one page.

  genie init                                     asks
  genie init --yes                               asks nothing; the local workspace, if no other is named
  genie init sales --profile prod --warehouse Analytics --stacks dev,prod --ci github
  genie init --from 'Sales*'                     with the spaces that the workspace has

Nothing that is there is overwritten."""

_CI = ("github", "gitlab", "azure", "none")
_WAREHOUSE = "Serverless Starter Warehouse"
"""Every new workspace has this one; the local one too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", type=Path, help="where (default: here)")
    parser.add_argument("--name", help="the project's name (default: the folder's)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--host", help="the workspace's address")
    where.add_argument("--profile", help="a profile of ~/.databrickscfg")
    parser.add_argument("--warehouse", metavar="NAME", help="the SQL warehouse for specs that name none")
    parser.add_argument("--catalog", metavar="NAME", help="the value of ${catalog} in specs (default: main)")
    parser.add_argument("--stacks", metavar="NAME,…", help="environments, the first for trying things (default: dev)")
    parser.add_argument("--ci", choices=_CI, help="a pipeline that validates, previews and ups")
    parser.add_argument("--from", dest="words", action="append", metavar="GLOB", help="import these spaces; repeatable")
    parser.add_argument("--yes", action="store_true", help="ask nothing")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows import new_project

    folder: Path = arguments.folder
    answers = _answers(arguments, folder)
    written = new_project.begin(folder, answers)
    for one in written:
        if one.is_new:
            print(target.shown(one.file))
        else:
            say(f"{target.shown(one.file)} is there already, and was left alone")
    said = new_project.link_environment(folder)
    if said:
        say(said)
    if arguments.words:
        _take_over(folder, answers.stacks[0], arguments.words)
    _tell_next(folder, answers)
    return 0


def _answers(arguments: argparse.Namespace, folder: Path) -> Answers:
    from ....workflows.new_project import Answers, default_name
    from ..specs.schema import spec_schema_text

    asks = not arguments.yes and sys.stdin.isatty()
    host, profile = _workspace(arguments, folder, asks)
    name = arguments.name or _ask(asks, "Name of the project, which no other team uses", default_name(folder))
    warehouse = arguments.warehouse or _ask(asks, "SQL warehouse, by name or id", _WAREHOUSE)
    catalog = arguments.catalog or _ask(asks, "Catalog, for ${catalog} in specs", "main")
    stacks = arguments.stacks or _ask(asks, "Stacks, the one to try things on first", "dev")
    ci = arguments.ci or _ask(asks, f"Pipeline ({', '.join(_CI)})", "none")
    if ci not in _CI:
        raise GenieError(f"there is no pipeline for {ci!r}; there are {', '.join(_CI)}")
    names = tuple(dict.fromkeys(part.strip() for part in stacks.split(",") if part.strip()))
    if not names:
        raise GenieError("a project needs a stack: --stacks dev,prod")
    return Answers(
        name=name,
        host=host,
        profile=profile,
        warehouse=warehouse,
        catalog=catalog,
        stacks=names,
        ci=ci,  # type: ignore[arg-type]  # checked above
        example=not arguments.words,
        schema=spec_schema_text(),
    )


def _workspace(arguments: argparse.Namespace, folder: Path, asks: bool) -> tuple[str, str]:
    """(host, profile), one of them "": given, else as the environment has it, else the local workspace."""
    if arguments.host or arguments.profile:
        return arguments.host or "", arguments.profile or ""
    if not asks:
        return _usual_host(folder), ""
    answer = _ask(asks, "Workspace: an address, or a profile of ~/.databrickscfg", _usual_host(folder))
    return (answer, "") if "." in answer or "://" in answer else ("", answer)


def _usual_host(folder: Path) -> str:
    from ....workflows.local_workspace import USUAL_PORT
    from .local import running_near

    running = running_near(folder)
    if running:
        return running.url
    return os.environ.get("DATABRICKS_HOST", "").rstrip("/") or f"http://127.0.0.1:{USUAL_PORT}"


def _ask(asks: bool, question: str, usual: str) -> str:
    if not asks:
        return usual
    print(f"{question} [{usual}]: ", end="", file=sys.stderr, flush=True)
    return input().strip() or usual


def _take_over(folder: Path, stack: str, words: list[str]) -> None:
    from ....workflows.import_ import import_spaces
    from ....workflows.pulumi_cli import Engine

    target.unlock(folder, stack)
    engine = Engine(folder, stack)
    if not engine.exists():
        engine.make()
    for one in import_spaces(folder, words, stack=stack):
        say(f"{one.title} ({one.space_id}): {one.state} as {one.name}")
        if one.problem:
            output.complain(f"  {one.problem}")


def _tell_next(folder: Path, answers: Answers) -> None:
    at = "" if folder.resolve() == Path.cwd() else f"cd {target.shown(folder)} && "
    spaces = stackfile.stack_names(folder)
    say(f"project {answers.name}, stack{'s' if len(spaces) > 1 else ''} {', '.join(spaces)}, {_place(answers)}")
    choose = f"pulumi stack select --create {answers.stacks[0]} && " if len(answers.stacks) > 1 else ""
    say(f"next: {at}{choose}genie up")


def _place(answers: Answers) -> str:
    return f"profile {answers.profile}" if answers.profile else answers.host
