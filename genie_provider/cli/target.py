"""target: which workspace a command speaks to, and whose settings hold for it.

`--stack` takes the address and the defaults from Pulumi.STACK.yaml, `--profile` a profile of
~/.databrickscfg and no stack. With neither, the project's stack is used (PULUMI_STACK, the only one, or
dev); outside of a project the surroundings decide, as for the Databricks CLI.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import stackfile
from ..config.settings import Settings
from ..model.variables import Variables

if TYPE_CHECKING:
    from ..client import Access, Workspace


@dataclass(frozen=True)
class Here:
    """What the command line chose: a project, perhaps a stack of it, and the way into its workspace."""

    project: Path
    project_name: str = ""
    stack: str = ""
    settings: Settings = field(default_factory=Settings)

    @property
    def specs(self) -> Path:
        """The folder of the stack's specs."""
        return self.project / self.settings.specs

    @property
    def in_project(self) -> bool:
        return (self.project / "Pulumi.yaml").is_file()

    @property
    def variables(self) -> Variables:
        return Variables(self.settings.variables, self.stack)

    def owner(self, name: str) -> str:
        """Whose derived ids the space of that name carries; "" without a stack."""
        return f"{self.project_name}/{self.stack}/{name}" if self.stack else ""

    def titles_by_name(self) -> dict[str, str]:
        """Logical name → the title its space has in this stack, for the specs that can be read."""
        from ..specs import loader

        if not self.in_project or not self.specs.is_dir():
            return {}
        specs = loader.load([self.specs], self.variables).specs
        return {name: self.settings.title_prefix + spec.title for name, spec in specs.items()}

    def access(self) -> Access:
        """The way in; nothing is sent yet."""
        from ..client import Access

        given = self.settings
        return Access.find(given.host or None, given.profile or None, given.token or None)

    def connect(self) -> Workspace:
        """The workspace; the first call to it connects."""
        from ..client import Workspace

        return Workspace(self.access(), budget_s=self.settings.wait_budget_s)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--stack", help="the workspace and defaults of Pulumi.STACK.yaml")
    chosen.add_argument("--profile", help="the workspace of a profile of ~/.databrickscfg, without a stack")


def chosen(arguments: argparse.Namespace) -> Here:
    """What `--stack` and `--profile` mean here.

    Raises:
        SettingsError: no such stack, or settings that cannot be used.
    """
    return of_stack(arguments.stack, arguments.profile)


def of_stack(stack: str | None = None, profile: str | None = None) -> Here:
    project = stackfile.project_folder()
    name = stackfile.project_name(project)
    if profile:
        specs = Settings().specs
        return Here(project, name, settings=replace(Settings(), profile=profile, specs=specs))
    found = stack or _usual_stack(project)
    if not found:
        return Here(project, name)
    return Here(project, name, found, stackfile.stack_settings(project, found))


def _usual_stack(project: Path) -> str:
    stacks = stackfile.stack_names(project)
    wanted = os.environ.get("PULUMI_STACK", "").rpartition("/")[2]
    if wanted in stacks:
        return wanted
    return stacks[0] if len(stacks) == 1 or "dev" in stacks else ""


def shown(path: Path) -> str:
    """The path as seen from here, where that is shorter to read."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
