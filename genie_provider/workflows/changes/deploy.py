"""deploy: `up`, then the benchmarks of what changed; where they fail, every space goes back to what it was.

What stood before is written to a journal before anything is sent, with how far the deploy is: one that was killed is
told by `recover` and ended by `resume`. A space is put back by an update like any other (one call for its body), so it
is as before or as after, never between; one that somebody edited in the UI meanwhile is left alone and named.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from ...codec import normalize
from ...codec.veil import veiled
from ...compare import diff
from ...config.context import StackContext
from ...errors import GenieError
from ...lifecycle import Call
from ...model import state as keys
from ...reconcile.space import SpaceLifecycle
from ...review.data import Review
from ...review.history.records import content_of, holds_secret
from ..live_spaces import provider_config
from ..pulumi_cli import Engine, HeldSpace
from . import recording

Phase = Literal["updating", "judging", "putting back"]
Say = Callable[[str], None]
Outcome = Literal["passed", "failed", "not known"]

FOLDER: Final = Path(".genie", "deploys")


class DeployError(GenieError):
    """A deploy cannot begin or go on; the text says why and what to do."""


@dataclass
class Before:
    """One space as it stood; `after` is what the update made of it, once that is known."""

    space_id: str
    op: Literal["update", "create"]
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Journal:
    """How far a deploy is.

    Attributes:
        spaces: those that it changes or makes, by name.
        trashed: those that it trashes; no call takes them out again.
        done: those that are put back.
        edited: those that were left alone, since somebody edited them meanwhile.
    """

    stack: str
    began: str
    phase: Phase
    spaces: dict[str, Before] = field(default_factory=dict)
    trashed: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    edited: dict[str, str] = field(default_factory=dict)


@dataclass
class Deployed:
    """How it ended: what the benchmarks said, what was put back and what was left, each with its reason."""

    code: int = 0
    outcome: Outcome | None = None
    put_back: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    problem: str = ""


Judge = Callable[[Sequence[str]], tuple[Outcome, dict[str, Any]]]
"""Evaluates spaces by name: what came of it, and a summary for the history."""


def deploy(
    engine: Engine,
    review: Review,
    judge: Judge | None,
    run: recording.Run,
    say: Say,
) -> Deployed:
    """Carries out what a preview found.

    Args:
        review: the preview that was shown.
        judge: None to evaluate nothing.
        run: pulumi's update, with the flags that it gets.

    Raises:
        DeployError: an earlier deploy is not ended, or a space cannot be read or put back later; nothing was sent.
    """
    refuse_unended(engine)
    file = journal_file(engine.project, engine.stack_file_name)
    context = StackContext.of(engine.project, engine.stack_file_name)
    journal = begun(engine, context, review) if judge else None
    if journal:
        _write(file, journal)
    done = recording.recorded(context, engine, "deploy", run)
    if done.problem:
        say(f"not written into the history: {done.problem}")
    if journal is None or judge is None:
        return Deployed(done.code)
    result = finish(engine, context, replace(journal, phase="judging"), judge, say)
    result.code = result.code or done.code
    return result


def refuse_unended(engine: Engine) -> None:
    """Nothing is begun while an earlier deploy is not ended.

    Raises:
        DeployError: there is one; says what it left.
    """
    file = journal_file(engine.project, engine.stack_file_name)
    if file.exists():
        raise DeployError(f"{told(read(file), engine)}\n  end it first: genie deploy --resume")


def begun(engine: Engine, context: StackContext, review: Review) -> Journal:
    """The journal of a deploy that is about to begin: every space that it changes, as it stands.

    Raises:
        DeployError: one that cannot be read, or that holds a value which could not be put back.
    """
    held, lifecycle = engine.spaces_if_any(), SpaceLifecycle(provider_config(context.settings))
    journal = Journal(
        engine.stack_file_name, recording.now(), "updating", trashed=[s.name for s in review.by("delete")]
    )
    for space in review.by("create"):
        journal.spaces[space.name] = Before("", "create")
    for space in review.by("update"):
        known = held[space.name]
        found = lifecycle.read(_call(space.name, engine), known.id, known.inputs, known.outputs)
        if found is None or found.unfinished:
            why = "; ".join(found.unfinished or []) if found else "it is in the trash or gone"
            raise DeployError(f"{space.name} could not be put back later: {why}; nothing was sent")
        if holds_secret(content_of(found.inputs)):
            raise DeployError(f"{space.name} holds a secret, so it could not be put back; use `genie up`")
        journal.spaces[space.name] = Before(known.id, "update", found.inputs, found.outputs)
    return journal


def resume(engine: Engine, judge: Judge, say: Say) -> Deployed:
    """Ends a deploy that was cut short: judges what it did, and puts back where that fails.

    Raises:
        DeployError: there is none.
    """
    file = journal_file(engine.project, engine.stack_file_name)
    if not file.exists():
        raise DeployError(f"no deploy of stack {engine.stack_file_name} was cut short")
    context, journal = StackContext.of(engine.project, engine.stack_file_name), read(file)
    if journal.phase == "updating":
        standing = {name: state_of(engine, context, name, each) for name, each in journal.spaces.items()}
        say(f"the update was cut short: {_counted(standing)}")
        if "as before" in standing.values() or "not made" in standing.values():
            say("what is as before is still to be updated: genie deploy, once this one is ended")
        journal = replace(journal, phase="judging")
    return finish(engine, context, journal, judge, say)


def finish(engine: Engine, context: StackContext, journal: Journal, judge: Judge, say: Say) -> Deployed:
    """Judges what was changed, and puts back what did not pass."""
    file = journal_file(engine.project, engine.stack_file_name)
    _write(file, journal)
    held = engine.spaces_if_any()
    names = [name for name in journal.spaces if name in held]
    if journal.phase == "judging":
        outcome, evaluation = judge(names) if names else ("passed", {})
        if outcome == "passed":
            file.unlink()
            return Deployed(0, outcome, problem=_note(context, engine, "deploy: judged", "succeeded", evaluation))
        say(f"the evaluation {'failed' if outcome == 'failed' else 'is not known'}: putting back what stood before")
        journal = replace(journal, phase="putting back")
        _write(file, journal)
    else:
        outcome, evaluation = "failed", {}
    return _put_back(engine, context, journal, held, outcome, evaluation, say)


# ── the way back ────────────────────────────────────────────────────────────────────────────


def _put_back(
    engine: Engine,
    context: StackContext,
    journal: Journal,
    held: Mapping[str, HeldSpace],
    outcome: Outcome,
    evaluation: dict[str, Any],
    say: Say,
) -> Deployed:
    file = journal_file(engine.project, engine.stack_file_name)
    # An edit made in the UI since the update is not ours to undo, whatever the stack says of edits before it.
    lifecycle = SpaceLifecycle(provider_config(replace(context.settings, ui_edits="stop")))
    result = Deployed(3 if outcome == "not known" else 1, outcome)
    for name, before in journal.spaces.items():
        if name not in held or name in journal.done:
            continue
        try:
            _put_one_back(engine, lifecycle, name, before, held[name])
            journal.done.append(name)
            say(f"put back   {name}" if before.op == "update" else f"trashed    {name}, which was new")
        except GenieError as error:
            journal.edited[name] = str(error)
            say(f"left as it is: {name}\n  {error}")
        _write(file, journal)
    result.put_back, result.left = list(journal.done), dict(journal.edited)
    result.left.update(dict.fromkeys(journal.trashed, "is in the trash; the API has no way back"))
    file.unlink()
    result.problem = _note(context, engine, "deploy: put back", "put back", evaluation)
    return result


def _note(context: StackContext, engine: Engine, command: str, outcome: str, evaluation: dict[str, Any]) -> str:
    """Writes it into the history; why it could not, else ""."""
    try:
        recording.noted(context, engine, command, outcome, evaluation=evaluation)
    except GenieError as error:
        return str(error)
    return ""


def _put_one_back(engine: Engine, lifecycle: SpaceLifecycle, name: str, before: Before, now: HeldSpace) -> None:
    """One space in the workspace, then in the state: a kill in between leaves what the next `resume` does again."""
    call = _call(name, engine)
    if before.op == "create":
        lifecycle.delete(call, now.id, now.outputs)
        _in_state(engine, now.urn, None)
        return
    found = lifecycle.read(call, now.id, now.inputs, now.outputs)
    if found is not None and not diff.changes(normalize.settle(found.inputs, before.inputs), before.inputs):
        outputs = before.outputs | {key: found.outputs[key] for key in _FRESH if key in found.outputs}
    else:
        made = lifecycle.update(call, now.id, now.inputs, now.outputs, before.inputs)
        outputs = now.outputs | made.outputs
    _in_state(engine, now.urn, (before.inputs, outputs))


_FRESH: Final = (keys.ETAG, keys.SEEN, keys.WRITTEN)


def _in_state(engine: Engine, urn: str, values: tuple[dict[str, Any], dict[str, Any]] | None) -> None:
    """What the stack knows of one space: as before the deploy, or no longer."""
    exported = engine.export()
    resources = exported["deployment"].get("resources") or []
    if values is None:
        exported["deployment"]["resources"] = [each for each in resources if each["urn"] != urn]
    for each in resources:
        if values and each["urn"] == urn:
            provider = {"__provider": each["inputs"]["__provider"]} if "__provider" in each["inputs"] else {}
            each["inputs"], each["outputs"] = {**veiled(values[0]), **provider}, {**values[1], **provider}
    engine.put_back(exported)


def state_of(engine: Engine, context: StackContext, name: str, before: Before) -> str:
    """Whether a space is "as before", "as after" or "edited", "not made" or "gone"."""
    held = engine.spaces_if_any().get(name)
    if before.op == "create":
        return "as after" if held and held.id else "not made"
    lifecycle = SpaceLifecycle(provider_config(context.settings))
    found = lifecycle.read(_call(name, engine), before.space_id, before.inputs, before.outputs)
    if found is None:
        return "gone"
    if not diff.changes(normalize.settle(found.inputs, before.inputs), before.inputs):
        return "as before"
    wanted = _wanted(context, name, lifecycle, engine)
    same = wanted is not None and not diff.changes(normalize.settle(found.inputs, wanted), wanted)
    return "as after" if same else "edited"


def _wanted(context: StackContext, name: str, lifecycle: SpaceLifecycle, engine: Engine) -> dict[str, Any] | None:
    from ...codec.spec_inputs import inputs_of

    loaded = context.load_specs()
    spec = loaded.specs.get(name)
    if spec is None:
        return None
    inputs = inputs_of(spec, context.ownership_key(name), context.defaults_for(name, loaded.places[name].file))
    return lifecycle.check(_call(name, engine), None, inputs).inputs


def _call(name: str, engine: Engine) -> Call:
    return Call(name, engine.project_name, engine.stack_file_name)


# ── the journal ─────────────────────────────────────────────────────────────────────────────


def journal_file(project: Path, stack: str) -> Path:
    return project / FOLDER / f"{stack}.json"


def read(file: Path) -> Journal:
    """A journal.

    Raises:
        DeployError: it cannot be read.
    """
    try:
        held = json.loads(file.read_text("utf-8"))
        spaces = {name: Before(**each) for name, each in held.pop("spaces").items()}
        return Journal(**held, spaces=spaces)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DeployError(f"{file} cannot be read ({error}); it tells of a deploy that was cut short") from None


def told(journal: Journal, engine: Engine) -> str:
    """What a deploy that was cut short left, in a sentence for each part."""
    context = StackContext.of(engine.project, engine.stack_file_name)
    standing = {}
    for name, before in journal.spaces.items():
        try:
            standing[name] = state_of(engine, context, name, before)
        except GenieError as error:
            standing[name] = f"not known: {error}"
    did = {
        "updating": "while it updated",
        "judging": "before its benchmarks were judged",
        "putting back": "while it put back what stood before",
    }[journal.phase]
    return f"a deploy of stack {journal.stack}, begun {journal.began}, was cut short {did}: {_counted(standing)}"


def _counted(standing: Mapping[str, str]) -> str:
    groups: dict[str, list[str]] = {}
    for name, state in standing.items():
        groups.setdefault(state, []).append(name)
    return "; ".join(f"{state}: {', '.join(names)}" for state, names in groups.items()) or "no space"


def _write(file: Path, journal: Journal) -> None:
    """Whole or not at all; readable to this account alone, since it holds what spaces say."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(asdict(journal), stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
