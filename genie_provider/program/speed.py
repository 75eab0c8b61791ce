"""speed: what Pulumi's SDK tells the engine about each resource, five lines each, left out.

Each line is a call of its own that the program waits for: a sixth of a program's time over hundreds of
spaces. The engine shows them with `--debug` and drops them else, and nobody tells the program which.
`GENIE_DEBUG=1` in the environment brings them back. A program's own debug lines are sent as ever.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pulumi.log

_send = pulumi.log.debug


def leave_out() -> None:
    """From now on, in this program."""
    if not os.environ.get("GENIE_DEBUG"):
        pulumi.log.debug = _debug


def _debug(msg: str, *args: Any, **options: Any) -> None:
    caller = sys._getframe(1).f_globals.get("__name__", "")
    if not caller.startswith("pulumi."):
        _send(msg, *args, **options)
