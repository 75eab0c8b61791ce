"""A draw of the chaos cases; `make chaos` runs them all."""

from __future__ import annotations

from pathlib import Path

from tests.engine.chaos.acting import act, rehearse
from tests.engine.chaos.cases import all_cases, draw
from tests.engine.chaos.stage import Stage

COUNT, SEED = 10, 6


def test_a_draw_of_faults_and_kills_ends_with_exactly_the_spaces_of_the_specs(tmp_path: Path, cli: str) -> None:
    stage = Stage(tmp_path)
    try:
        known = rehearse(stage)
        cases = draw(all_cases(known.requests), COUNT, SEED)
        outcomes = [act(stage, case, known) for case in cases]
    finally:
        stage.end_processes()

    bad = [f"{each.case}: {'; '.join(each.complaints)}\n{each.log}" for each in outcomes if each.complaints]
    assert not bad, "\n\n".join(bad)
    assert len({case.kind for case in cases}) == COUNT
    assert sum(each.struck for each in outcomes) >= COUNT - 2, "a kill by time may come too late, a fault does not"
