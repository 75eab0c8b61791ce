"""`eval`: the benchmark gate: whether spaces answer as well as they must."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from ....config.context import StackContext
from ....errors import GenieError, SettingsError, SpecError
from ....lint.around.wait_time import wait_seconds
from ... import FINE, NOT_KNOWN, USAGE, completion, output, target
from ...output import complain, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....workflows.gate import Asked, Evaluated

FORMATS: Final = ("text", "json", "junit", "markdown", "github")
_PULL_REQUESTS: Final = (
    ("GITHUB_REF", r"refs/pull/(\d+)/"),
    ("CI_MERGE_REQUEST_IID", r"(\d+)"),
    ("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", r"(\d+)"),
    ("SYSTEM_PULLREQUEST_PULLREQUESTID", r"(\d+)"),
    ("BITBUCKET_PR_ID", r"(\d+)"),
)

HELP = """Run the benchmarks of live spaces and judge the answers.

  python -m genie_provider eval                              all spaces of the stack
  python -m genie_provider eval sales --repeat 3             each question three times, verdict by majority
  python -m genie_provider eval --stack dev --baseline prod --no-regression
  python -m genie_provider eval --candidate --stack prod     what the branch would change, before it is there
  python -m genie_provider eval --last                       judge the last runs again, at no cost
  python -m genie_provider eval history sales

Questions cost: a warehouse's time, and DBUs for service principals. How many they are is told before.
Passed is only what is shown to be: whole runs, a verdict on every question, an unchanged definition. What is asked for
stands in the spec (benchmarks.gate), in the stack (genie:gate), or in the flags, which win.
Exit code: 0 passed, 1 failed, 2 usage, 3 not known."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = parser.add_argument(
        "names", nargs="*", metavar="NAME", help="names of specs, ids or titles; all if left out"
    )
    completion.of_names(names)
    target.add_arguments(parser)
    asked = parser.add_argument_group("what is asked")
    asked.add_argument("--question", action="append", default=[], metavar="GLOB", help="only such questions")
    asked.add_argument(
        "--changed", action="store_true", help="ask only where the definition changed since its last run"
    )
    asked.add_argument("--last", action="store_true", help="ask nothing: judge the last saved runs again")
    asked.add_argument("--repeat", type=int, metavar="N", help="ask every question so often")
    asked.add_argument("--max-questions", type=int, metavar="N", help="begin nothing that would ask more")
    asked.add_argument("--timeout", default="30m", metavar="TIME", help="for each space: 90s, 30m, 2h (default: 30m)")
    asked.add_argument("--fresh", action="store_true", help="begin new runs even where an earlier one goes on")
    asked.add_argument(
        "--candidate",
        nargs="?",
        const="",
        metavar="N",
        help="deploy the specs that differ from the stack's into a stack pr-N of their own, evaluate, take it away",
    )
    gate = parser.add_argument_group("what is enough")
    gate.add_argument("--min-correct", type=float, metavar="SHARE", help="share of right answers, such as 0.9")
    gate.add_argument("--required", action="append", metavar="GLOB", help="questions that must be right")
    gate.add_argument("--needs-review", choices=("fail", "pass", "ignore"), help="what a person has yet to judge")
    gate.add_argument("--unstable", choices=("majority", "fail"), help="a verdict that changes between repeats")
    gate.add_argument(
        "--no-regression", action="store_true", default=None, help="nothing may be worse than the baseline"
    )
    gate.add_argument("--baseline", metavar="STACK|FILE|RUN", help="what to compare with (default: the saved runs)")
    told = parser.add_argument_group("what is told")
    told.add_argument("--format", choices=(*FORMATS, "svg"), default="text", help="svg is for history")
    told.add_argument("--save", metavar="FILE", type=Path, help="write everything as JSON, for a later --baseline")


def run(arguments: argparse.Namespace) -> int:
    if arguments.names[:1] == ["history"]:
        return _history(arguments)
    problem = _misuse(arguments)
    if problem:
        complain(problem)
        return USAGE
    from ....workflows.evaluation_targets import TargetError
    from ....workflows.find import NotFound

    try:
        return _judge(arguments)
    except (TargetError, NotFound, SettingsError, SpecError) as error:
        complain(str(error))
        return USAGE
    except GenieError as error:
        complain(f"not known: {error}")
        return NOT_KNOWN


