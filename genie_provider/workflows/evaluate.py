"""evaluate: benchmark runs of live spaces, from the first question to a record that can be judged.

Several spaces side by side, the repeats of one space one after another, as the workspace handles them anyway. What goes
wrong becomes a doubt in the record; nothing here decides whether a space passes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ..errors import WorkspaceError
from ..evaluation import words
from ..evaluation.records import Answer, Doubt, Evaluation, Question, Rows, Run, digest_of, now, questions_of
from ..evaluation.saved import Saved, UnderWay

if TYPE_CHECKING:
    from ..client import Workspace
    from ..client.api.evaluations import EvaluationDetails, EvaluationResponse, EvaluationRow, EvaluationRun

AT_ONCE: Final = 16
"""Spaces side by side; the client decides how many calls that may be."""
ROWS_AT_ONCE: Final = 8
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 15.0
LATE_VERDICTS_S: Final = 60.0
"""How long a finished run may still lack verdicts or rows."""
FAILURES_IN_A_ROW: Final = 5
"""Reads of a run that may fail one after another before it is given up."""
RESUME_S: Final = 8 * 3600.0
"""A run that was begun longer ago is no longer taken up: its definition may have been there and back."""

_SQL = re.compile(r"(?is)\s*(--[^\n]*\n\s*|/\*.*?\*/\s*)*\(*\s*(select|with|from|values|table|show|describe|explain)\b")

Report = Callable[[str], None]


@dataclass(frozen=True)
class Target:
    """One space to evaluate. `gate` is what its spec says of it."""

    name: str
    space_id: str
    gate: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A space that was looked at: what will be asked, how often, and what stands in the way."""

    target: Target
    evaluation: Evaluation
    warehouse_id: str = ""

    @property
    def answers(self) -> int:
        """Answers that will be paid for."""
        return 0 if self.evaluation.doubts else len(self.evaluation.asked) * self.evaluation.repeats


