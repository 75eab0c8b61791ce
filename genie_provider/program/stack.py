"""stack: what a Pulumi program needs of its stack: settings, specs, options.

The only room beside `resource` that is used inside a program. Problems leave as
`pulumi.RunError`, which Pulumi prints without a traceback.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.config import is_config_secret

from ..codec.spec_inputs import Defaults
from ..config import garbage_collection, stack_identity, stackfile, variable_values
from ..config.context import filled_defaults
from ..config.made_names import load_blueprint
from ..config.settings import KEYS, NAMESPACE, TOKEN_IN_CLEAR, Settings, parse
from ..errors import GenieError, Problem, SettingsError
from ..lint.check import in_order
from ..lint.levels import Levels
from ..model.spec import SpaceSpec
from ..model.variables import UnresolvedVariable, Variables
from ..pulumi_sdk.program import leave_out_debug_lines
from ..specs import loader
from . import registry

if TYPE_CHECKING:
    from ..blueprint.loader import LoadedBlueprint


@dataclass(frozen=True)
class StackSettings:
    """The running stack: its name, its settings, its variables."""

    project: str
    stack: str
    settings: Settings
    variables: Variables
    blueprint: LoadedBlueprint | None = None
    """What stands around the spaces, problems and all; `apply_blueprint` makes it."""

    @classmethod
    def from_config(cls, config: pulumi.Config | None = None, **more_variables: Any) -> StackSettings:
        """Reads the stack's configuration.

        Args:
            config: where to read; the `genie` namespace unless given.
            more_variables: variables of the program, which may be Outputs of other resources.
        """
        bag = config or pulumi.Config(NAMESPACE)
        here, stack = Path.cwd(), pulumi.get_stack()
        try:
            settings = parse(_values(bag), stackfile.places(here, stack))
            known = {**stackfile.project_variables(here), **_variables(bag), **more_variables}
            odd = stackfile.odd_keys(here, stack)
        except GenieError as error:
            raise pulumi.RunError(str(error)) from None
        for problem in odd:
            pulumi.warn(str(problem))
        loaded = load_blueprint(here, settings, stack, known)
        registry.current().awaits_blueprint = bool(loaded and loaded.blueprint)
        made = loaded.names.variables() if loaded else {}
        project = pulumi.get_project()
        if not settings.stack_id:
            settings = replace(settings, stack_id=_made_stack_id(project, stack))
        return cls(project, stack, settings, Variables({**known, **made}, stack), loaded)

    @property
    def specs(self) -> str:
        return self.settings.specs

    def defaults_for(self, name: str) -> Defaults:
        """What the stack gives that space; ${name}, ${file}, ${stack} and variables in tags are filled in."""
        try:
            return filled_defaults(self.settings, self.variables, name, registry.current().file_of(name))
        except UnresolvedVariable as unresolved:
            raise pulumi.RunError(f"genie:tags or genie:warehouse: {unresolved}") from None

    def provides(self, name: str, resource: pulumi.Resource, *makes: str) -> None:
        """Lets specs wait for a resource of the program: `depends_on: [name]`.

        Args:
            makes: full names of tables and functions that it makes; spaces on them wait by themselves.
        """
        registry.current().provides(name, resource, *makes)

    def options_for(self, name: str, **options: Any) -> pulumi.ResourceOptions:
        """The stack's options for one space; what its spec says is merged in by `GenieSpace`."""
        return pulumi.ResourceOptions(protect=self.settings.protect or None, **options)


def load_specs(folders: str | Sequence[str], variables: Variables) -> dict[str, SpaceSpec]:
    """As `loader.load_specs`, for a program: notices are counted, problems end it with all their lines."""
    garbage_collection.look_rarely()
    leave_out_debug_lines()
    loaded = loader.load([folders] if isinstance(folders, str) else folders, variables, _levels())
    if loaded.errors:
        raise pulumi.RunError(f"the specs have problems\n{loader.SpecError(in_order(loaded.errors))}")
    if loaded.notices:
        pulumi.info(_counted(loaded.notices))
    registry.current().add(loaded)
    if not loaded.specs:
        registry.announce_nothing()
    return loaded.specs


def _counted(notices: Sequence[Problem]) -> str:
    """One line: the notices themselves are the business of `validate`."""
    counts = Counter(problem.severity for problem in notices)
    words = [f"{count} {level}{'s' if count > 1 else ''}" for level, count in sorted(counts.items(), reverse=True)]
    return f"{' and '.join(words)} about the specs: python -m genie_provider validate shows them"


def _levels() -> Levels:
    """What the running stack makes of the rules."""
    bag = pulumi.Config(NAMESPACE)
    try:
        given = {key: bag.get(key) for key in ("rules", "waivers") if not is_config_secret(bag.full_key(key))}
        return parse({key: value for key, value in given.items() if value is not None}).levels
    except GenieError as error:
        raise pulumi.RunError(str(error)) from None


def _made_stack_id(project: str, stack: str) -> str:
    """The stack's id, written into its file by the first run; "" where that cannot be, which is said."""
    made = stack_identity.ensure(Path.cwd(), project, stack)
    if made:
        pulumi.info(f"genie:stackId of stack {stack} is now {made}, in Pulumi.{stack}.yaml: commit that file")
    else:
        pulumi.info(
            f"stack {stack} has no genie:stackId; its spaces are known by {project}/{stack} alone, as those of any "
            f"other team of that name are. Once: pulumi config set genie:stackId {stack_identity.new_stack_id()}"
        )
    return made


def _values(config: pulumi.Config) -> dict[str, Any]:
    """The settings given, secrets aside: those reach the provider, not the program."""
    found = {}
    for key in KEYS:
        secret = is_config_secret(config.full_key(key))
        if not secret:
            found[key] = config.get(key)
    if found.get("token"):
        raise SettingsError(TOKEN_IN_CLEAR)
    return {key: value for key, value in found.items() if value is not None}


def _variables(config: pulumi.Config) -> dict[str, Any]:
    """The stack's variables; those of an encrypted map stay secret all the way into the state."""
    given = config.get("variables")
    values = json.loads(given) if given else {}
    if not isinstance(values, dict):
        raise SettingsError(f"{config.full_key('variables')} must be a map")
    if is_config_secret(config.full_key("variables")):
        return {name: pulumi.Output.secret(variable_values.meant(value)) for name, value in values.items()}
    return {name: variable_values.meant(variable_values.as_engine(value)) for name, value in values.items()}
