"""`deploy`: a guarded `up`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....lint.around.wait_time import wait_seconds
from ... import FINE, PROBLEMS, USAGE, completion, target
from ...output import complain, say

if TYPE_CHECKING:
    from ....config.context import StackContext
    from ....review.data import Review
    from ....workflows.changes.deploy import Deployed, Judge, Outcome
    from ....workflows.pulumi_cli import Engine

HELP = """Preview, up, then the benchmarks of what changed; where they fail, every space goes back to what it was.

  genie deploy                            shows what it would do, and asks
  genie deploy --yes --plan plan.json     carries out a plan that `genie report --save-plan` saved
  genie deploy --resume                   ends one that was cut short; `genie recover` tells of it

A space whose answers are not known counts as failed. One that somebody edited in the UI since the update is left alone.
A space that was new goes to the trash; one that was trashed stays there, as no call takes it out. Spaces without
benchmarks are told and not judged.
Exit code: 0 deployed and passed, 1 failed and put back, 2 usage, 3 not known and put back."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.add_names(parser)
    target.add_stack(parser)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="carry out this plan and nothing else")
    parser.add_argument("--resume", action="store_true", help="end a deploy that was cut short")
    parser.add_argument("--no-evaluation", action="store_true", help="judge nothing, put nothing back")
    parser.add_argument("--repeat", type=int, metavar="N", help="ask every question so often")
    parser.add_argument("--timeout", default="30m", metavar="TIME", help="for each space: 90s, 30m, 2h (default: 30m)")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the evaluation there, as JSON")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.pulumi_cli import Engine

    if not wait_seconds(arguments.timeout):
        complain(f"--timeout {arguments.timeout!r}: write 90s, 30m or 2h")
        return USAGE
    project, stack = target.stack_of(arguments)
    engine = Engine(project, stack)
    context = target.of_stack(engine.stack_file_name, tell=False)
    if arguments.resume:
        from ....workflows.changes.deploy import resume

        return _told(resume(engine, _judge(context, arguments), say))
    return _deploy(arguments, engine, context)


def _deploy(arguments: argparse.Namespace, engine: Engine, context: StackContext) -> int:
    from ....review.render import render
    from ....workflows.changes.deploy import deploy, refuse_unended
    from ....workflows.changes.preview import preview

    refuse_unended(engine)
    targets = _targets(arguments.names, engine, context)
    review = preview(engine.project, engine.stack, flags=targets, engine=engine)
    print(render(review, "text"), end="", flush=True)
    if review.failed:
        complain("the preview failed; nothing was sent")
        return PROBLEMS
    if review.is_empty:
        say("nothing to do")
        return FINE
    if not arguments.yes and not _agreed(review):
        return USAGE if not sys.stdin.isatty() else FINE
    plan = [f"--plan={arguments.plan.resolve()}"] if arguments.plan else []
    flags = ["--yes", "--skip-preview", "--continue-on-error", *plan, *targets]
    flags += [] if sys.stdin.isatty() else ["--non-interactive"]
    judge = None if arguments.no_evaluation else _judge(context, arguments)
    return _told(deploy(engine, review, judge, lambda more, env: engine.interactive("up", *flags, *more, env=env), say))


def _targets(words: Sequence[str], engine: Engine, context: StackContext) -> list[str]:
    from ....workflows.names import chosen

    if not words:
        return []
    held, specs = engine.spaces_if_any(), context.load_specs().specs
    names = chosen(words, [*specs, *(name for name in held if name not in specs)])
    return [f"--target={held[name].urn if name in held else engine.urn_of(name)}" for name in names]


def _agreed(review: Review) -> bool:
    if not sys.stdin.isatty():
        complain("nobody can be asked here; --yes carries it out")
        return False
    trashed = review.by("delete")
    warned = f" {len(trashed)} to the trash, which nothing here takes back." if trashed else ""
    print(f"{warned} Carry this out? [y/N] ".lstrip(), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _judge(context: StackContext, arguments: argparse.Namespace) -> Judge:
    """The gate, over those of the spaces that have benchmarks."""

    def judge(names: Sequence[str]) -> tuple[Outcome, dict[str, Any]]:
        from ....evaluation.formats import json_, text
        from ....evaluation.gate import outcome_of
        from ....workflows.gate import Asked, evaluate_live

        specs = context.load_specs().specs
        having = [name for name in names if name in specs and specs[name].benchmarks.questions]
        if bare := [name for name in names if name not in having]:
            say(f"not judged, as it has no benchmarks: {', '.join(bare)}")
        if not having:
            return "passed", {"judged": []}
        flags = {"repeat": arguments.repeat} if arguments.repeat else {}
        asked = Asked(names=having, flags=flags, timeout_s=float(wait_seconds(arguments.timeout) or 0))
        judgements = evaluate_live(context, asked, say).judgements
        print(text.render(judgements))
        if arguments.save:
            arguments.save.write_text(json_.render(judgements) + "\n", "utf-8")
        spaces = {each.evaluation.name: f"{each.correct}/{each.counted} {each.outcome}" for each in judgements}
        return outcome_of(judgements), {"outcome": outcome_of(judgements), "spaces": spaces}

    return judge


def _told(done: Deployed) -> int:
    """What is where now."""
    if done.put_back:
        complain(f"as before the deploy: {', '.join(done.put_back)}")
    for name, reason in done.left.items():
        complain(f"not as before: {name}: {reason}")
    if done.outcome == "passed":
        say("deployed" if not done.code else "deployed, but the update did not end well; it has said why")
    if done.problem:
        complain(f"not written into the history: {done.problem}")
    return PROBLEMS if done.code not in (FINE, PROBLEMS, 3) else done.code
