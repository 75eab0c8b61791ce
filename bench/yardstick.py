"""yardstick: how fast this machine is at the moment, so that numbers of two runs can be compared.

A fixed piece of work like the one that is measured (JSON, text, hashing; one processor), done before and after.
Divide seconds by the yardstick of their run, and what is left of a difference is the program's.
"""

from __future__ import annotations

import hashlib
import json
import time

_ROUNDS = 150


def measure() -> float:
    """Seconds of the fixed work, some half a second on a machine of 2026."""
    entry = {"name": "a table", "columns": {f"column {number}": "what it means" for number in range(200)}}
    began = time.perf_counter()
    digest = hashlib.sha256()
    for number in range(_ROUNDS):
        text = json.dumps({**entry, "number": number, "again": [entry] * 10}, sort_keys=True)
        digest.update(json.dumps(json.loads(text)).encode())
    return time.perf_counter() - began
