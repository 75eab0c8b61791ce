"""`diff`: the spec against the live space, without the engine."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from typing import TYPE_CHECKING, Any

from ... import completion, output, target
from ..changes import of_versions
from .status import exit_code, record_of

if TYPE_CHECKING:
    from ....workflows.status import EntryChange, SpaceStatus

HELP = """What the next up would change, entry by entry, and who is the reason: - is what the space says now, + what the
spec says.

  genie diff             all spaces of the stack
  genie diff sales
  genie diff sales@3..5                two versions of the history; sales@3: that version and the live space
  genie diff dev:sales..prod:sales     two stacks, also with versions: dev:sales@3..prod:sales@7

Nothing is sent. Exit code: 0 no difference, 1 differences, 3 something could not be read."""

AUTHORS = {"ui": "edited in the UI", "spec": "changed in the spec", "both": "changed in the spec and in the UI"}
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[1m"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    completion.add_names(parser)
    target.add_stack(parser)
    output.add_arguments(parser, ("table", "json"))


def run(arguments: argparse.Namespace) -> int:
    from ....review.history.versions import is_reference
    from ....workflows.status import look

    if len(arguments.names) == 1 and is_reference(arguments.names[0]):
        return of_versions.diff(arguments, arguments.names[0])
    project, stack = target.stack_of(arguments)
    found = look(project, stack, arguments.names)
    if arguments.output == "json":
        output.print_json("diff/1", {"stack": stack, "items": [record_of(space) for space in found]})
    else:
        for space in found:
            show(space, space.changes)
    differing = [space for space in found if not space.is_fine]
    output.say(f"{len(differing)} of {len(found)} spaces differ" if differing else "no differences")
    return exit_code(found)


def show(space: SpaceStatus, changes: list[EntryChange]) -> None:
    """One space with its changed entries; nothing for one that is in sync."""
    if space.is_fine:
        return
    when = f", last edit {space.edited[:16].replace('T', ' ')}" if space.edited else ""
    _line("@", f"{space.name}: {space.state}{when}{_file(space)}")
    if space.problem:
        _line(" ", f"  {space.problem}")
    for change in changes:
        _line("@", f"  {change.entry}, {AUTHORS[change.author]}")
        for sign, text in _lines(change):
            _line(sign, f"  {sign} {text}")


def _file(space: SpaceStatus) -> str:
    return f" ({target.shown_text(space.file)})" if space.file else ""


def _lines(change: EntryChange) -> list[tuple[str, str]]:
    """The old and the new text; of long ones the changed lines with some around them."""
    old, new = _text(change.live), _text(change.wanted)
    if len(old) <= 1 or len(new) <= 1:
        return [("-", line) for line in old] + [("+", line) for line in new]
    found = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
    return [(line[0], line[1:]) if line[0] in "+-" else (" ", "…" if line[0] == "@" else line[1:]) for line in found]


def _text(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return value.splitlines() or [""]
    if isinstance(value, dict):
        from ....yamlio.printer import to_yaml

        return to_yaml(value).splitlines()
    return [json.dumps(value, ensure_ascii=False, default=str)]


def _line(sign: str, text: str) -> None:
    colour = _COLOURS.get(sign, "") if output.has_colour(sys.stdout) else ""
    print(f"{colour}{output.harmless(text)}\x1b[0m" if colour else output.harmless(text))
