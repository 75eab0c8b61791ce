"""`preview`, `up`, `refresh`, `destroy`: pulumi with names instead of URNs, and a summary with addresses."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ... import completion, output, target

if TYPE_CHECKING:
    from ....workflows.pulumi_cli import Engine, HeldSpace

HELP = """What pulumi's command of that name does, with its output and its questions, for all spaces or those named:

  genie preview --diff
  genie up 'sales*' --yes
  genie destroy old-space

A name or pattern stands for --target with the space's URN. Every other flag goes to pulumi as it is; write those with
a value as --flag=value. A stack that is not there yet is made by preview and up. pulumi runs with more calls at a time
and without its log of every value; your own Pulumi home and its logs are left alone.

At the end of up and destroy: which spaces were made, changed or trashed, and their addresses. `genie history` has
every run."""

PASSES_ON = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.add_names(parser)
    target.add_stack(parser)
    parser.add_argument("-m", "--message", help="of this run, for the history")
    parser.add_argument("-c", "--config", action="append", default=[], metavar="KEY=VALUE", help="goes to pulumi")
    parser.add_argument("-p", "--parallel", metavar="N", help="goes to pulumi (default: 32)")


def run(arguments: argparse.Namespace) -> int:
    from ....workflows.pulumi_cli import Engine

    project, stack = target.stack_of(arguments)
    engine = Engine(project, stack)
    before = _held(engine, may_make=arguments.command in ("preview", "up"))
    flags = _flags(arguments, engine, project, before)
    if arguments.command == "preview" or "--preview-only" in flags:
        code = engine.interactive(arguments.command, *flags)
    else:
        code = _recorded(arguments, engine, flags, before)
    # pulumi ends with 255 and others; here 1 means problems everywhere, and it has said which.
    return 1 if code else 0


def _recorded(arguments: argparse.Namespace, engine: Engine, flags: list[str], before: dict[str, HeldSpace]) -> int:
    """The run, written down in the history of the stack."""
    from ....config.context import StackContext
    from ....workflows.changes.recording import recorded

    done = recorded(
        StackContext.of(engine.project, engine.stack_file_name),
        engine,
        arguments.command,
        lambda more, env: engine.interactive(arguments.command, *flags, *more, env=env),
        held=before,
        message=arguments.message or "",
    )
    if arguments.command in ("up", "destroy"):
        _summarize(before, dict(done.held))
    if done.problem:
        output.complain(f"not written into the history: {done.problem}")
    return done.code


def _held(engine: Engine, *, may_make: bool) -> dict[str, HeldSpace]:
    """What the stack holds; makes it where it is not there yet."""
    if not may_make or engine.exists():
        return engine.spaces()
    engine.make()
    output.say(f"made stack {engine.stack}, which was not there yet")
    return {}


def _flags(arguments: argparse.Namespace, engine: Engine, project: Path, held: dict[str, HeldSpace]) -> list[str]:
    flags = list(arguments.rest)
    for name in ("message", "parallel"):
        value = getattr(arguments, name)
        flags += [f"--{name}={value}"] if value else []
    flags += [f"--config={pair}" for pair in arguments.config]
    if not sys.stdin.isatty() and "--non-interactive" not in flags:
        flags.append("--non-interactive")
    return flags + [f"--target={urn}" for urn in _targets(arguments.names, engine, project, held)]


def _targets(words: list[str], engine: Engine, project: Path, held: dict[str, HeldSpace]) -> list[str]:
    """The URNs of the spaces that are meant; none for all."""
    if not words:
        return []
    from ....config.context import StackContext
    from ....workflows.names import chosen

    specs = StackContext.of(project, engine.stack_file_name).load_specs().specs
    names = chosen(words, [*specs, *(name for name in held if name not in specs)])
    return [held[name].urn if name in held else engine.urn_of(name) for name in names]


def _summarize(before: dict[str, HeldSpace], after: dict[str, HeldSpace]) -> None:
    """On stderr: stdout is pulumi's."""
    rows = []
    for name, space in after.items():
        what = "made" if name not in before else "changed" if before[name].modified != space.modified else ""
        if what and space.id:
            rows.append((what, name, str(space.outputs.get("url", ""))))
    rows += [("trashed", name, "") for name in before if name not in after]
    width = max((len(name) for _, name, _ in rows), default=0)
    for what, name, url in rows:
        output.say(f"{what:<8} {name:<{width}}  {url}".rstrip())
    same = len(after) - sum(what != "trashed" for what, _, _ in rows)
    output.say(f"{same} unchanged" if rows else f"{same} space{'s' if same != 1 else ''}, none changed")
