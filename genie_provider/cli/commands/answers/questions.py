"""`questions`: what people ask a space and no benchmark asks yet."""

from __future__ import annotations

import argparse
import time

from ....evaluation import words
from ....evaluation.records import questions_of
from ....lint.around.wait_time import wait_seconds
from ... import FINE, USAGE, completion, output, target
from ...output import complain, say

HELP = """List what people asked a space and no benchmark asks yet, the most frequent first.

  python -m genie_provider questions nyctaxi --since 30d
  python -m genie_provider questions nyctaxi --failed --disliked
  python -m genie_provider questions nyctaxi --add 1 --add 'how many*'

--add writes questions into the spec as benchmarks. The SQL of Genie's answer comes along as a proposal: its first line
says that it is to be checked, and until somebody takes that line out, `eval` counts it as to be reviewed.
Everybody's conversations take CAN MANAGE on the space; --mine shows your own."""

COLUMNS = ("number", "question", "times", "failed", "disliked", "last")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.of_names(parser.add_argument("name", metavar="NAME", help="name of the spec; or an id or title"))
    target.add_arguments(parser)
    parser.add_argument("--failed", action="store_true", help="questions that got no answer")
    parser.add_argument("--disliked", action="store_true", help="questions whose answer got a thumb down")
    parser.add_argument("--repeated", action="store_true", help="questions asked more than once")
    parser.add_argument("--since", default="30d", metavar="TIME", help="how far back: 90d, 12h (default: 30d)")
    parser.add_argument("--mine", action="store_true", help="only your own conversations")
    parser.add_argument(
        "--add", action="append", default=[], metavar="NUMBER|GLOB", help="write such questions into the spec"
    )
    output.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    from ....workflows import asked_questions
    from ....workflows.evaluation_targets import TargetError, stack_of, targets

    since_s = _seconds(arguments.since)
    if since_s is None:
        complain(f"--since {arguments.since!r}: write 30d, 12h or 90m")
        return USAGE
    here = target.chosen(arguments)
    workspace = here.connect()
    try:
        found = targets(stack_of(here), workspace, [arguments.name])
    except TargetError as error:
        complain(str(error))
        return USAGE
    space = workspace.get(found[0].space_id)
    known = [each.text for each in questions_of(space.body or {})] if space else []
    if here.stack and found[0].name in (specs := here.load_specs().specs):
        known += [each.question for each in specs[found[0].name].benchmarks.questions]
    listed = asked_questions.without_benchmark(
        workspace,
        found[0].space_id,
        known,
        since_ms=int((time.time() - since_s) * 1000),
        failed=arguments.failed,
        disliked=arguments.disliked,
        repeated=arguments.repeated,
        everybody=not arguments.mine,
    )
    if arguments.add:
        chosen = asked_questions.chosen(listed, arguments.add)
        file = asked_questions.add_benchmarks(here, found[0].name, chosen)
        say(f"{target.shown(file)}: wrote {words.many(len(chosen), 'benchmark')}; check their SQL,")
        say("then take out the line that says so; the next pulumi up brings them to the space")
        return FINE
    rows = [
        {
            "number": at,
            "question": each.question,
            "times": each.times,
            "failed": each.failed,
            "disliked": each.disliked,
            "last": each.last_day,
            "errors": each.errors,
            "sql": each.sql,
        }
        for at, each in enumerate(listed, 1)
    ]
    output.print_rows(rows, COLUMNS, arguments.output, "questions/1")
    say(f"{words.many(len(rows), 'question')} without a benchmark; --add NUMBER writes one into the spec")
    return FINE


def _seconds(text: str) -> int | None:
    """The seconds of 90m, 12h or 30d; None for anything else."""
    if text.endswith("d") and text[:-1].isdigit():
        return int(text[:-1]) * 86_400
    return wait_seconds(text)
