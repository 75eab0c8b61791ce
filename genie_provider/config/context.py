"""context: one stack as every command sees it: its project, its settings, its specs, the way to its workspace."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..codec.spec_inputs import Defaults
from ..model.ownership_key import ownership_key
from ..model.variables import Variables
from . import stackfile
from .made_names import made_names
from .settings import Settings

if TYPE_CHECKING:
    from ..client import Access, Workspace
    from ..specs.loader import Loaded


def filled_defaults(settings: Settings, variables: Variables, name: str, file: str) -> Defaults:
    """See `StackContext.defaults_for`; a tag that a variable makes empty is left out."""
    defaults = settings.defaults
    known = Variables({**variables.values, "name": name, "file": file}, variables.stack)
    tags = {key: known.substitute(value) for key, value in defaults.tags.items()}
    kept = {key: value for key, value in tags.items() if value or not defaults.tags[key]}
    return replace(defaults, tags=kept, warehouse=known.substitute(defaults.warehouse))


@dataclass(frozen=True)
class StackContext:
    """A stack, or what is known where there is none.

    Args:
        project: the project's name, "" outside of one.
        stack: the stack's name as in Pulumi.<stack>.yaml; "" where a workspace is meant and no stack.
        folder: the project's folder.
    """

    project: str = ""
    stack: str = ""
    settings: Settings = field(default_factory=Settings)
    folder: Path = field(default_factory=Path.cwd)

    @classmethod
    def of(cls, folder: Path, stack: str) -> StackContext:
        """The stack of a project's folder, as its files say.

        Raises:
            SettingsError: no such stack, or settings that cannot be used.
        """
        return cls(stackfile.project_name(folder), stack, stackfile.stack_settings(folder, stack), folder)

    @classmethod
    def of_profile(cls, folder: Path, profile: str) -> StackContext:
        """The workspace of a profile of ~/.databrickscfg, and no stack."""
        return cls(stackfile.project_name(folder), "", replace(Settings(), profile=profile), folder)

    @property
    def specs(self) -> Path:
        """The folder of the stack's specs."""
        return self.folder / self.settings.specs

    @property
    def in_project(self) -> bool:
        return (self.folder / "Pulumi.yaml").is_file()

    @property
    def variables(self) -> Variables:
        known = {**self.settings.variables, **made_names(self.folder, self.settings, self.stack)}
        return Variables(known, self.stack)

    def ownership_key(self, name: str) -> str:
        """Whose derived ids the space of that name carries; "" without a stack."""
        return ownership_key(self.project, self.stack, name, self.settings.stack_id)

    def defaults_for(self, name: str, file: str = "") -> Defaults:
        """What the stack gives the space of that name; ${name}, ${file}, ${stack} and variables in tags are filled in.

        Raises:
            UnresolvedVariable: a tag names a variable that has no value.
        """
        return filled_defaults(self.settings, self.variables, name, file)

    def load_specs(self) -> Loaded:
        """The stack's specs with its variables, problems and all; none where their folder is not there."""
        from ..specs import loader

        return (
            loader.load([self.specs], self.variables, self.settings.levels) if self.specs.is_dir() else loader.Loaded()
        )

    def titles_by_name(self) -> dict[str, str]:
        """Logical name → the title its space has in this stack, for the specs that can be read."""
        specs = self.load_specs().specs if self.in_project else {}
        return {name: self.settings.title_prefix + spec.title for name, spec in specs.items()}

    def access(self) -> Access:
        """The way into the workspace; nothing is sent yet.

        Raises:
            SettingsError: no address, or no credentials that fit it.
        """
        from ..client import Access

        given = self.settings
        return Access.find(given.host or None, given.profile or None, given.token or None)

    def connect(self, *, remembering: bool = False) -> Workspace:
        """The workspace; the first call to it connects.

        Args:
            remembering: for commands that look at a space more than once and write nothing.
        """
        from ..client import Workspace
        from ..client.caching import RememberingWorkspace

        kind = RememberingWorkspace if remembering else Workspace
        return kind(self.access(), budget_s=self.settings.wait_budget_s)
