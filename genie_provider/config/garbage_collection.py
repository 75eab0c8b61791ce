"""garbage_collection: Python's garbage collector, set for processes that live for one command.

Over 500 spaces a program, or a command such as `validate`, makes some hundred thousand objects that all stay
until it ends. Looking through them again and again for cycles to free took half of its processor time and
found nothing.
"""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 100_000
"""New objects between two looks, where Python's own setting is 700 (2,000 from Python 3.13 on)."""


def look_rarely() -> None:
    """From now on cycles are looked for rarely, and never among what was there already.

    They are still freed: a process that goes on for long does not grow without end.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