class Evaluator:
    """Evaluates spaces of one workspace.

    Args:
        saved: where records go, and what was begun before.
        timeout_s: seconds for all runs of one space.
        report: hears how far it is, a sentence at a time; called from several threads.
    """

    def __init__(self, workspace: Workspace, saved: Saved, *, timeout_s: float, report: Report) -> None:
        self.workspace = workspace
        self.saved = saved
        self.timeout_s = timeout_s
        self.report = report

    # ── before ──────────────────────────────────────────────────────────────────────────────

    def prepare(self, target: Target, repeats: int = 1, patterns: Sequence[str] = ()) -> Prepared:
        """Reads the space and chooses its questions; costs nothing."""
        evaluation = Evaluation(target.name, target.name, target.space_id, stack=self.saved.stack, at=now())
        evaluation = replace(evaluation, repeats=repeats, url=f"{self.workspace.host}/genie/rooms/{target.space_id}")
        try:
            remote = self.workspace.get(target.space_id)
        except WorkspaceError as error:
            return Prepared(target, _doubted(evaluation, _doubt_of(error)))
        if remote is None:
            return Prepared(target, _doubted(evaluation, Doubt("the space is in the trash or gone", "run pulumi up")))
        evaluation = replace(evaluation, title=remote.title)
        if remote.body is None:
            doubt = Doubt("the workspace does not show the definition yet", "evaluate again in a minute or two")
            return Prepared(target, _doubted(evaluation, doubt))
        known = questions_of(remote.body)
        asked = [each for each in known if not patterns or any(words.fits(one, each.text) for one in patterns)]
        evaluation = replace(evaluation, asked=asked, partial=len(asked) < len(known))
        evaluation = replace(evaluation, definition=digest_of(remote.body, remote.warehouse_id))
        if not asked:
            evaluation = _doubted(evaluation, _nothing_to_ask(known))
        return Prepared(target, evaluation, remote.warehouse_id)

    # ── the runs ────────────────────────────────────────────────────────────────────────────

    def evaluate(self, prepared: Prepared) -> Evaluation:
        """All runs of one space; the record is saved when it is whole, and never raises for what the workspace does."""
        evaluation, target = prepared.evaluation, prepared.target
        if evaluation.doubts:
            return evaluation
        deadline = self.workspace.clock.now() + self.timeout_s
        begun = self._begun(evaluation)
        runs: list[Run] = []
        while len(runs) < evaluation.repeats and not self.workspace.clock.stopped:
            runs.append(self._one_run(evaluation, begun, len(runs), deadline))
            if runs[-1].status != words.DONE:
                break
        evaluation = replace(evaluation, runs=runs, definition_after=self._definition(target.space_id))
        self.saved.keep(evaluation)
        if not any(map(_is_worth_taking_up, runs)):
            self.saved.end(evaluation.name)
        return evaluation

    def _begun(self, evaluation: Evaluation) -> UnderWay:
        """What an earlier evaluation of the same questions began and did not finish, else a fresh start."""
        asked = sorted(each.question_id for each in evaluation.asked)
        held = self.saved.under_way(evaluation.name)
        same = (evaluation.space_id, evaluation.definition, asked)
        if held and (held.space_id, held.definition, held.asked) == same and time.time() - held.began < RESUME_S:
            return held
        return UnderWay(*same)

    def _one_run(self, evaluation: Evaluation, begun: UnderWay, number: int, deadline: float) -> Run:
        started = now()
        try:
            run_id = self._started(evaluation, begun, number, deadline)
        except WorkspaceError as error:
            return Run("", started=started, doubts=[_doubt_of(error)])
        ended, doubt = self._until_ended(evaluation, run_id, deadline, number)
        counts = (ended.num_questions, ended.num_correct, ended.num_needs_review)
        run = Run(run_id, ended.status, started, _seconds(ended), *counts)
        if doubt:
            return replace(run, doubts=[doubt])
        begun.finished, begun.run_id = [*begun.finished, run_id], ""
        self.saved.begin(evaluation.name, begun)
        return self._with_answers(evaluation, run, deadline) if run.status == words.DONE else run

    def _started(self, evaluation: Evaluation, begun: UnderWay, number: int, deadline: float) -> str:
        """The run to wait for: one begun earlier, else a new one, started once."""
        if number < len(begun.finished):
            return begun.finished[number]
        if begun.run_id:
            self.report(f"{evaluation.name}: taking up the run that was begun earlier")
            return begun.run_id
        listed = self.workspace.evaluations(evaluation.space_id)
        if begun.starting:
            fresh = [each for each in listed if each.run_id not in begun.before]
            if fresh:
                self.report(f"{evaluation.name}: taking up a run whose start had no answer")
                return self._confirmed(evaluation, begun, max(fresh, key=lambda each: each.created_ms or 0).run_id)
        begun.starting, begun.before, begun.began = True, [each.run_id for each in listed], time.time()
        self.saved.begin(evaluation.name, begun)
        return self._confirmed(evaluation, begun, self._start(evaluation, begun, deadline).run_id)

    def _confirmed(self, evaluation: Evaluation, begun: UnderWay, run_id: str) -> str:
        begun.starting, begun.before, begun.run_id = False, [], run_id
        begun.began = begun.began or time.time()
        self.saved.begin(evaluation.name, begun)
        return run_id

    def _start(self, evaluation: Evaluation, begun: UnderWay, deadline: float) -> EvaluationRun:
        """Waits where the workspace refuses a second run beside one under way: a refusal costs nothing."""
        ids = [each.question_id for each in evaluation.asked] if evaluation.partial else None
        wait_s = FIRST_WAIT_S
        while True:
            try:
                return self.workspace.start_evaluation(evaluation.space_id, ids, before=begun.before)
            except WorkspaceError as error:
                if error.kind != "ambiguous":
                    begun.starting = False
                    self.saved.end(evaluation.name)
                if error.kind not in ("taken", "outdated") or self._is_over(deadline):
                    raise
            self.report(f"{evaluation.name}: another run is under way; waiting for it")
            wait_s = self._wait(wait_s, deadline)
            begun.before = [each.run_id for each in self.workspace.evaluations(evaluation.space_id)]
            begun.starting = True
            self.saved.begin(evaluation.name, begun)

    def _until_ended(
        self, evaluation: Evaluation, run_id: str, deadline: float, number: int
    ) -> tuple[EvaluationRun, Doubt | None]:
        """The run once it has ended; with a doubt, as it was when it was given up."""
        wait_s, failures, last = FIRST_WAIT_S, 0, _unread(run_id)
        progress = _Progress(evaluation, number, self.report, self.workspace.clock.now, self._usual_s(evaluation))
        while True:
            try:
                last, failures = self.workspace.evaluation(evaluation.space_id, run_id), 0
            except WorkspaceError as error:
                failures += 1
                if failures >= FAILURES_IN_A_ROW or not _passes(error):
                    return last, _doubt_of(error)
            if last.status == words.DONE or last.status in words.ENDED_BADLY:
                return last, None
            if self._is_over(deadline):
                return last, _given_up(last, self.timeout_s)
            progress.tell(last)
            wait_s = self._wait(wait_s, deadline)

    def _usual_s(self, evaluation: Evaluation) -> float:
        """Seconds a question took last time; 0 if never measured."""
        before = self.saved.last(evaluation.name)
        asked = sum(len(run.answers) for run in before.runs) if before else 0
        return sum(run.seconds for run in before.runs) / asked if before and asked else 0.0

    def _wait(self, wait_s: float, deadline: float) -> float:
        clock = self.workspace.clock
        clock.sleep(max(0.05, min(wait_s, deadline - clock.now())))
        return min(LONGEST_WAIT_S, wait_s * 1.5)

    def _is_over(self, deadline: float) -> bool:
        return self.workspace.clock.stopped or self.workspace.clock.now() >= deadline

    # ── the rows ────────────────────────────────────────────────────────────────────────────

    def _with_answers(self, evaluation: Evaluation, run: Run, deadline: float) -> Run:
        """The run with its verdicts; rows and verdicts that come late are waited for, a while."""
        wanted = {each.question_id for each in evaluation.asked}
        give_up_at = min(deadline, self.workspace.clock.now() + LATE_VERDICTS_S)
        answers: dict[str, Answer] = {}
        wait_s = FIRST_WAIT_S
        try:
            while True:
                rows = self.workspace.evaluation_rows(evaluation.space_id, run.run_id)
                missing = [each for each in rows if not _is_judged(answers.get(each.result_id))]
                answers |= self._read_answers(evaluation.space_id, run.run_id, missing)
                done = {each.question_id for each in rows} >= wanted and all(map(_is_judged, answers.values()))
                if done or self._is_over(give_up_at):
                    return replace(run, answers=list(answers.values()))
                self.report(f"{evaluation.name}: the run is done, some verdicts are not there yet")
                wait_s = self._wait(wait_s, give_up_at)
        except WorkspaceError as error:
            return replace(run, answers=list(answers.values()), doubts=[_doubt_of(error)])

    def _read_answers(self, space_id: str, run_id: str, rows: list[EvaluationRow]) -> dict[str, Answer]:
        def read(row: EvaluationRow) -> tuple[str, Answer]:
            return row.result_id, _answer(row, self.workspace.evaluation_details(space_id, run_id, row.result_id))

        if not rows:
            return {}
        with ThreadPoolExecutor(min(ROWS_AT_ONCE, len(rows))) as pool:
            return dict(pool.map(read, rows))

    def read_run(self, target: Target, run_id: str) -> Evaluation:
        """A run that took place, as the workspace tells it now; verdicts given by hand since then count.

        Raises:
            WorkspaceError: it is not there, or may not be read.
        """
        told = self.workspace.evaluation(target.space_id, run_id)
        rows = self.workspace.evaluation_rows(target.space_id, run_id)
        answers = list(self._read_answers(target.space_id, run_id, rows).values())
        at = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime((told.created_ms or 0) / 1000))}"
        counts = (told.num_questions, told.num_correct, told.num_needs_review)
        run = Run(run_id, told.status, at, _seconds(told), *counts, answers)
        asked = [Question(each.question_id, each.question, each.expected_sql) for each in answers]
        url = f"{self.workspace.host}/genie/rooms/{target.space_id}"
        asked.sort(key=lambda question: question.text)
        return Evaluation(target.name, target.name, target.space_id, url, self.saved.stack, at, asked=asked, runs=[run])

    def judge_last(self, target: Target) -> Evaluation:
        """The last saved evaluation with its runs read anew, for verdicts that were given by hand meanwhile."""
        prepared = self.prepare(target)
        held = self.saved.last(target.name)
        if prepared.evaluation.doubts or held is None:
            doubts = prepared.evaluation.doubts or [
                Doubt("no evaluation of this space is saved here", "run eval first")
            ]
            return replace(prepared.evaluation, doubts=doubts)
        try:
            fresh = [self.read_run(target, run.run_id).runs[0] for run in held.runs]
        except WorkspaceError as error:
            return _doubted(replace(held, runs=[]), _doubt_of(error))
        runs = [
            replace(new, started=old.started, seconds=old.seconds) for new, old in zip(fresh, held.runs, strict=True)
        ]
        found = replace(held, at=now(), title=prepared.evaluation.title, runs=runs)
        found = replace(found, definition_after=prepared.evaluation.definition)
        self.saved.keep(found)
        return found

    def _definition(self, space_id: str) -> str:
        """The digest now; "" when it cannot be read."""
        try:
            remote = self.workspace.get(space_id)
        except WorkspaceError:
            return ""
        return digest_of(remote.body, remote.warehouse_id) if remote and remote.body is not None else ""


