"""evaluation_stage: a local workspace with one space of benchmarks, and evaluations of it without waiting."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.handle import Handle
from genie_provider.client import Access, Workspace
from genie_provider.client.http.pacing import Clock
from genie_provider.evaluation.comparison import Baseline
from genie_provider.evaluation.gate import EXIT_CODES, Judgement, judge
from genie_provider.evaluation.saved import Saved
from genie_provider.model.gate import Policy
from genie_provider.workflows.evaluate import Evaluator, Target

TOKEN = "dapi0123456789abcdef0123456789abcdef"
QUESTIONS = ("How many orders?", "Which region sells most?", "What was the revenue?")


class HurriedClock(Clock):
    """Sleeping moves its time and lasts a moment at most."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead_s = 0.0

    def now(self) -> float:
        return time.monotonic() + self.ahead_s

    def sleep(self, seconds: float) -> None:
        self.ahead_s += seconds


def body_of(questions: Any = QUESTIONS) -> dict[str, Any]:
    """A definition with these benchmarks; a pair is a question with its expected SQL, None for one without."""
    pairs = [(each, f"SELECT {at} AS n") if isinstance(each, str) else each for at, each in enumerate(questions)]
    entries = [
        {
            "id": f"{at:032x}",
            "question": [text],
            **({"answer": [{"format": "SQL", "content": [sql]}]} if sql else {}),
        }
        for at, (text, sql) in enumerate(pairs, 1)
    ]
    return {"version": 2, "data_sources": {"tables": []}, "benchmarks": {"questions": entries}}


@dataclass
class Stage:
    """One space called "Sales", and what evaluations of it give."""

    handle: Handle
    folder: Path
    space_id: str

    def __post_init__(self) -> None:
        self.said: list[str] = []
        self.saved = Saved(self.folder, "dev")

    def workspace(self) -> Workspace:
        access = Access.find(self.handle.url, None, TOKEN, env={})
        return Workspace(access, clock=HurriedClock(), budget_s=600)

    def evaluator(self, timeout_s: float = 1800.0) -> Evaluator:
        return Evaluator(self.workspace(), self.saved, timeout_s=timeout_s, report=self.said.append)

    def target(self) -> Target:
        return Target("sales", self.space_id)

    def judged(
        self, policy: Policy | None = None, *, patterns: tuple[str, ...] = (), baseline: Baseline | None = None
    ) -> Judgement:
        wanted = policy or Policy()
        evaluator = self.evaluator()
        found = evaluator.evaluate(evaluator.prepare(self.target(), wanted.repeat, patterns))
        return judge(found, wanted, baseline)

    def exit_code(self, policy: Policy | None = None) -> int:
        return EXIT_CODES[self.judged(policy).outcome]

    def switch(self, **settings: Any) -> None:
        self.handle.control.set_settings(**settings)

    def runs(self) -> int:
        return len(self.handle.control.evaluations(self.space_id))

    def starts(self) -> int:
        """How often a start was asked for, whatever became of it."""
        asked = self.handle.control.requests()
        return sum(each["method"] == "POST" and each["path"].endswith("/eval-runs") for each in asked)
