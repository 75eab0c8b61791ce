"""gate: `eval`: from names and flags to judgements: which spaces, what they cost, the runs, the comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from ..config.context import StackContext
from ..errors import GenieError, Place, SettingsError
from ..evaluation import evidence
from ..evaluation.comparison import Baseline
from ..evaluation.gate import Judgement, judge
from ..evaluation.records import Doubt, Evaluation
from ..evaluation.saved import FOLDER, Saved
from ..evaluation.words import many, span
from ..model import gate as policies
from . import evaluation_cost
from .candidate import Candidate, changed_specs
from .evaluate import AT_ONCE, Evaluator, Prepared, Target, evaluate_all
from .evaluation_targets import StackOfSpaces, TargetError, baseline_finder, earlier, last_live_run, stack_of, targets

Report = Callable[[str], None]
Finder = Callable[[Target], Baseline | None]


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; `flags` are keys of a gate and win over spec and stack."""

    names: Sequence[str] = ()
    questions: Sequence[str] = ()
    flags: Mapping[str, Any] = field(default_factory=dict)
    baseline: str = ""
    changed: bool = False
    last: bool = False
    fresh: bool = False
    max_questions: int | None = None
    timeout_s: float = 1800.0


@dataclass(frozen=True)
class Evaluated:
    """The judgements, in the order of the spaces; `places` tells where questions stand in the specs."""

    judgements: list[Judgement]
    places: Callable[[], dict[tuple[str, str], Place]] = dict


def evaluate_live(here: StackContext, asked: Asked, report: Report) -> Evaluated:
    """The gate over spaces as they are.

    Raises:
        TargetError: a name or a baseline that means nothing, or more questions than allowed; nothing was started.
        SettingsError: a gate that cannot be meant.
    """
    spaces, workspace = stack_of(here), here.connect()
    if spaces.why:
        report(f"the state of stack {here.stack} cannot be read ({spaces.why}); spaces are found by their titles")
    saved = Saved(here.folder / FOLDER, here.stack)
    evaluator = Evaluator(workspace, saved, timeout_s=asked.timeout_s, report=report)
    wanted = sorted(targets(spaces, workspace, asked.names), key=lambda each: each.name)
    finder = _baseline(here, asked, evaluator)
    judgements = _gate(evaluator, wanted, here, asked, finder, report)
    return Evaluated(judgements, spaces.places)


def evaluate_candidate(base: StackContext, word: str, asked: Asked, report: Report) -> Evaluated:
    """The gate over the specs that differ from what a stack holds, deployed for as long as it takes.

    Raises:
        TargetError, SettingsError: as `evaluate_live`.
        GenieError: pulumi or the workspace could not do it; the candidate is taken away all the same.
    """
    spaces, workspace = stack_of(base), base.connect()
    candidate = Candidate(base, word, base.connect(), report)  # an interrupt stops the other connection for good
    candidate.take_away()
    report(f"looking for specs that differ from what stack {base.stack} holds")
    changed = changed_specs(base)
    _refuse_unknown(asked.names, spaces)
    names = [name for name in changed if not asked.names or name in asked.names]
    if not names:
        return Evaluated([], spaces.places)
    report(f"changed: {', '.join(names)}")
    try:
        ids = candidate.deploy(spaces.loaded, names)
        saved = Saved(base.folder / FOLDER, candidate.stack)
        evaluator = Evaluator(workspace, saved, timeout_s=asked.timeout_s, report=report)
        wanted = [Target(name, space_id, spaces.gate_of(name)) for name, space_id in sorted(ids.items())]
        finder = _baseline(base, replace(asked, baseline=asked.baseline or base.stack), evaluator)
        judgements = _gate(evaluator, wanted, base, asked, finder, report, compares=True)
    finally:
        _end(candidate, report)
    return Evaluated(judgements, spaces.places)


def _end(candidate: Candidate, report: Report) -> None:
    """Takes the candidate away; a second attempt for what a signal or a lost answer left half done."""
    try:
        candidate.take_away()
    except (GenieError, KeyboardInterrupt) as first:
        try:
            candidate.take_away()
        except GenieError:
            report(f"the candidate {candidate.stack} is left behind; the next run of it takes it away: {first}")


def _refuse_unknown(names: Sequence[str], spaces: StackOfSpaces) -> None:
    for name in names:
        if name not in spaces.loaded.specs:
            raise TargetError(f"there is no spec '{name}' (there are: {', '.join(spaces.loaded.specs) or 'none'})")


# ── steps ───────────────────────────────────────────────────────────────────────────────────


def _gate(
    evaluator: Evaluator,
    wanted: Sequence[Target],
    here: StackContext,
    asked: Asked,
    finder: Finder | None,
    report: Report,
    compares: bool = False,
) -> list[Judgement]:
    """Judges every space.

    Args:
        finder: finds the baseline that was asked for; None compares with what was saved before.
        compares: what the baseline has right may not be wrong, unless a gate says otherwise.
    """
    chosen = {each.name: _policy(here, each, asked) for each in wanted}
    before = {each.name: _found(finder, each, evaluator.saved) for each in wanted}
    if compares:
        chosen = {name: _comparing(policy, asked, before[name]) for name, policy in chosen.items()}
    if asked.last:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(evaluator.judge_last, wanted))
    else:
        found = _evaluated(evaluator, wanted, chosen, asked, report)
    judgements = [_judged(each, chosen[each.name], before[each.name]) for each in found]
    _remember_regressions(judgements, evaluator.saved)
    return judgements