class _Progress:
    """Says how far a run is, when that changes and at most every ten seconds."""

    EVERY_S = 10.0

    def __init__(
        self, evaluation: Evaluation, number: int, report: Report, clock: Callable[[], float], usual_s: float
    ) -> None:
        self._evaluation, self._number, self._report, self._clock = evaluation, number, report, clock
        self._began = self._told_at = clock()
        self._usual_s = usual_s

    def tell(self, run: EvaluationRun) -> None:
        if self._clock() - self._told_at < self.EVERY_S:
            return
        self._told_at = self._clock()
        spent_s, of = self._told_at - self._began, len(self._evaluation.asked)
        state = run.status.lower().replace("_", " ") or "no state told"
        done = (
            f"{run.num_done} of {of} questions" if run.num_done is not None else f"{state}, for {words.span(spent_s)}"
        )
        repeats = self._evaluation.repeats
        turn = f" (repeat {self._number + 1} of {repeats})" if repeats > 1 else ""
        self._report(f"{self._evaluation.name}{turn}: {done}{self._left(run, spent_s, of)}")

    def _left(self, run: EvaluationRun, spent_s: float, of: int) -> str:
        """By this run's own speed where it tells how far it is, else by the last one's."""
        per_question_s = spent_s / run.num_done if run.num_done else self._usual_s
        left_s = per_question_s * (of - (run.num_done or 0)) - (0 if run.num_done else spent_s)
        return f", about {words.span(left_s)} left" if per_question_s and left_s > 0 else ""


