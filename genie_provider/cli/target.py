"""target: which workspace a command speaks to, and whose settings hold for it.

`--stack` takes the address and the defaults from Pulumi.STACK.yaml, `--profile` a profile of
~/.databrickscfg and no stack. With neither, the project's stack is used (PULUMI_STACK, the only one, or
dev); outside of a project the environment decides, as for the Databricks CLI.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..config import stackfile
from ..config.context import StackContext


def add_arguments(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--stack", help="the workspace and defaults of Pulumi.STACK.yaml")
    chosen.add_argument("--profile", help="the workspace of a profile of ~/.databrickscfg, without a stack")


def chosen(arguments: argparse.Namespace) -> StackContext:
    """What `--stack` and `--profile` mean here.

    Raises:
        SettingsError: no such stack, or settings that cannot be used.
    """
    return of_stack(arguments.stack, arguments.profile)


def of_stack(stack: str | None = None, profile: str | None = None) -> StackContext:
    folder = stackfile.project_folder()
    if profile:
        return StackContext.of_profile(folder, profile)
    found = stack or _usual_stack(folder)
    if not found:
        return StackContext(stackfile.project_name(folder), folder=folder)
    return StackContext.of(folder, found)


def _usual_stack(folder: Path) -> str:
    stacks = stackfile.stack_names(folder)
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
