"""Runs all cases, or those whose words match, and prints a table by kind. Exit code 1 if one ends badly."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from .acting import Known, Outcome, act, rehearse
from .cases import AnyCase, all_cases, draw
from .stage import NoCli, Stage

_stage: Stage
_known: Known


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.engine.chaos", description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases whose description holds all of these")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--draw", type=int, help="only so many, of as many kinds as can be")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--logs", type=Path, help="write what the commands of bad cases said into this folder")
    parser.add_argument("--list", action="store_true", help="print the cases and run none")
    arguments = parser.parse_args(argv)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also as a background job; see tests/conftest.py
    with tempfile.TemporaryDirectory(prefix="genie-chaos-") as folder:
        try:
            return _run(arguments, Path(folder))
        except NoCli as problem:
            print(problem, file=sys.stderr)
            return 2


def _run(arguments: argparse.Namespace, folder: Path) -> int:
    began = time.monotonic()
    known = _prepare(folder / "rehearsal")
    cases = [case for case in all_cases(known.requests) if all(word in str(case) for word in arguments.words)]
    if arguments.draw:
        cases = draw(cases, arguments.draw, arguments.seed)
    if arguments.list:
        print(*cases, sep="\n")
        return 0
    print(f"{len(cases)} cases, {arguments.workers} at a time", flush=True)
    outcomes = []
    with multiprocessing.Pool(arguments.workers, _begin_worker, (folder,)) as pool:
        for outcome in pool.imap_unordered(_play, cases):
            outcomes.append(outcome)
            _tell(outcome, len(outcomes), len(cases), arguments.logs)
    print(table(outcomes))
    print(f"seed {arguments.seed}; {time.monotonic() - began:.0f} s")
    return 1 if any(outcome.complaints for outcome in outcomes) else 0


def _prepare(folder: Path) -> Known:
    stage = Stage(folder)
    try:
        return rehearse(stage)
    finally:
        stage.end_processes()


def _begin_worker(folder: Path) -> None:
    global _stage, _known
    _stage = Stage(folder / f"worker-{os.getpid()}")
    _known = rehearse(_stage)


def _play(case: AnyCase) -> Outcome:
    try:
        return act(_stage, case, _known)
    except Exception as error:
        return Outcome(case, True, False, 0.0, [f"the case itself broke: {type(error).__name__}: {error}"])
    finally:
        _stage.end_processes()


def _tell(outcome: Outcome, number: int, total: int, logs: Path | None) -> None:
    if outcome.complaints:
        print(f"BAD {outcome.case}", *outcome.complaints, sep="\n    ", flush=True)
        if logs:
            logs.mkdir(parents=True, exist_ok=True)
            name = "".join(letter if letter.isalnum() else "-" for letter in str(outcome.case))
            (logs / f"{name}.log").write_text("\n".join([str(outcome.case), *outcome.complaints, outcome.log]))
    elif number % 25 == 0:
        print(f"{number} of {total}", flush=True)


def table(outcomes: Sequence[Outcome]) -> str:
    """By promise, one line a kind: cases, how many the command did not notice, how many ended well."""
    rows = [("promise, kind", "cases", "absorbed", "put right by up", "bad")]
    struck = [outcome for outcome in outcomes if outcome.struck]
    for promise in sorted({outcome.case.promise for outcome in struck}):
        of_promise = [outcome for outcome in struck if outcome.case.promise == promise]
        rows.append(_row(promise, of_promise))
        for kind in dict.fromkeys(outcome.case.kind for outcome in of_promise):
            rows.append(_row(f"  {kind}", [outcome for outcome in of_promise if outcome.case.kind == kind]))
    rows.append(_row("all", struck))
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    missed = len(outcomes) - len(struck)
    return "\n".join([*lines, f"{missed} more did not count: the command was over before their turn"])


def _row(kind: str, outcomes: Sequence[Outcome]) -> tuple[str, str, str, str, str]:
    bad = sum(bool(outcome.complaints) for outcome in outcomes)
    absorbed = sum(outcome.absorbed and not outcome.complaints for outcome in outcomes)
    return kind, str(len(outcomes)), str(absorbed), str(len(outcomes) - absorbed - bad), str(bad)


if __name__ == "__main__":
    sys.exit(main())
