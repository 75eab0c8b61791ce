"""`validate`: every problem of every spec; without network or credentials unless asked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ....config import stackfile
from ....errors import Problem, SpecError, shown
from ....workflows.validate import Report, check
from ... import output
from ...target import of_stack

HELP = """Check specs: no network, no credentials, nothing is sent.

With --live, tables, columns, functions and principals that the specs refer to are looked for in the
workspace as well; that reads, and sends nothing else.

What is checked has rules with names: --rules lists them, --rules NAME explains one. A line of a spec may say
# genie: disable=NAME, and a stack sets levels with genie:rules (error, warning, notice, off).

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
    parser.add_argument("--strict", action="store_true", help="notices and warnings count as problems")
    parser.add_argument("--rules", nargs="?", const="", metavar="NAME", help="list the rules, or explain one")


def run(arguments: argparse.Namespace) -> int:
    if arguments.rules is not None:
        return _rules(arguments.rules)
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
    return [replace(problem, severity="error") for problem in problems]


def _rules(name: str) -> int:
    """Lists the rules, or prints the page of one."""
    from ....lint.rules import all_rules, unknown

    known = all_rules()
    if name and name not in known:
        print(unknown(name), file=sys.stderr)
        return 2
    if name:
        print(known[name].page.rstrip())
        return 0
    width = max(map(len, known))
    for rule in known.values():
        print(f"{rule.id:<{width}}  {rule.level:<7}  {rule.summary}")
    return 0


def _text(problems: Sequence[Problem], report: Report) -> None:
    for problem in problems:
        print(problem.with_rule)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        print(SpecError(errors).closing_line())
    else:
        print(_fine(problems, report), file=sys.stderr)


def _fine(problems: Sequence[Problem], report: Report) -> str:
    counts = {level: sum(each.severity == level for each in problems) for level in ("warning", "notice")}
    found = [f"{count} {level}{'s' if count != 1 else ''}" for level, count in counts.items() if count]
    found += [f"{report.waived} waived"] if report.waived else []
    spaces = f"{report.spaces} space{'s' if report.spaces != 1 else ''}"
    files = f"{report.files} file{'s' if report.files != 1 else ''}"
    return f"{spaces} in {files}: no problems" + (f" ({', '.join(found)})" if found else "")


def _json(problems: Sequence[Problem], report: Report) -> None:
    entries = [
        {
            "file": problem.place.file if problem.place else None,
            "line": problem.place.line if problem.place else None,
            "column": problem.place.column if problem.place else None,
            "severity": problem.severity,
            "message": problem.message,
            "rule": problem.rule or None,
        }
        for problem in problems
    ]
    output.print_json("validate/1", {"spaces": report.spaces, "files": report.files, "problems": entries})


def _github(problems: Sequence[Problem], report: Report) -> None:
    """Workflow commands, which GitHub shows beside the changed lines."""
    for problem in problems:
        place = problem.place
        where = f" file={_property(place.file)},line={place.line},col={place.column}" if place else ""
        title = f"{',' if place else ' '}title={_property(problem.rule)}" if problem.rule else ""
        print(f"::{problem.severity}{where}{title}::{_data(shown(problem.message))}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Properties end at a comma or a colon."""
    return _data(shown(text)).replace(":", "%3A").replace(",", "%2C")


_PRINTERS = {"text": _text, "json": _json, "github": _github}
