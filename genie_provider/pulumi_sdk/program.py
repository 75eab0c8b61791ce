"""program: what the SDK does in a program for every single resource, kept short over hundreds of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pulumi
import pulumi.log
from pulumi.runtime import settings
from pulumi.runtime.mocks import MockMonitor

_STACK_LINES: Final = 8
"""The five of Pulumi's constructors, our own, and those of the program that called it."""

_send = pulumi.log.debug


def leave_out_debug_lines() -> None:
    """From now on, in this program, the SDK's own debug lines are not sent to the engine.

    It tells the engine five lines about each resource, each a call of its own that the program waits for: a
    sixth of a program's time over hundreds of spaces. The engine shows them with `--debug` and drops them else,
    and nobody tells the program which. `GENIE_DEBUG=1` in the environment brings them back. A program's own
    debug lines are sent as ever.
    """
    if not os.environ.get("GENIE_DEBUG"):
        pulumi.log.debug = _debug


def _debug(msg: str, *args: Any, **options: Any) -> None:
    caller = sys._getframe(1).f_globals.get("__name__", "")
    if not caller.startswith("pulumi."):
        _send(msg, *args, **options)


@contextmanager
def short_stack_trace() -> Iterator[None]:
    """Within the block, the SDK records few lines of where a resource was declared.

    It keeps them in the state, with every line of the call stack. The innermost ones tell where; the others are
    Pulumi's own start-up, the same for all: 1 kB a space, which the engine writes again at every step of an `up`.
    """
    before = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = _STACK_LINES
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before


def somebody_watches(options: pulumi.ResourceOptions) -> bool:
    """Whether anybody is to see the inputs on their way to the engine, or may change them there.

    Options of the resource, transformations of the stack, transforms and hooks of the whole program, tests of
    programs under mocks. Where a name that tells is gone from the SDK, the answer is yes.
    """
    if any((options.ignore_changes, options.transformations, options.transforms, options.parent)):
        return True
    if getattr(settings.get_root_resource(), "_transformations", True):
        return True
    callbacks = getattr(sys.modules.get("pulumi.runtime._callbacks"), "_CallbackServicer", None)
    return bool(getattr(callbacks, "_servicers", True)) or isinstance(settings.get_monitor(), MockMonitor)
