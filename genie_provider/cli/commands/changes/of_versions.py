"""What `show NAME@3` and `diff NAME@3..5`, `diff dev:NAME..prod:NAME` do: versions of the history, live spaces."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from ... import FINE, PROBLEMS, output, target

if TYPE_CHECKING:
    from ....workflows.changes.versions import Content

_VERSION: Final = re.compile(r"([^@:]+:)?[^@:]+@\d+\Z")


def is_version(text: str) -> bool:
    """Whether that is NAME@3, and no title or id."""
    return bool(_VERSION.match(text))


def show(arguments: argparse.Namespace, text: str) -> int:
    """One version as a spec, or as JSON."""
    from ....config.context import StackContext
    from ....review.history.versions import references
    from ....specs import writer
    from ....workflows.changes.versions import resolve

    project, stack = target.stack_of(arguments)
    (reference,) = references(text)
    found = resolve(project, stack, reference)
    if arguments.output == "json":
        output.print_json("version/1", _record(found))
        return FINE
    context = StackContext.of(project, (reference.stack or stack).rpartition("/")[2])
    print(writer.to_yaml(writer.authored(found.inputs, context.ownership_key(reference.name))), end="")
    output.say(_words(found))
    return FINE


def diff(arguments: argparse.Namespace, text: str) -> int:
    """Two versions or live spaces, entry by entry: - the first, + the second."""
    from ....review.history.records import HistoryError
    from ....review.history.versions import references
    from ....review.render.plain import entry_lines
    from ....workflows.changes.versions import compare, resolve

    project, stack = target.stack_of(arguments)
    meant = references(text)
    if len(meant) == 1:
        meant = [meant[0], type(meant[0])(meant[0].name, None, meant[0].stack)]
    if meant[0] == meant[1]:
        raise HistoryError(f"'{text}' names one thing twice; write NAME@3..5, NAME@3 or dev:NAME..prod:NAME")
    one, other = (resolve(project, stack, each) for each in meant)
    changes = compare(one, other)
    if arguments.output == "json":
        entries = [{"entry": each.path, "words": str(each.words), "old": each.old, "new": each.new} for each in changes]
        output.print_json("diff-of-versions/1", {"old": _record(one), "new": _record(other), "items": entries})
    else:
        sys.stdout.writelines(f"{line}\n" for each in changes for line in entry_lines(each))
    output.say(f"- {_words(one)}\n+ {_words(other)}" if changes else "no differences")
    return PROBLEMS if changes else FINE


def _words(found: Content) -> str:
    if found.version is None:
        return f"{found.reference}, live"
    record, space = found.version.record, found.version.space
    by = "edited in the UI" if space.by == "ui" else f"{record.command} by {record.who}"
    return f"{found.reference}, {by}, {found.version.at[:19].replace('T', ' ')}"


def _record(found: Content) -> dict[str, Any]:
    version = found.version
    return {
        "name": found.reference.name,
        "stack": found.reference.stack or (version.record.stack if version else ""),
        "version": version.number if version else None,
        "at": version.at if version else None,
        "run": version.record.number if version else None,
        "content": found.inputs,
    }
