"""`doctor`: what is wrong with the set-up, and how to mend it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ....errors import GenieError
from ... import output, target

HELP = """Look at everything that `pulumi up` needs: the pulumi command and its backend, the project and its
specs, credentials, the workspace, its warehouse, your rights, the tables.

Nothing is changed. Exit code: 0 fine, 1 problems."""

COLUMNS = ("check", "state", "found", "remedy")
_SIGNS = {"ok": "ok     ", "notice": "notice ", "problem": "PROBLEM"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    target.add_arguments(parser)
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.doctor import Finding, examine

    try:
        here = target.chosen(arguments)
    except GenieError as error:
        found = [Finding("settings", "problem", str(error), "")]
    else:
        found = []
        for finding in examine(here):
            found.append(finding)
            if arguments.output == "table":
                _show(finding)
    if arguments.output != "table":
        output.print_rows([asdict(finding) for finding in found], COLUMNS, arguments.output, "doctor/1")
    elif len(found) == 1 and found[0].check == "settings":
        _show(found[0])
    problems = [finding for finding in found if finding.state == "problem"]
    output.say(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}" if problems else "all is well")
    return 1 if problems else 0


def _show(finding: object) -> None:
    """One line a finding, and what to do about it below."""
    from ....workflows.doctor import Finding

    assert isinstance(finding, Finding)
    found = output.harmless(" ".join(finding.found.split("\n")))
    print(f"{_SIGNS[finding.state]}  {finding.check:<12} {found}", flush=True)
    if finding.remedy:
        print(f"{'':<22} → {output.harmless(' '.join(finding.remedy.split(chr(10))))}", flush=True)
