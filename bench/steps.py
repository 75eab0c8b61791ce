"""steps: what is measured, in the order a stack lives through it, on our project and on the floor."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from genie_provider.config import engine_tuning

from . import projects
from .measuring import Taken, run
from .projects import STACK, Bench
from .workspace import LocalWorkspace

TITLES = {
    "validate": "validate",
    "preview_new": "preview, all new",
    "up": "up, all new",
    "preview": "preview, nothing changed, every space read",
    "preview_offline": "preview, nothing changed, without reading",
    "preview_one": "preview, one changed",
    "up_one": "up, one changed",
    "refresh": "refresh",
    "export": "export of all",
    "eval": "eval of all, 5 questions a space",
    "destroy": "destroy",
    "up_bulk": "up, all new, `bulk`",
    "destroy_bulk": "destroy, `bulk`",
    "import": "import of all",
}
"""Every step, in the order of the tables."""

_ONE = frozenset({0})


@dataclass(frozen=True)
class Measured:
    """One step, once."""

    step: str
    taken: Taken
    calls: int
    at_once: int
    state_bytes: int


def pulumi(bench: Bench, *words: str, bulk: bool = False) -> Taken:
    """One pulumi command in the project, as a person's shell or a CI job would start it."""
    env = {**bench.env, **(engine_tuning.WITHOUT_CHECKPOINTS if bulk else {})}
    command = ["pulumi", *words, "--non-interactive", "--stack", STACK]
    return run(command, bench.folder, env, log=bench.folder / "log.txt")


def genie(bench: Bench, *words: str) -> Taken:
    """One of our own commands."""
    command = [sys.executable, "-m", "genie_provider", *words]
    return run(command, bench.folder, bench.env, log=bench.folder / "log.txt")


_UP = ("up", "--yes", "--skip-preview")
_REFRESH = ("refresh", "--yes", "--skip-preview")
_DESTROY = ("destroy", "--yes", "--skip-preview")


def on_ours(bench: Bench, workspace: LocalWorkspace, latency_s: float, wanted: Collection[str]) -> Iterator[Measured]:
    """The wanted steps of our project, from an empty workspace to an empty workspace."""

    def measured(step: str, command: Callable[[], Taken]) -> Measured:
        workspace.forget_calls()
        taken = command()
        calls = workspace.calls()
        return Measured(step, taken, calls.count, calls.at_once, _state_bytes(bench, step))

    workspace.reset(latency_s)
    projects.edit_ours(bench, frozenset())
    _begin(bench)
    if "validate" in wanted:
        yield measured("validate", lambda: genie(bench, "validate", "--stack", STACK))
    if "preview_new" in wanted:
        yield measured("preview_new", lambda: pulumi(bench, "preview"))
    if "up" in wanted:
        yield measured("up", lambda: pulumi(bench, *_UP))
    elif _DEPLOYED & set(wanted):
        pulumi(bench, *_UP, bulk=True)
    if "preview" in wanted:
        yield measured("preview", lambda: pulumi(bench, "preview"))
    projects.edit_ours(bench, _ONE)
    if "preview_one" in wanted:
        yield measured("preview_one", lambda: pulumi(bench, "preview"))
    if "up_one" in wanted:
        yield measured("up_one", lambda: pulumi(bench, *_UP))
    if "refresh" in wanted:
        yield measured("refresh", lambda: pulumi(bench, *_REFRESH))
    if "export" in wanted:
        shutil.rmtree(bench.folder / "exported", ignore_errors=True)
        yield measured("export", lambda: genie(bench, "export", "*", "--to", "exported", "--stack", STACK))
    if "eval" in wanted:
        shutil.rmtree(bench.folder / ".genie", ignore_errors=True)
        yield measured("eval", lambda: genie(bench, "eval", "--stack", STACK))
    if "preview_offline" in wanted:
        projects.set_reading(bench, False)
        pulumi(bench, *_REFRESH)  # puts into the state that nothing is read before a preview
        yield measured("preview_offline", lambda: pulumi(bench, "preview"))
        projects.set_reading(bench, True)
    if "destroy" in wanted:
        yield measured("destroy", lambda: pulumi(bench, *_DESTROY))
    workspace.reset(latency_s)
    projects.edit_ours(bench, frozenset())
    _begin(bench)
    if _IN_BULK & set(wanted):
        in_bulk = measured("up_bulk", lambda: pulumi(bench, *_UP, bulk=True))
        if "up_bulk" in wanted:
            yield in_bulk
    if "destroy_bulk" in wanted:
        yield measured("destroy_bulk", lambda: pulumi(bench, *_DESTROY, bulk=True))
    if "import" in wanted:
        if "destroy_bulk" in wanted:
            _begin(bench)
            pulumi(bench, *_UP, bulk=True)
        _begin(bench)
        shutil.rmtree(bench.folder / "spaces")
        yield measured("import", lambda: genie(bench, "import", "*", "--stack", STACK))
        shutil.rmtree(bench.folder / "spaces")


_DEPLOYED = frozenset({"preview", "preview_one", "up_one", "refresh", "export", "eval", "preview_offline", "destroy"})
"""Steps over a stack that is deployed; where `up` is not measured, it is deployed in bulk first."""
_IN_BULK = frozenset({"up_bulk", "destroy_bulk", "import"})


def on_floor(bench: Bench, wanted: Collection[str]) -> Iterator[Measured]:
    """The same steps of the floor, as far as they mean anything there."""

    def measured(step: str, *words: str, bulk: bool = False) -> Measured:
        return Measured(step, pulumi(bench, *words, bulk=bulk), 0, 0, _state_bytes(bench, step))

    projects.edit_floor(bench, frozenset())
    _begin(bench)
    if "preview_new" in wanted:
        yield measured("preview_new", "preview")
    if "up" in wanted:
        yield measured("up", *_UP)
    elif _DEPLOYED & set(wanted):
        pulumi(bench, *_UP, bulk=True)
    if "preview" in wanted:
        yield measured("preview", "preview")
    projects.edit_floor(bench, _ONE)
    if "preview_one" in wanted:
        yield measured("preview_one", "preview")
    if "up_one" in wanted:
        yield measured("up_one", *_UP)
    if "refresh" in wanted:
        yield measured("refresh", *_REFRESH)
    if "destroy" in wanted:
        yield measured("destroy", *_DESTROY)
    _begin(bench)
    if "up_bulk" in wanted:
        yield measured("up_bulk", *_UP, bulk=True)
    elif "destroy_bulk" in wanted:
        pulumi(bench, *_UP, bulk=True)
    if "destroy_bulk" in wanted:
        yield measured("destroy_bulk", *_DESTROY, bulk=True)


FLOOR_STEPS = frozenset(
    {"preview_new", "up", "preview", "preview_one", "up_one", "refresh", "destroy", "up_bulk", "destroy_bulk"}
)

FLOOR_OF = {"preview_offline": "preview"}
"""Steps that have the floor of another one; all others have their own, or none."""


_CHANGES_STATE = frozenset({"up", "up_one", "refresh", "destroy", "up_bulk", "destroy_bulk", "import"})


def _state_bytes(bench: Bench, step: str) -> int:
    return bench.state_bytes() if step in _CHANGES_STATE else 0


def _begin(bench: Bench) -> None:
    """An empty state with an empty stack in it."""
    bench.forget()
    pulumi_init(bench)


def pulumi_init(bench: Bench, words: Sequence[str] = ("stack", "init", STACK)) -> None:
    run(["pulumi", *words, "--non-interactive"], bench.folder, bench.env, log=bench.folder / "log.txt")
