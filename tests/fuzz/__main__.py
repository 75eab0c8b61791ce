"""`python -m tests.fuzz [SECONDS] [WORD…]`: new examples until the time is over; prints how many, and every crash."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.bodies import bodies
from tests.fuzz import strategies, targets

_ANSWERS = st.tuples(strategies.statuses, strategies.headers, strategies.answer_texts)
TARGETS: dict[str, tuple[Callable[..., None], st.SearchStrategy[Any]]] = {
    "loader": (targets.load_spec, strategies.spec_bytes),
    "variables": (targets.substitute, strategies.references),
    "spaces": (targets.read_space, strategies.answers),
    "bodies": (targets.read_body, bodies()),
    "answers": (lambda three: targets.judge_answer(*three), _ANSWERS),
    "texts": (targets.show, strategies.harmful),
}
_ROUND = 500


def main(arguments: Sequence[str]) -> int:
    seconds = float(arguments[0]) if arguments else 60.0
    wanted = [name for name in TARGETS if not arguments[1:] or name in arguments[1:]]
    until, counts, crashes = time.monotonic() + seconds, dict.fromkeys(wanted, 0), 0
    while time.monotonic() < until:
        for name in wanted:
            crashes += not _round(name, counts)
    print(", ".join(f"{name} {count}" for name, count in counts.items()), f"examples; {crashes} rounds with a crash")
    return 1 if crashes else 0


def _round(name: str, counts: dict[str, int]) -> bool:
    target, strategy = TARGETS[name]

    @settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def play(example: Any) -> None:
        counts[name] += 1
        target(example)

    try:
        play()
    except Exception:
        print(f"── {name}", traceback.format_exc(), sep="\n", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
