"""lifecycle: what a kind of resource can do, told without gRPC and without Pulumi.

The plugin (our host) and the adaptor for Pulumi's stock host both speak to this base
class, so a kind of resource is written once: `reconcile.space.SpaceLifecycle` is one.
Values are plain Python (dict, list, str, bool, int, float, None); a value that is not
known yet during a preview is `UNKNOWN`, at any depth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

Properties = dict[str, Any]
Path = tuple[str | int, ...]


PROJECT_FOLDER: Final = "project_folder"
"""Key of a lifecycle's configuration: the folder of the Pulumi project, which our own host knows."""


RUN: Final = "run"
"""Key of a lifecycle's configuration: tells the engine's run from others; all processes of a run have the same."""


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"

    def __copy__(self) -> _Unknown:
        return self

    def __deepcopy__(self, memo: object) -> _Unknown:
        return self


UNKNOWN: Final = _Unknown()
"""Stands for a value that another resource will give (only in previews)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed entry, for Pulumi's detailed diff."""

    path: Path
    kind: Literal["add", "delete", "update"]


@dataclass(frozen=True, slots=True)
class Checked:
    """Canonical inputs, and what is wrong with them: (path, message) each."""

    inputs: Properties
    failures: list[tuple[Path, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """A created or updated resource.

    `unfinished` names the steps that did not work although the resource exists: the
    engine then keeps id and outputs, fails the resource, and the next `up` updates it.
    """

    id: str
    outputs: Properties
    unfinished: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A live resource, as `read` found it.

    `unfinished` says what is wrong with it (None: as before; []: healed). It becomes a warning about
    this one resource and an update of it, where an error from `read` would stop all the others too.
    """

    id: str
    inputs: Properties
    outputs: Properties
    unfinished: list[str] | None = None


Level = Literal["status", "info", "warning"]


@dataclass(frozen=True, slots=True)
class Call:
    """Who is asking: the resource's place in Pulumi, and a way to say something on its row.

    `notify("status", …)` is progress that the next status replaces; "info" and "warning" stay.
    On the stock host project, stack and urn are empty and `notify` goes nowhere. The hosts answer previews
    of create and update themselves, so a lifecycle that is asked to create or update is meant.
    """

    name: str = ""
    project: str = ""
    stack: str = ""
    urn: str = ""
    preview: bool = False
    notify: Callable[[Level, str], None] = lambda level, text: None


class Lifecycle(ABC):
    """One kind of resource. Errors leave as `GenieError`; anything else is a bug.

    The engine's order in an `up`: `check`, then for what the state knows `read` (where `read_before_preview`),
    `recognise`, `diff`, and `update` or nothing; for what it does not know `create`; at the end `delete` of what
    no program names any more. `check` and `diff` use no network, and the engine calls them one at a time; the
    others come from many threads. On the stock host `update` gets no old inputs and `read` none at all.
    """

    read_before_preview: bool = False
    """Whether every preview and `up` reads the live resource first (`refresh_before_update`)."""

    hidden_inputs: frozenset[str] = frozenset()
    """Inputs that `check` adds itself: they differ without anything having been changed."""

    stable_outputs: frozenset[str] = frozenset()
    """Outputs that no update changes, so that previews know them."""

    always_check: bool = False
    """Whether `check` must run even when the program sends what the state already has."""

    # What a kind must do

    @abstractmethod
    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked:
        """The canonical inputs; exactly what `read` of an untouched resource returns."""

    @abstractmethod
    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]:
        """The changed entries, [] where an update would change nothing. Unknown values are changes."""

    @abstractmethod
    def create(self, call: Call, inputs: Properties) -> Made:
        """The resource, made exactly once however often this is tried."""

    @abstractmethod
    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        """The live resource, or None when it is gone. `inputs` is None (or empty) on import."""

    @abstractmethod
    def update(self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties) -> Made:
        """The resource as `news` say, changed in place, with all its outputs."""

    @abstractmethod
    def delete(self, call: Call, id: str, outputs: Properties) -> None:
        """Takes it away; what is gone already is no error."""

    # What a kind may do

    def fingerprint(self, inputs: Properties) -> str:
        """A short text that differs where the inputs do: the stock host keeps no old inputs and compares these.

        "" where the kind has none; the engine then compares the inputs itself.
        """
        return ""

    def foresee(self, call: Call, inputs: Properties) -> None:
        """Told at the preview of a create: the chance to say what it would come to. Writes nothing."""

    def expect_known(self) -> None:
        """Told at the check of every resource that the state knows, before anything is created."""

    def recognise(self, call: Call, outputs: Mapping[str, str]) -> None:
        """Asked before every diff, with the texts among the outputs: whether this is still the same workspace.

        Raises:
            GenieError: it is another one; nothing may be written.
        """

    def answer(self, function: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """What a program that invokes this kind's function is told; None where there is no such function."""
        return None

    def cancel(self) -> None:
        """Ctrl-C: nobody waits any more, so long waits should end. Called from another thread."""


class LifecycleFactory(Protocol):
    """Makes a lifecycle from the stack's configuration, as `configure` received it.

    Keys carry their namespace ("genie:host"); nested values are JSON text.
    """

    def __call__(self, config: Mapping[str, str]) -> Lifecycle: ...
