"""`validate`: every problem of every spec; without network or credentials unless asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ....config import stackfile
from ....errors import Problem, SpecError, shown
from ....workflows.validate import Report, check
from ...target import of_stack

HELP = """Check specs: no network, no credentials, nothing is sent.

With --live, tables, columns, functions and principals that the specs refer to are looked for in the
workspace as well; that reads, and sends nothing else.

Without --stack the specs must fit every stack that has a Pulumi.<stack>.yaml.
Names of other environments (--forbid, and genie:forbid in the stack's configuration) are errors.
Exit code: 0 fine, 1 problems, 2 usage."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; the stack's specs if left out")
    parser.add_argument("--stack", help="take variables and rules from Pulumi.STACK.yaml")
    parser.add_argument(
        "--forbid",
        action="append",
        default=[],
        metavar="NAME",
        help="a catalog, schema or table of another environment; anywhere in what would be sent it is an error",
    )
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="how to print problems")
    parser.add_argument("--live", action="store_true", help="look for what the specs refer to in the workspace")
    parser.add_argument("--strict", action="store_true", help="notices count as problems")


def run(arguments: argparse.Namespace) -> int:
    project = stackfile.project_folder()
    workspace, stack = None, arguments.stack
    if arguments.live:
        here = of_stack(stack)
        workspace, stack = here.connect(), here.stack or None
    report = check(project, [Path(path) for path in arguments.paths], stack, arguments.forbid, workspace)
    shown = _as_strict(report.problems) if arguments.strict else report.problems
    _PRINTERS[arguments.format](shown, report)
    return 1 if any(problem.severity == "error" for problem in shown) else 0


def _as_strict(problems: Sequence[Problem]) -> list[Problem]:
    return [Problem(problem.message, problem.place) for problem in problems]


def _text(problems: Sequence[Problem], report: Report) -> None:
    for problem in problems:
        print(problem)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        print(SpecError(errors).closing_line())
    else:
        print(f"{report.spaces} spaces in {report.files} files: no problems", file=sys.stderr)


def _json(problems: Sequence[Problem], report: Report) -> None:
    entries = [
        {
            "file": problem.place.file if problem.place else None,
            "line": problem.place.line if problem.place else None,
            "column": problem.place.column if problem.place else None,
            "severity": problem.severity,
            "message": problem.message,
        }
        for problem in problems
    ]
    print(json.dumps({"spaces": report.spaces, "files": report.files, "problems": entries}, indent=2))


def _github(problems: Sequence[Problem], report: Report) -> None:
    """Workflow commands, which GitHub shows beside the changed lines."""
    for problem in problems:
        level = "error" if problem.severity == "error" else "notice"
        place = problem.place
        where = f" file={place.file},line={place.line},col={place.column}" if place else ""
        message = shown(problem.message).replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
        print(f"::{level}{where}::{message}")


_PRINTERS = {"text": _text, "json": _json, "github": _github}