def _remember_regressions(judgements: Sequence[Judgement], saved: Saved) -> None:
    """A try that was refused must not be what the next try is compared with."""
    for each in judgements:
        if each.policy.no_regression and any(change.kind == "worse" for change in each.changes):
            saved.keep(replace(each.evaluation, regressed=True))


def _comparing(policy: policies.Policy, asked: Asked, before: Baseline | Doubt | None) -> policies.Policy:
    """A candidate is compared wherever there is something to compare with."""
    if "no_regression" in asked.flags or not isinstance(before, Baseline):
        return policy
    return replace(policy, no_regression=True)


def _judged(evaluation: Evaluation, policy: policies.Policy, baseline: Baseline | Doubt | None) -> Judgement:
    if isinstance(baseline, Doubt):
        return judge(replace(evaluation, doubts=[*evaluation.doubts, baseline]), policy)
    return judge(evaluation, policy, baseline)


def _policy(here: StackContext, target: Target, asked: Asked) -> policies.Policy:
    of_stack = policies.parse(here.settings.gate, "genie:gate")
    of_spec = policies.parse(target.gate, f"benchmarks.gate of {target.name}", of_stack)
    return policies.parse(asked.flags, "the command line", of_spec)


def _found(finder: Finder | None, target: Target, saved: Saved) -> Baseline | Doubt | None:
    """A baseline that cannot be read is a doubt about the space, not an end for all."""
    if finder is None:
        return earlier(saved, target.name)
    try:
        return finder(target)
    except GenieError as error:
        return Doubt(f"the baseline cannot be read: {error}", "name another one with --baseline")


def _evaluated(
    evaluator: Evaluator,
    wanted: Sequence[Target],
    chosen: Mapping[str, policies.Policy],
    asked: Asked,
    report: Report,
) -> list[Evaluation]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        prepared = list(
            pool.map(lambda each: evaluator.prepare(each, chosen[each.name].repeat, asked.questions), wanted)
        )
    kept = {each.target.name: _unchanged(evaluator.saved, each) for each in prepared} if asked.changed else {}
    to_ask = [each for each in prepared if kept.get(each.target.name) is None]
    _tell_unchanged([name for name, held in kept.items() if held], report)
    _tell_cost(evaluator, to_ask, asked.max_questions, report)
    if asked.fresh:
        for each in to_ask:
            evaluator.saved.end(each.target.name)
    found = {each.name: each for each in evaluate_all(evaluator, to_ask)}
    return [found.get(each.target.name) or kept[each.target.name] or each.evaluation for each in prepared]


def _unchanged(saved: Saved, prepared: Prepared) -> Evaluation | None:
    """The last evaluation, where it asked the same of the same definition and proves something."""
    last, now = saved.last(prepared.target.name), prepared.evaluation
    if last is None or now.doubts or last.definition != now.definition or last.repeats < now.repeats:
        return None
    if {each.question_id for each in last.asked} != {each.question_id for each in now.asked}:
        return None
    return None if evidence.doubts(last) else last


def _tell_unchanged(names: Sequence[str], report: Report) -> None:
    if names:
        report(f"unchanged since the last run, which is judged again: {', '.join(names)}")


def _tell_cost(evaluator: Evaluator, prepared: Sequence[Prepared], most: int | None, report: Report) -> None:
    """How many answers will be paid for.

    Raises:
        TargetError: more than `most`.
    """
    answers, asking = sum(each.answers for each in prepared), [each for each in prepared if each.answers]
    if most is not None and answers > most:
        raise TargetError(
            f"{many(answers, 'answer')} would be asked for, --max-questions allows {most}; nothing was begun"
        )
    if not asking:
        return
    questions = sum(len(each.evaluation.asked) for each in asking)
    repeats = "" if answers == questions else f", with repeats {many(answers, 'answer')}"
    last = {each.target.space_id: held for each in asking if (held := evaluator.saved.last(each.target.name))}
    report(f"{many(len(asking), 'space')}, {many(questions, 'question')}{repeats}{_time(last)}")
    billed = evaluation_cost.last_bill(evaluator.workspace, asking[0].warehouse_id, last) if last else None
    if billed is not None:
        report(f"billed last time: at most {billed:.2f} DBU, and the warehouse's time")


def _time(last: Mapping[str, Evaluation]) -> str:
    """How long the slowest space took last time; spaces run side by side."""
    seconds = [sum(run.seconds for run in each.runs) for each in last.values()]
    return f"; took {span(max(seconds))} last time" if seconds and max(seconds) >= 1 else ""


def _baseline(here: StackContext, asked: Asked, evaluator: Evaluator) -> Finder | None:
    if not asked.baseline:
        return None

    def live_of(stack: str) -> Callable[[str], Evaluation | None]:
        try:
            other = here if stack == here.stack else StackContext.of(here.folder, stack)
        except SettingsError as error:
            raise TargetError(f"--baseline {stack}: neither a file, nor a run's id, nor a stack: {error}") from None
        spaces, workspace = stack_of(other), other.connect()
        there = Evaluator(workspace, Saved(here.folder / FOLDER, stack), timeout_s=0, report=evaluator.report)

        def live(name: str) -> Evaluation | None:
            held = (spaces.held or {}).get(name)
            found = [Target(name, held)] if held else targets(spaces, workspace, [name]) if not spaces.held else []
            return last_live_run(there, found[0]) if found else None

        return live

    return baseline_finder(asked.baseline, here.folder / FOLDER, evaluator, live_of)
