"""`recover`: a stack after a crash, right again."""

from __future__ import annotations

import argparse
from pathlib import Path

from ....errors import GenieError
from ... import target
from ...output import say

HELP = """Put a stack right after a run was killed: the state readable, the lock gone, nothing pending.

  python -m genie_provider recover
  python -m genie_provider recover --stack prod --up

Nothing is sent to the workspace. `pulumi up` finishes what the killed run began; it finds the spaces that
run made, and makes none twice. Exit code: 0 the stack can be used, 1 it cannot, 2 usage."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    target.add_stack(parser)
    parser.add_argument("--unlock", action="store_true", help="the run that holds the lock is gone, I know that")
    parser.add_argument("--up", action="store_true", help="then run pulumi up, which shows what it does and asks")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.recover import recover

    project, stack = target.stack_of(arguments)
    found = recover(project, stack, unlock=arguments.unlock)
    for sentence in found.done:
        say(sentence)
    if not found.known:
        say(f"there is no state of stack {stack}; to begin one: pulumi stack init {stack}")
        say("its spaces are not lost: the next pulumi up takes over those that carry its marks")
        return 1
    if not found.done:
        say("nothing was wrong")
    say(_there(project, stack, found.spaces))
    _tell_deploy(project, stack)
    if arguments.up:
        from ....workflows.pulumi_cli import Engine

        return Engine(project, stack).up()
    say(f"next: pulumi up --stack {stack}")
    return 0


def _tell_deploy(project: Path, stack: str) -> None:
    """A deploy that was cut short: what is as before, what as after, and what is left to do."""
    from ....workflows.changes import deploy
    from ....workflows.pulumi_cli import Engine

    file = deploy.journal_file(project, stack.rpartition("/")[2])
    if file.exists():
        say(deploy.told(deploy.read(file), Engine(project, stack)))
        say("left to do: genie deploy --resume judges what was changed, and puts it back where that fails")


def _there(project: Path, stack: str, spaces: dict[str, str]) -> str:
    """How far the state got, against the specs."""
    held = f"the state knows {len(spaces)} space{'' if len(spaces) == 1 else 's'}"
    try:
        wanted = set(target.of_stack(stack.rpartition("/")[2], tell=False).titles_by_name())
    except GenieError:
        return held
    missing = sorted(wanted - spaces.keys())
    if not missing:
        return held
    more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
    return f"{held}; made or found by the next up: {', '.join(missing[:10])}{more}"
