"""acting: one case from its moment to its verdict."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import judging, scenes, specs
from .cases import Case, Requests
from .judging import Shown
from .situations import Situation
from .stage import Said, Stage

_COMMANDS = {
    "create": ("up", "--yes", "--skip-preview"),
    "update": ("up", "--yes", "--skip-preview"),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
_BULK = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
_FORBIDDEN = ("Traceback", "internal error", "panic:", "goroutine ")
_INTERRUPTED = re.compile(r"Traceback \(most recent call last\)(?:(?!Traceback).)*?KeyboardInterrupt", re.DOTALL)
"""Ctrl-C reaches the program too, and Pulumi's runner of programs says where."""


@dataclass(frozen=True)
class Known:
    """What runs without faults showed: the requests, the seconds, and how the workspace looks afterwards."""

    requests: dict[str, Requests]
    seconds: dict[str, float]
    golden: dict[str, list[Shown]]


@dataclass(frozen=True)
class Outcome:
    """How a case went. `struck` is false when the command ended before the fault's turn came."""

    case: Case | Situation
    struck: bool
    absorbed: bool
    seconds: float
    complaints: list[str] = field(default_factory=list)
    log: str = ""


def rehearse(stage: Stage) -> Known:
    """Runs every command once without faults, and keeps the moments the cases start from."""
    requests: dict[str, Requests] = {}
    seconds: dict[str, float] = {}
    golden: dict[str, list[Shown]] = {}
    made = stage.pulumi("stack", "init", "dev")
    assert made.code == 0, made.text
    stage.keep("empty")
    for phase, moment in (("create", "empty"), ("update", "made"), ("refresh", "made"), ("destroy", "made")):
        stage.go_back(moment)
        specs.write(stage.spaces, edited=phase == "update")
        with stage.open_workspace() as workspace:
            if phase == "refresh":
                edit_in_ui(stage)
            workspace.control.clear_requests()
            said = stage.pulumi(*_COMMANDS[phase], "--stack", "dev")
            assert said.code == 0, said.text
            requests[phase] = [each["method"] for each in workspace.control.requests()]
            seconds[phase] = said.seconds
            golden[phase] = judging.held(stage)
        if phase == "create":
            stage.keep("made")
            stage.keep_settings()
    return Known(requests, seconds, golden)


def edit_in_ui(stage: Stage) -> None:
    """Somebody edits both spaces in the UI, for a refresh to find."""
    for space in stage.here.control.spaces():
        stage.here.control.edit_in_ui(space["space_id"], description="Edited in the UI")


def act(stage: Stage, case: Case | Situation, known: Known) -> Outcome:
    """Plays the case, then a plain `pulumi up`, and judges."""
    began = time.monotonic()
    if isinstance(case, Situation):
        wrong, said = scenes.play(stage, case, known.golden)
        return Outcome(case, True, not wrong, time.monotonic() - began, wrong, _log(said))
    stage.go_back("empty" if case.phase == "create" else "made")
    specs.write(stage.spaces, edited=case.phase == "update")
    with stage.open_workspace(**case.switches) as workspace:
        if case.phase == "refresh":
            edit_in_ui(stage)
        if case.fault:
            kind, options = case.fault["kind"], {key: case.fault[key] for key in case.fault if key != "kind"}
            workspace.control.add_fault(kind, nth=case.at, **options)
        env = _BULK if case.bulk else {}
        process = stage.start(*_COMMANDS[case.phase], "--stack", "dev", **env)
        first, struck = _ended(stage, process, case, known)
        if case.fault:
            struck = any(fault["fired"] for fault in workspace.control.faults())
        workspace.control.clear_faults()
        said, wrong = [first], _wrong_after_command(stage, case, first, struck, known)
        wrong += _afterwards(stage, case, first, known, said)
    return Outcome(case, struck, first.code == 0, time.monotonic() - began, wrong, _log(said))


def _log(said: Sequence[Said]) -> str:
    return "\n".join(f"[exit {each.code}, {each.seconds:.1f} s]\n{each.text}" for each in said)


def _ended(stage: Stage, process: subprocess.Popen[str], case: Case, known: Known) -> tuple[Said, bool]:
    """The command's end: its own, or the one the case gives it; and whether that met it alive."""
    began = time.monotonic()
    if not case.stop:
        return stage.end_of(process, began), False
    seconds = known.seconds[case.phase] * case.at / 11  # the tenth one lies just before the end
    met = _wait_for_strike(stage, process) if case.fault else _wait(process, seconds)
    if not met:
        return stage.end_of(process, began), False
    if case.stop == "ctrl-c":
        process.send_signal(signal.SIGINT)
        return stage.end_of(process, began), True
    text = stage.kill(process, everything=case.stop == "everything")
    return Said(process.returncode, text, time.monotonic() - began), True


def _wait_for_strike(stage: Stage, process: subprocess.Popen[str]) -> bool:
    while process.poll() is None:
        if any(fault["fired"] for fault in stage.here.control.faults()):
            time.sleep(0.05)  # an act before the hang takes its moment
            return True
        time.sleep(0.01)
    return False


def _wait(process: subprocess.Popen[str], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _wrong_after_command(stage: Stage, case: Case, said: Said, struck: bool, known: Known) -> list[str]:
    text = _INTERRUPTED.sub("", said.text) if case.stop == "ctrl-c" else said.text
    wrong = [f"the command says {word!r}" for word in _FORBIDDEN if word in text]
    if case.stop in ("cli", "everything") and struck:
        return wrong
    if said.code == 0:
        live = judging.held(stage)
        if case.phase == "destroy" and live:
            wrong.append(f"exit code 0, but {[space['title'] for space in live]} are still there")
        if case.phase in ("create", "update") and live != known.golden[case.phase]:
            wrong += [f"exit code 0, but {each}" for each in judging.complaints(stage, known.golden[case.phase])]
    else:
        if case.absorbed:
            wrong.append(f"exit code {said.code}: this fault should not be noticed")
        if "error" not in said.text and case.stop != "ctrl-c":
            wrong.append("a failed command says no error")
    return wrong


def _afterwards(stage: Stage, case: Case, first: Said, known: Known, said: list[Said]) -> list[str]:
    """A plain `up`, with what a killed run needs before it; then nothing may be left to do."""
    if not stage.state_is_whole() or (stage.locked() and case.at % 2):
        said.append(stage.recover())
    elif stage.locked():
        said.append(stage.pulumi("cancel", "--yes", "--stack", "dev"))
    if case.phase == "destroy" and case.stop:
        # docs/recovery.md: a space that a killed destroy trashed is shown as live for a while; give it that.
        time.sleep(case.switches.get("trash_delay_s", 0.0))
    golden = known.golden["update" if case.phase == "update" else "create"]
    done = first.code == 0 and case.phase in ("create", "update") and not case.stop
    said.append(stage.up(*(["--expect-no-changes"] if done else [])))
    wrong = []
    if said[-1].code != 0:
        wrong.append(f"the up afterwards ends with {said[-1].code}")
    wrong += judging.complaints(stage, golden)
    if not done:
        said.append(stage.preview("--expect-no-changes"))
        if said[-1].code != 0:
            wrong.append("the preview afterwards is not empty")
    wrong += [f"a later command says {word!r}" for word in _FORBIDDEN for each in said[1:] if word in each.text]
    return wrong
