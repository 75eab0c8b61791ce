"""scenes: plays a situation and judges it by its promise.

Every scene begins with two spaces that `up` made, but for those of a killed create.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import yaml

from . import judging, specs
from .cases import LAGS
from .judging import Shown
from .situations import Situation
from .stage import STACK, Said, Stage

_FORBIDDEN = ("Traceback", "internal error", "panic:", "goroutine ")
_FOLDER = "/Shared/chaos"
_TABLE: Final = {"version": 2, "data_sources": {"tables": [{"identifier": "samples.nyctaxi.zones"}]}}

_WRITES = {"method": "PATCH", "path_regex": "/genie/spaces/"}
_WAITS: Final[dict[str, dict[str, Any]]] = {
    "429": {"kind": "429", "retry_after": 2, **_WRITES},
    "503": {"kind": "status", "status": 503, "error_code": "TEMPORARILY_UNAVAILABLE", "retry_after": 2, **_WRITES},
    "answer lost, not acted": {"kind": "drop_before", **_WRITES},
}
_ODD: Final[dict[str, dict[str, Any]]] = {
    "500": {"kind": "status", "status": 500},
    "403": {"kind": "status", "status": 403, "error_code": "PERMISSION_DENIED"},
    "broken JSON": {"kind": "garbage", "form": "broken_json"},
    "HTML": {"kind": "garbage", "form": "html"},
    "error in a 200": {"kind": "garbage", "form": "error_in_200"},
}
_LOST_STATE_FAULTS: Final[dict[str, dict[str, Any]]] = {
    "list fails once": {"kind": "status", "status": 503, "method": "GET", "path_regex": "/genie/spaces$"},
    "write limited": {"kind": "429", "method": "PATCH"},
    "write's answer lost": {"kind": "drop_after", "method": "PATCH"},
}
_EDITS: Final[dict[str, dict[str, Any]]] = {
    "title": {"title": "Named in the UI"},
    "description": {"description": "Described in the UI"},
    "another entry": {"instruction": "Answer in French"},
    "a new entry": {"sample_question": {"question": "Asked in the UI?"}},
}


class Scene:
    """A stage on which one situation is played: runs commands, and gathers what is wrong."""

    def __init__(self, stage: Stage, situation: Situation, golden: Mapping[str, list[Shown]]) -> None:
        self.stage, self.situation, self.golden = stage, situation, golden
        self.control = stage.here.control
        self.said: list[Said] = []
        self.wrong: list[str] = []

    def run(self, *args: str, ok: bool | None = None, env: Mapping[str, str] = MappingProxyType({})) -> Said:
        return self.heard(self.stage.pulumi(*args, "--stack", STACK, **env), ok)

    def heard(self, said: Said, ok: bool | None = None) -> Said:
        self.said.append(said)
        self.wrong += [f"a command says {word!r}" for word in _FORBIDDEN if word in said.text]
        if ok is not None and (said.code == 0) is not ok:
            self.wrong.append(f"command {len(self.said)} ends with {said.code}")
        return said

    def up(self, *args: str, ok: bool | None = True, env: Mapping[str, str] = MappingProxyType({})) -> Said:
        return self.run("up", "--yes", "--skip-preview", *[each for each in args if each], ok=ok, env=env)

    def command(self, name: str, *args: str, ok: bool | None = None) -> Said:
        flags = () if name == "preview" else ("--yes", "--skip-preview")
        return self.run(name, *flags, *[each for each in args if each], ok=ok)

    def check(self, holds: bool, words: str) -> None:
        if not holds:
            self.wrong.append(words)

    # ── what there is ───────────────────────────────────────────────────────────────────────

    def ids(self) -> set[str]:
        return {each["space_id"] for each in self.control.spaces()}

    def all(self) -> list[dict[str, Any]]:
        return self.control.spaces(trashed=True)

    def id_of(self, name: str) -> str:
        return judging.state_of(self.stage)[0][name]

    def other(self, name: str) -> str:
        return next(each for each in specs.NAMES if each != name)

    def described(self, space_id: str) -> str:
        return str(self.control.space(space_id).get("description") or "")

    # ── what is expected ────────────────────────────────────────────────────────────────────

    def same_ids(self, before: set[str]) -> None:
        self.check(self.ids() == before, f"the workspace holds {sorted(self.ids())}, not {sorted(before)}")

    def untouched(self, before: list[dict[str, Any]]) -> None:
        self.check(self.all() == before, "a space was made, changed or trashed")

    def settled(self) -> None:
        """The state knows what is there, each space is marked as its own, and nothing is left to do."""
        known = judging.state_of(self.stage)[0]
        for name, space_id in known.items():
            mark = judging.mark_of(self.stage, space_id)
            here = f"{self.stage.project}/{STACK}/{name} #"
            self.check(not mark or mark.startswith(here), f"{name} carries the mark {mark!r}")
            self.check(not mark or judging.is_for(mark, space_id), f"{name} carries the mark of another space")
        self.run("preview", "--expect-no-changes", ok=True)

    def as_specs_say(self, edited: bool = False) -> None:
        self.wrong += judging.complaints(self.stage, self.golden["update" if edited else "create"])


def play(stage: Stage, situation: Situation, golden: Mapping[str, list[Shown]]) -> tuple[list[str], list[Said]]:
    """What is wrong, and what the commands said."""
    born = situation.kind == "killed between journal and create"
    stage.go_back("empty" if born else "made")
    specs.write(stage.spaces)
    with stage.open_workspace(**(LAGS if situation.get("lags") else {})):
        scene = Scene(stage, situation, golden)
        _PLAYS[situation.kind](scene)
    return scene.wrong, scene.said


# ── exactly one space for a spec ────────────────────────────────────────────────────────────────


def _lost_state(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    before, orders = scene.ids(), scene.id_of("orders")
    _lose(scene, "orders" if choose["lost"] == "one" else "")
    if choose["journal"] == "lost":
        stage.lose_journal()
    if choose["title"] == "changed in the UI":
        scene.control.edit_in_ui(orders, title="Named in the UI")
    elif choose["title"] == "changed in the spec":
        specs.write(stage.spaces, edited=True)
    elif choose["title"] == "prefixed":
        stage.configure(titlePrefix="'[dev] '")
    if choose["fault"]:
        fault = dict(_LOST_STATE_FAULTS[choose["fault"]])
        scene.control.add_fault(fault.pop("kind"), times=1, **fault)
    scene.up(ok=None if choose["fault"] else True)
    scene.control.clear_faults()
    if choose["fault"]:
        scene.up()
    scene.same_ids(before)
    scene.check(set(judging.state_of(stage)[0].values()) == before, "the state knows other spaces")
    if choose["title"] != "prefixed":
        scene.as_specs_say(edited=choose["title"] == "changed in the spec")
    scene.settled()


def _lose(scene: Scene, name: str) -> None:
    """One resource of the state, or all of it."""
    if name:
        scene.run("state", "delete", scene.stage.urn(name), "--yes", ok=True)
        return
    shutil.rmtree(scene.stage.state)
    scene.stage.state.mkdir()
    scene.heard(scene.stage.pulumi("stack", "init", STACK), ok=True)


def _killed_between(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    options = {"act": False} if choose["act"] == "before" else {"after": True}
    path = "/api/2.0/genie/spaces$"
    scene.control.add_fault("hang", method="POST", path_regex=path, nth=int(choose["post"]), seconds=60, **options)
    bulk = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"} if choose["mode"] == "bulk" else {}
    process = stage.start("up", "--yes", "--skip-preview", "--stack", STACK, **bulk)
    scene.check(_struck(scene, process), "the create was never asked for")
    text = stage.kill(process, everything=True)
    scene.said.append(Said(process.returncode, text, 0.0))
    scene.control.clear_faults()
    made = scene.ids()
    journal = stage.folder / ".genie" / f"{STACK}.journal"
    if choose["journal"] == "lost":
        stage.lose_journal()
    elif choose["journal"] == "cut short" and journal.exists():
        journal.write_bytes(journal.read_bytes()[:-9])
    specs.write(stage.spaces, edited=choose["title"] == "changed in the spec")
    if not stage.state_is_whole():
        scene.heard(stage.recover())
    elif stage.locked():
        scene.run("cancel", "--yes", ok=True)
    scene.up()
    scene.check(made <= scene.ids(), f"of {sorted(made)}, {sorted(scene.ids())} are left")
    scene.as_specs_say(edited=choose["title"] == "changed in the spec")
    scene.settled()


def _struck(scene: Scene, process: Any) -> bool:
    while process.poll() is None:
        if any(fault["fired"] for fault in scene.control.faults()):
            time.sleep(0.1)
            return True
        time.sleep(0.01)
    return False


# ── nobody else's space is touched ──────────────────────────────────────────────────────────────


def _elsewhere(scene: Scene) -> dict[str, str]:
    """A state of its own for whoever comes second: where its backend is."""
    state = scene.stage.folder / "state-of-others"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    scene.stage.lose_journal()
    env = {"PULUMI_BACKEND_URL": state.as_uri() + "?metadata=skip"}
    scene.heard(scene.stage.pulumi("stack", "init", STACK, **env), ok=True)
    return env


def _two_states(scene: Scene) -> None:
    choose, before = scene.situation, scene.all()
    env = _elsewhere(scene)
    scene.stage.configure(uiEdits=choose["uiEdits"])
    specs.write(scene.stage.spaces, edited=choose["title"] == "changed in the spec")
    said = _second(scene, env)
    scene.check("worked with another state" in said.text, "nobody says that another state made them")
    scene.untouched(before)


def _another_team(scene: Scene) -> None:
    choose, before = scene.situation, scene.all()
    env = _elsewhere(scene)
    scene.stage.configure(uiEdits=choose["uiEdits"], stackId="sffffffffff" if choose["stack id"] == "another" else "")
    specs.write(scene.stage.spaces, edited=choose["title"] == "changed in the spec")
    if choose["title"] == "changed in the spec":
        (scene.stage.spaces / "orders.yaml").unlink()  # under a title of its own it would be a space of its own
    said = _second(scene, env)
    scene.check("manages" in said.text, "nobody says who manages them")
    scene.untouched(before)


def _second(scene: Scene, env: dict[str, str]) -> Said:
    if scene.situation.get("command") == "preview":
        return scene.run("preview", env=env)
    return scene.up(scene.situation["flags"], ok=False, env=env)


def _copy(scene: Scene) -> None:
    choose, before = scene.situation, scene.ids()
    ours = scene.control.space(scene.id_of(choose["space"]))
    title, folder = {
        "beside, other title": (f"{ours['title']} copy", _FOLDER),
        "elsewhere, same title": (ours["title"], "/Shared/elsewhere"),
        "beside, time-stamped": (f"{ours['title']} 2026-11-21 10:11:12", _FOLDER),
    }[choose["place"]]
    copy = scene.control.make_space(title, ours["serialized_space"], parent_path=folder)
    if choose["tags"] == "copied":
        judging.set_mark(scene.stage, copy, judging.mark_of(scene.stage, ours["space_id"]))
    as_it_was = scene.control.space(copy)
    if choose["state"] == "lost":
        _lose(scene, "")
    specs.write(scene.stage.spaces, edited=True)
    scene.up()
    scene.same_ids(before | {copy})
    scene.check(scene.control.space(copy) == as_it_was, "the copy was touched")
    scene.settled()


def _stranger(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    name, other = choose["space"], scene.other(choose["space"])
    ours = scene.control.space(scene.id_of(name))
    scene.run("destroy", "--yes", "--skip-preview", ok=True)
    stage.lose_journal()
    body = json.loads(ours["serialized_space"]) if choose["body"] == "the same" else _TABLE
    if choose["body"] == "the same":
        body["config"] = {"sample_questions": [{"id": "01f0" + "c" * 28, "question": ["Mine?"]}]}
        body.pop("instructions", None)
    theirs = scene.control.make_space(ours["title"], body, parent_path=_FOLDER, creator="somebody@example.com")
    as_it_was = scene.control.space(theirs)
    stage.configure(uiEdits=choose["uiEdits"])
    scene.up(choose["flags"], ok=False)
    scene.check(scene.control.space(theirs) == as_it_was, "the stranger's space was touched")
    known = judging.state_of(stage)[0]
    scene.check(name not in known, "the state claims the stranger's space")
    if choose["flags"]:
        scene.check(other in known, "the other space was not made")


def _another_workspace(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    before = scene.all()
    specs.write(stage.spaces, edited=True)
    with stage.other_workspace() as other:
        stage.configure(host=other.url)
        said = scene.command(choose["command"], choose["flags"] if choose["command"] in ("up", "destroy") else "")
        scene.check(other.control.spaces(trashed=True) == [], "something was made in the other workspace")
        writes = [each for each in other.control.requests() if each["method"] not in ("GET", "HEAD")]
        scene.check(not writes, f"{len(writes)} writes went to the other workspace")
        if choose["command"] == "up":
            scene.check(said.code != 0 and "workspace" in said.text, "nobody says that it is another workspace")
    stage.configure()
    if choose["command"] == "destroy":
        return
    scene.check([each["space_id"] for each in scene.all()] == [each["space_id"] for each in before], "ids changed")
    scene.up()
    scene.as_specs_say(edited=True)


# ── no edit of the UI is lost unsaid ────────────────────────────────────────────────────────────


def _edit_in_wait(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    space_id, before = scene.id_of(choose["space"]), scene.ids()
    stage.configure(uiEdits=choose["uiEdits"])
    specs.write(stage.spaces, edited=True)
    fault = dict(_WAITS[choose["wait"]])
    fault["path_regex"] = f"/genie/spaces/{space_id}"
    scene.control.add_fault(fault.pop("kind"), times=1, **fault)
    process = stage.start("up", "--yes", "--skip-preview", "--stack", STACK)
    scene.check(_struck(scene, process), "the update never waited")
    scene.control.edit_in_ui(space_id, **_EDITS[choose["edit"]])
    said = scene.heard(stage.end_of(process))
    kept = _is_there(scene, space_id)
    scene.same_ids(before)
    scene.check(kept or "edited in the UI" in said.text, "an edit was lost and nobody said so")
    if choose["uiEdits"] == "stop":
        scene.check(kept, "an edit was overwritten although genie:uiEdits is stop")
        scene.check(said.code != 0, "the update did not stop")
        stage.configure(uiEdits="undo")
    scene.up()
    scene.as_specs_say(edited=True)
    scene.settled()


def _is_there(scene: Scene, space_id: str) -> bool:
    held = json.dumps(scene.control.space(space_id))
    marks = ("Named in the UI", "Described in the UI", "Answer in French", "Asked in the UI?")
    return any(text in held for text in marks)


def _lost_and_edited(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    space_id, before = scene.id_of(choose["space"]), scene.ids()
    scene.control.edit_in_ui(space_id, **_EDITS[choose["edit"]])
    _lose(scene, "")
    if choose["journal"] == "lost":
        stage.lose_journal()
    stage.configure(uiEdits=choose["uiEdits"])
    entry = "description" if choose["edit"] == "description" else "instructions"
    stops = choose["uiEdits"] == "stop"
    said = scene.up(ok=not stops)
    scene.check(entry in said.text, f"nobody speaks of {entry}")
    scene.check(_is_there(scene, space_id) is stops, "the edit is not as genie:uiEdits says")
    scene.same_ids(before)
    if stops:
        stage.configure(uiEdits="undo")
        scene.up()
    scene.as_specs_say()
    scene.settled()


# ── no space goes to the trash unmeant ──────────────────────────────────────────────────────────


def _replacement(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    before, urn, edited = scene.ids(), scene.stage.urn(choose["space"]), choose["spec"] == "edited"
    specs.write(stage.spaces, edited=edited)
    bulk = {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"} if choose["mode"] == "bulk" else {}
    if choose["how"] == "taint":
        scene.run("state", "taint", urn, "--yes", ok=True)
        said = scene.up(env=bulk)
    else:
        said = scene.up(choose["how"], urn, env=bulk)
    scene.check("in place" in said.text, "nobody says that it was updated in place")
    scene.same_ids(before)
    if choose["how"] == "--target-replace":
        scene.up()
    scene.as_specs_say(edited)
    scene.settled()


def _renamed(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    name, before = choose["space"], scene.ids()
    specs.write(stage.spaces, edited=choose["spec"] == "edited")
    file = stage.spaces / f"{name}.yaml"
    spec = yaml.safe_load(file.read_text())
    spec["title"] = {"orders": "Orders", "trips": "Trips"}[name]
    if choose["title"] == "changed in the spec":
        spec["title"] += ", by another name"
    file.unlink()
    new = stage.spaces / "renamed.yaml"
    new.write_text(yaml.safe_dump(spec, sort_keys=False))
    if choose["said"] == "no":
        seen = scene.run("preview")
        scene.check(f"was `{name}`?" in seen.text or spec["title"].endswith("name"), "the preview does not ask")
        if not spec["title"].endswith("name"):
            scene.up(choose["flags"], ok=False)
            scene.same_ids(before)
    new.write_text(yaml.safe_dump({**spec, "renamed_from": name}, sort_keys=False))
    scene.up(choose["flags"])
    scene.same_ids(before)
    scene.check("renamed" in judging.state_of(stage)[0], "the state knows no 'renamed'")
    scene.settled()


def _trashed(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    name, stops = choose["space"], choose["uiEdits"] == "stop"
    gone, other = scene.id_of(name), scene.id_of(scene.other(choose["space"]))
    stage.configure(uiEdits=choose["uiEdits"])
    scene.control.trash_in_ui(gone)
    time.sleep(LAGS["trash_delay_s"] if choose["lags"] else 0)
    said = scene.command(choose["command"])
    if choose["command"] == "destroy":
        if said.code != 0:
            scene.command("destroy", ok=True)
        scene.check(scene.ids() == set(), "spaces are left")
        return
    scene.check(other in scene.ids(), "the other space is gone")
    if choose["command"] in ("up", "preview"):
        scene.check("trashed in the UI" in said.text, "nobody says that it was trashed in the UI")
    if stops:
        scene.check(scene.ids() == {other}, "a space was made although genie:uiEdits is stop")
        stage.configure(uiEdits="undo")
    scene.up()
    scene.as_specs_say()
    scene.check(other in scene.ids() and gone not in scene.ids(), "ids are not as they must be")
    scene.settled()


# ── one bad space stops no other ────────────────────────────────────────────────────────────────


def _odd_space(scene: Scene) -> None:
    stage, choose = scene.stage, scene.situation
    bad, good = scene.id_of(choose["space"]), scene.id_of(scene.other(choose["space"]))
    specs.write(stage.spaces, edited=True)
    fault = dict(_ODD[choose["read"]])
    scene.control.add_fault(fault.pop("kind"), method="GET", path_regex=f"/genie/spaces/{bad}", times=1000, **fault)
    command = choose["command"]
    said = scene.command(command, "--continue-on-error" if command in ("up", "destroy") else "")
    scene.check(bad in said.text or choose["space"] in said.text, "nobody names the bad space")
    scene.control.clear_faults()
    if command == "destroy":
        scene.check(good not in scene.ids(), "the good space was not destroyed")
        scene.command("destroy", ok=True)
        scene.check(scene.ids() == set(), "spaces are left")
        return
    if command == "up":
        scene.check(said.code != 0, "the run says that all is well")
        wanted = "Yellow cabs in 2016" if choose["space"] == "orders" else "Every order, and who ordered"
        scene.check(scene.described(good) == wanted, "the good space was not updated")
    scene.up()
    scene.as_specs_say(edited=True)
    scene.settled()


_PLAYS: Final[dict[str, Callable[[Scene], None]]] = {
    "lost state": _lost_state,
    "killed between journal and create": _killed_between,
    "two states of one clone": _two_states,
    "another team of the same names": _another_team,
    "a copy": _copy,
    "a stranger's title": _stranger,
    "another workspace at the address": _another_workspace,
    "UI edit while an update waits": _edit_in_wait,
    "lost state and a UI edit": _lost_and_edited,
    "a forced replacement": _replacement,
    "a renamed spec": _renamed,
    "trashed in the UI": _trashed,
    "an odd space among good ones": _odd_space,
}
