"""stack: what a Pulumi program needs of its stack: settings, specs, options.

The only room beside `resource` that is used inside a program. Problems leave as
`pulumi.RunError`, which Pulumi prints without a traceback.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.config import is_config_secret

from ..codec.spec_inputs import Defaults
from ..config import garbage_collection
from ..config.settings import KEYS, NAMESPACE, Settings, parse
from ..config.stackfile import project_variables
from ..errors import GenieError, SettingsError
from ..model.spec import SpaceSpec
from ..model.variables import UnresolvedVariable, Variables
from ..pulumi_sdk.program import leave_out_debug_lines
from ..specs import loader
from . import registry


@dataclass(frozen=True)
class StackSettings:
    """The running stack: its name, its settings, its variables."""

    project: str
    stack: str
    settings: Settings
    variables: Variables

    @classmethod
    def from_config(cls, config: pulumi.Config | None = None, **more_variables: Any) -> StackSettings:
        """Reads the stack's configuration.

        Args:
            config: where to read; the `genie` namespace unless given.
            more_variables: variables of the program, which may be Outputs of other resources.
        """
        bag = config or pulumi.Config(NAMESPACE)
        try:
            settings = parse(_values(bag))
            known = {**project_variables(Path.cwd()), **_variables(bag), **more_variables}
        except GenieError as error:
            raise pulumi.RunError(str(error)) from None
        stack = pulumi.get_stack()
        return cls(pulumi.get_project(), stack, settings, Variables(known, stack))

    @property
    def specs(self) -> str:
        return self.settings.specs

    def defaults_for(self, name: str) -> Defaults:
        """What the stack gives that space; ${name}, ${file}, ${stack} and variables in tags are filled in."""
        defaults = self.settings.defaults
        known = Variables({**self.variables.values, "name": name, "file": FILES.get(name, "")}, self.stack)
        try:
            tags = {key: known.substitute(value) for key, value in defaults.tags.items()}
        except UnresolvedVariable as unresolved:
            raise pulumi.RunError(f"genie:tags: {unresolved}") from None
        return replace(defaults, tags={key: value for key, value in tags.items() if value or not defaults.tags[key]})

    def provides(self, name: str, resource: pulumi.Resource, *makes: str) -> None:
        """Lets specs wait for a resource of the program: `depends_on: [name]`.

        Args:
            makes: full names of tables and functions that it makes; spaces on them wait by themselves.
        """
        registry.provides(name, resource, *makes)

    def options_for(self, name: str, **options: Any) -> pulumi.ResourceOptions:
        """The stack's options for one space; what its spec says is merged in by `GenieSpace`."""
        return pulumi.ResourceOptions(protect=self.settings.protect or None, **options)


def load_specs(folders: str | Sequence[str], variables: Variables) -> dict[str, SpaceSpec]:
    """As `loader.load_specs`, for a program: notices are shown, problems end it with all their lines."""
    garbage_collection.look_rarely()
    leave_out_debug_lines()
    loaded = loader.load([folders] if isinstance(folders, str) else folders, variables)
    for notice in loaded.notices:
        pulumi.info(str(notice))
    if loaded.errors:
        raise pulumi.RunError(f"the specs have problems\n{loader.SpecError(loaded.errors)}")
    registry.loaded.merge(loaded)
    for name, place in loaded.places.items():
        FILES[name] = place.file
    return loaded.specs


FILES: dict[str, str] = {}
"""Logical name → spec file, for messages of the provider."""


def _values(config: pulumi.Config) -> dict[str, Any]:
    """The settings given, secrets aside: those reach the provider, not the program."""
    found = {}
    for key in KEYS:
        secret = is_config_secret(config.full_key(key))
        if not secret:
            found[key] = config.get(key)
    return {key: value for key, value in found.items() if value is not None}


def _variables(config: pulumi.Config) -> dict[str, Any]:
    """The stack's variables; those of an encrypted map stay secret all the way into the state."""
    given = config.get("variables")
    values = json.loads(given) if given else {}
    if not isinstance(values, dict):
        raise SettingsError(f"{config.full_key('variables')} must be a map")
    if is_config_secret(config.full_key("variables")):
        return {name: pulumi.Output.secret(_text(value)) for name, value in values.items()}
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value