def _misuse(arguments: argparse.Namespace) -> str:
    """What is wrong with the flags, "" if nothing."""
    seconds = wait_seconds(arguments.timeout)
    if not seconds:
        return f"--timeout {arguments.timeout!r}: write 90s, 30m or 2h"
    if arguments.format == "svg":
        return "--format svg is for `eval history NAME`"
    if arguments.last and (arguments.candidate is not None or arguments.changed or arguments.repeat):
        return "--last asks nothing, so it goes with none of --candidate, --changed and --repeat"
    if arguments.max_questions is not None and arguments.max_questions < 1:
        return "--max-questions must be at least 1"
    return ""


def _judge(arguments: argparse.Namespace) -> int:
    from ....evaluation.gate import EXIT_CODES, outcome_of

    here = target.chosen(arguments)
    evaluated = _candidate(here, arguments) if arguments.candidate is not None else _live(here, arguments)
    if evaluated is None:
        return USAGE
    if not evaluated.judgements and arguments.candidate is not None:
        say(f"no spec differs from what stack {here.stack} holds: there is nothing to evaluate")
        return FINE
    _print(evaluated, arguments.format)
    if arguments.save:
        from ....evaluation.formats import json_

        arguments.save.write_text(json_.render(evaluated.judgements) + "\n", "utf-8")
    return EXIT_CODES[outcome_of(evaluated.judgements)]


def _print(evaluated: Evaluated, form: str) -> None:
    from ....evaluation.formats import github, json_, junit, markdown, text

    if form == "json":
        output.print_json("eval/1", json_.report(evaluated.judgements))
    elif form == "github":
        print(github.render(evaluated.judgements, evaluated.places()))
    else:
        chosen = {"junit": junit, "markdown": markdown, "text": text}[form]
        print(chosen.render(evaluated.judgements))


def _asked(arguments: argparse.Namespace) -> Asked:
    from ....workflows.gate import Asked

    flags = {
        name: getattr(arguments, name)
        for name in ("min_correct", "required", "needs_review", "unstable", "no_regression", "repeat")
        if getattr(arguments, name) is not None
    }
    return Asked(
        names=arguments.names,
        questions=arguments.question,
        flags=flags,
        baseline=arguments.baseline or "",
        changed=arguments.changed,
        last=arguments.last,
        fresh=arguments.fresh,
        max_questions=arguments.max_questions,
        timeout_s=float(wait_seconds(arguments.timeout) or 0),
    )


def _live(here: StackContext, arguments: argparse.Namespace) -> Evaluated | None:
    from ....workflows.gate import evaluate_live

    return evaluate_live(here, _asked(arguments), say)


def _candidate(here: StackContext, arguments: argparse.Namespace) -> Evaluated | None:
    from ....workflows.gate import evaluate_candidate

    word = arguments.candidate or _pull_request()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,50}", word):
        raise SettingsError("which candidate? `--candidate 17`, or run it where the CI names the pull request")
    if not here.stack:
        raise SettingsError("a candidate needs a stack to be compared with: --stack prod")
    target.unlock(here.folder, here.stack)
    with _ended_gently():
        return evaluate_candidate(here, word, _asked(arguments), say)


def _pull_request() -> str:
    """The number of the pull request, as CI systems tell it."""
    for name, pattern in _PULL_REQUESTS:
        match = re.match(pattern, os.environ.get(name, ""))
        if match:
            return match[1]
    return ""


@contextmanager
def _ended_gently() -> Iterator[None]:
    """A CI that cancels the job sends SIGTERM, which would end Python before the candidate is taken away."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# ── history ─────────────────────────────────────────────────────────────────────────────────


def _history(arguments: argparse.Namespace) -> int:
    from ....evaluation import history
    from ....evaluation.saved import FOLDER, Saved

    if len(arguments.names) != 2 or arguments.format not in ("text", "json", "svg"):
        complain("eval history NAME [--format text|json|svg]")
        return USAGE
    here, name = target.chosen(arguments), arguments.names[1]
    points = history.points(Saved(here.folder / FOLDER, here.stack).all(name))
    if not points:
        complain(f"no evaluation of {name} is saved here; they are in {target.shown(here.folder / FOLDER)}")
        return NOT_KNOWN
    if arguments.format == "svg":
        sys.stdout.write(history.svg(name, points) + "\n")
        return FINE
    rows = [
        {
            "at": each.at,
            "right": f"{each.right}/{each.asked}",
            "wrong": each.wrong,
            "to_be_reviewed": each.review,
            "unstable": each.unstable,
            "runs": each.runs,
            "definition": each.definition + (" (changed)" if each.is_new else ""),
        }
        for each in points
    ]
    output.print_rows(rows, list(rows[0]), "table" if arguments.format == "text" else "json", "eval-history/1")
    return FINE
