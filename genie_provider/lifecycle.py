"""lifecycle: what a kind of resource can do, told without gRPC and without Pulumi.

The plugin (our host) and the adaptors for Pulumi's stock host both speak to this
protocol, so a kind of resource is written once: `spaces.SpaceLifecycle` is one.
Values are plain Python (dict, list, str, bool, int, float, None); a value that is not
known yet during a preview is `UNKNOWN`, at any depth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

Properties = dict[str, Any]
Path = tuple[str | int, ...]


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
    """Who is asking: the resource's place in Pulumi, and a voice on its row.

    `say("status", …)` is progress that the next status replaces; "info" and "warning" stay.
    On the stock host project, stack and urn are empty and `say` goes nowhere. The hosts answer previews
    of create and update themselves, so a lifecycle that is asked to create or update is meant.
    """

    name: str = ""
    project: str = ""
    stack: str = ""
    urn: str = ""
    preview: bool = False
    say: Callable[[Level, str], None] = lambda level, text: None


class Lifecycle(Protocol):
    """One kind of resource. Errors leave as `GenieError`; anything else is a bug.

    `check` and `diff` use no network; the engine calls them one at a time. On the stock host `update`
    gets no old inputs and `read` none at all. A kind may also have:

    - `hidden_inputs`: inputs that `check` adds itself (frozenset of names),
    - `stable_outputs`: outputs that no update changes, so that previews know them (frozenset of names),
    - `always_check`: True if `check` must run even when nothing changed,
    - `fingerprint(inputs)`: a short text by which the stock host, which keeps no old inputs, compares.
    """

    read_before_preview: bool
    """Whether every preview and `up` reads the live resource first (`refresh_before_update`)."""

    def check(self, call: Call, olds: Properties | None, news: Properties) -> Checked: ...

    def diff(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> list[Change]: ...

    def create(self, call: Call, inputs: Properties) -> Made: ...

    def read(self, call: Call, id: str, inputs: Properties | None, outputs: Properties | None) -> Found | None:
        """The live resource, or None when it is gone. `inputs` is None (or empty) on import."""
        ...

    def update(
        self, call: Call, id: str, old_inputs: Properties, old_outputs: Properties, news: Properties
    ) -> Made: ...

    def delete(self, call: Call, id: str, outputs: Properties) -> None: ...


class LifecycleFactory(Protocol):
    """Makes a lifecycle from the stack's configuration, as `configure` received it.

    Keys carry their namespace ("genie:host"); nested values are JSON text.
    """

    def __call__(self, config: Mapping[str, str]) -> Lifecycle: ...
