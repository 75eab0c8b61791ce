"""registry: which resource types are ours, and the lifecycle that serves each.

The one place to add a kind: its type token, the provider class that programs send, and
the lifecycle behind it. A kind that is not listed still works when its provider carries a
`lifecycle_factory`; only import needs the list, since there the engine sends no provider.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, cast

from genie_provider.lifecycle import Lifecycle, LifecycleFactory


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource; both paths read `module:name`.

    `lifecycle` is only a short cut that saves importing Pulumi's SDK: without it, the
    provider class's `lifecycle_factory` is taken.
    """

    provider: str
    lifecycle: str = ""


KINDS: dict[str, Kind] = {
    "pulumi-python:dynamic/genie:GenieSpace": Kind(
        "genie_provider.provider:GenieSpaceProvider", "genie_provider.reconcile.space:SpaceLifecycle"
    ),
    "pulumi-python:dynamic/genie:SeedTable": Kind(
        "genie_provider.seeds.providers:SeedTableProvider", "genie_provider.seeds.tables:SeedTableLifecycle"
    ),
    "pulumi-python:dynamic/genie:TableFile": Kind(
        "genie_provider.seeds.providers:TableFileProvider", "genie_provider.seeds.table_files:TableFileLifecycle"
    ),
    "pulumi-python:dynamic/genie:VolumeFile": Kind(
        "genie_provider.seeds.providers:VolumeFilesProvider", "genie_provider.seeds.volume_files:VolumeFilesLifecycle"
    ),
    "pulumi-python:dynamic/genie:VolumeFolder": Kind(
        "genie_provider.seeds.providers:VolumeFilesProvider", "genie_provider.seeds.volume_files:VolumeFilesLifecycle"
    ),
    "pulumi-python:dynamic/genie:SeedSchema": Kind(
        "genie_provider.seeds.providers:SeedSchemaProvider", "genie_provider.seeds.schemas:SeedSchemaLifecycle"
    ),
    "pulumi-python:dynamic/genie:SqlObject": Kind(
        "genie_provider.seeds.providers:SqlObjectProvider", "genie_provider.seeds.sql_objects:SqlObjectLifecycle"
    ),
    "pulumi-python:dynamic/genie:JobRun": Kind(
        "genie_provider.program.composition.job_runs:JobRunProvider",
        "genie_provider.reconcile.job_runs:JobRunLifecycle",
    ),
    "pulumi-python:dynamic/genie:SeedFunction": Kind(
        "genie_provider.seeds.providers:SeedFunctionProvider", "genie_provider.seeds.functions:SeedFunctionLifecycle"
    ),
}

FUNCTIONS: dict[str, tuple[str, str]] = {
    "pulumi-python:dynamic/genie:lookUp": ("pulumi-python:dynamic/genie:GenieSpace", "look_up"),
    "pulumi-python:dynamic/genie:mayRead": ("pulumi-python:dynamic/genie:GenieSpace", "may_read"),
}
"""What programs may invoke: token → the kind whose lifecycle answers, and the function's name there."""


def kinds_from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Kind]:
    """More kinds, for projects that add their own: GENIE_KINDS="TOKEN=module:Provider,…"."""
    entries = [entry.partition("=") for entry in environment.get("GENIE_KINDS", "").split(",") if entry]
    return {token.strip(): Kind(path.strip()) for token, _, path in entries}


class Registry:
    """The lifecycles of this process, each made once, on first use."""

    def __init__(self, kinds: Mapping[str, Kind], load_provider: Callable[[str], Any]) -> None:
        self._kinds = dict(kinds)
        self._load_provider = load_provider
        self._config: dict[str, str] = {}
        self._factories: dict[str, LifecycleFactory | None] = {}
        self._lifecycles: dict[LifecycleFactory, Lifecycle] = {}
        self._texts: dict[str, str] = {}
        self._lock = threading.RLock()

    def configure(self, config: Mapping[str, str]) -> None:
        """The stack's configuration, for the lifecycles made from now on."""
        self._config = dict(config)

    def cancel(self) -> None:
        """Tells every lifecycle that waits long that nobody waits for it any more."""
        with self._lock:
            lifecycles = list(self._lifecycles.values())
        for lifecycle in lifecycles:
            lifecycle.cancel()

    def is_listed(self, token: str) -> bool:
        """Whether the type is ours by its token alone."""
        return token in self._kinds

    def lifecycle(self, token: str, provider: str) -> Lifecycle | None:
        """The lifecycle for a resource of this type, or None when it is somebody else's."""
        key = token if token in self._kinds else provider
        if not key:
            return None
        with self._lock:
            if key not in self._factories:
                self._factories[key] = self._factory(token, provider)
            factory = self._factories[key]
            if factory is None:
                return None
            if factory not in self._lifecycles:
                self._lifecycles[factory] = factory(self._config)
            return self._lifecycles[factory]

    def function(self, token: str) -> Callable[[Mapping[str, Any]], dict[str, Any] | None] | None:
        """The function of that token, or None when there is none."""
        kind, name = FUNCTIONS.get(token, ("", ""))
        lifecycle = self.lifecycle(kind, "") if self.is_listed(kind) else None
        return partial(lifecycle.answer, name) if lifecycle else None

    def provider_text(self, token: str) -> str:
        """The provider as a program would send it: what import has to put into the state."""
        with self._lock:
            if token not in self._texts:
                # The SDK is imported for imports alone.
                from genie_provider.pulumi_sdk.providers import to_text

                self._texts[token] = to_text(_named(self._kinds[token].provider)())
            return self._texts[token]

    def _factory(self, token: str, provider: str) -> LifecycleFactory | None:
        kind = self._kinds.get(token)
        if kind and kind.lifecycle:
            return cast(LifecycleFactory, _named(kind.lifecycle))
        owner = _named(kind.provider) if kind else self._class_in(provider)
        # From the class: taken from an instance, a plain function would be bound to it.
        return cast("LifecycleFactory | None", getattr(owner, "lifecycle_factory", None))

    def _class_in(self, provider: str) -> type | None:
        try:
            return type(self._load_provider(provider))
        except Exception:
            # Not one of ours, then: the caller treats it as foreign and meets the error again.
            return None


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