def evaluate_all(evaluator: Evaluator, prepared: Sequence[Prepared]) -> list[Evaluation]:
    """Every space, side by side, in the order given."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            return list(pool.map(evaluator.evaluate, prepared))
        except BaseException:  # Ctrl-C: no thread goes on waiting; what is under way is taken up by the next evaluation
            pool.shutdown(wait=False, cancel_futures=True)
            evaluator.workspace.stop()
            raise


# ── small parts ─────────────────────────────────────────────────────────────────────────────


def _doubted(evaluation: Evaluation, doubt: Doubt) -> Evaluation:
    return replace(evaluation, doubts=[*evaluation.doubts, doubt])


def _doubt_of(error: WorkspaceError) -> Doubt:
    """An error of the workspace as a reason, its way out apart."""
    code = " ".join(str(part) for part in (error.status, error.error_code) if part)
    said = f"{error.message} ({code})" if error.message and code else error.message or code or error.kind
    return Doubt(f"{error.step}: {said}", error.hint or "evaluate again; the run may still be going on")


def _nothing_to_ask(known: Sequence[Question]) -> Doubt:
    if not known:
        return Doubt("the space has no benchmarks", "write some into the spec, or name only the spaces that have them")
    return Doubt(
        f"no benchmark fits --question; there are {words.many(len(known), 'question')}, such as “{known[0].text}”",
        "`*` stands for any text",
    )


def _given_up(run: EvaluationRun, timeout_s: float) -> Doubt:
    known = run.status in words.UNDER_WAY
    state = run.status or "no state" if known else f"{run.status}, a state nobody knows"
    return Doubt(
        f"the time of {words.span(timeout_s)} is used up and the run goes on ({state})",
        "the same command again takes that run up at no cost; --timeout gives it longer",
    )


def _passes(error: WorkspaceError) -> bool:
    """Whether the run may well go on behind this error."""
    return error.kind in ("limited", "unreachable", "garbled") or (error.status or 0) >= 500


def _is_worth_taking_up(run: Run) -> bool:
    """Whether the next evaluation can go on with the run: it was not read to its end, or its start had no answer."""
    return bool(run.doubts) and run.status not in words.ENDED_BADLY


def _unread(run_id: str) -> EvaluationRun:
    from ..client.api.evaluations import EvaluationRun

    return EvaluationRun(run_id)


def _seconds(run: EvaluationRun) -> float:
    """How long the workspace says it took."""
    return max(0.0, ((run.updated_ms or 0) - run.created_ms) / 1000) if run.created_ms else 0.0


def _is_judged(answer: Answer | None) -> bool:
    """Whether there is nothing to wait for: a verdict, or an end without one."""
    return answer is not None and (bool(answer.verdict) or answer.status in words.ENDED_BADLY)


def _answer(row: EvaluationRow, told: EvaluationDetails) -> Answer:
    sql = next((each.text for each in told.actual if _is_sql(each)), "")
    text = "\n\n".join(each.text for each in told.actual if not _is_sql(each) and each.text)
    expected = next((each.text for each in told.expected if each.text), "") or row.expected
    return Answer(
        row.question_id,
        row.question,
        told.status or row.status,
        told.assessment,
        told.reasons,
        told.manual,
        expected,
        sql,
        text,
        _rows_of(told.expected),
        _rows_of(told.actual),
    )


def _is_sql(response: EvaluationResponse) -> bool:
    """By what it says: `response_type` is TEXT on rows that hold SQL."""
    return response.result is not None or bool(_SQL.match(response.text))


def _rows_of(responses: Sequence[EvaluationResponse]) -> Rows | None:
    result = next((each.result for each in responses if each.result is not None), None)
    if result is None:
        return None
    manifest, held, status = (_map(result.get(key)) for key in ("manifest", "result", "status"))
    columns = _map(manifest.get("schema")).get("columns")
    names = [str(_map(each).get("name", "")) for each in columns] if isinstance(columns, list) else []
    data = held.get("data_array")
    rows = [each for each in data if isinstance(each, list)] if isinstance(data, list) else []
    count = manifest.get("total_row_count")
    error = str(_map(status.get("error")).get("message") or "it failed") if status.get("state") == "FAILED" else ""
    return Rows(names, rows, count if isinstance(count, int) else None, error)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
