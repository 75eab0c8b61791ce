"""target: which workspace a command speaks to, and whose settings hold for it.

`--stack` takes the address and the defaults from Pulumi.STACK.yaml, `--profile` a profile of ~/.databrickscfg
and no stack. With neither, `stack_choice` decides as Pulumi does; outside of a project the environment decides,
as for the Databricks CLI. What was chosen is told on stderr, each time.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ..config import stack_choice, stackfile
from ..config.context import StackContext
from ..config.settings import Settings
from ..errors import GenieError, SettingsError
from . import output


def add_arguments(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group()
    add_stack(chosen, "the workspace and defaults of Pulumi.STACK.yaml")
    chosen.add_argument("--profile", help="the workspace of a profile of ~/.databrickscfg, without a stack")


def add_stack(parser: argparse._ActionsContainer, text: str = "the stack; as Pulumi chooses it if left out") -> None:
    """`--stack`, completed by the shell with the project's stacks."""
    action = parser.add_argument("--stack", help=text)
    action.completer = _stacks  # type: ignore[attr-defined]  # argcomplete looks for it


def _stacks(**_: object) -> list[str]:
    return stackfile.stack_names(stackfile.project_folder())


def chosen(arguments: argparse.Namespace) -> StackContext:
    """What `--stack` and `--profile` mean here.

    Raises:
        SettingsError: no such stack, or settings that cannot be used.
    """
    return of_stack(arguments.stack, arguments.profile)


def of_stack(stack: str | None = None, profile: str | None = None, *, tell: bool = True) -> StackContext:
    """As `chosen`.

    Args:
        tell: say on stderr which stack it is.
    """
    project = stackfile.project_folder()
    if profile:
        return StackContext.of_profile(project, profile)
    choice = stack_choice.choose(project, stack)
    if not choice.stack:
        return StackContext(stackfile.project_name(project), folder=project)
    here = StackContext.of(project, choice.stack)
    if tell:
        _tell(choice, here.settings)
    return here


def stack_of(arguments: argparse.Namespace) -> tuple[Path, str]:
    """The project and the stack, as Pulumi is told them, for commands that drive the engine.

    Asks for the passphrase where the stack has one and a person sits at a terminal.

    Raises:
        SettingsError: no project here, no stack, or several and nothing says which.
    """
    project = stackfile.project_folder()
    if not (project / "Pulumi.yaml").is_file():
        raise SettingsError("there is no Pulumi.yaml here or above; `genie init` begins a project")
    choice = stack_choice.choose(project, arguments.stack)
    if not choice.stack:
        raise SettingsError("the project has no stack yet; `pulumi stack init dev` makes one")
    _tell(choice, stackfile.stack_settings(project, choice.stack))
    unlock(project, choice.stack)
    return project, choice.qualified


def unlock(project: Path, stack: str) -> None:
    """Asks for the stack's passphrase at a terminal, as Pulumi does, once for this command.

    Raises:
        SettingsError: it is needed and nobody can be asked; says what to export.
    """
    if not passphrase_is_missing(project, stack):
        return
    if not sys.stdin.isatty():
        raise SettingsError(
            f"stack {stack} is encrypted with a passphrase: export PULUMI_CONFIG_PASSPHRASE or "
            "PULUMI_CONFIG_PASSPHRASE_FILE"
        )
    import getpass

    prompt = f"Passphrase of stack {stack} (PULUMI_CONFIG_PASSPHRASE or …_FILE sets it): "
    os.environ["PULUMI_CONFIG_PASSPHRASE"] = getpass.getpass(prompt, stream=sys.stderr)


def passphrase_is_missing(project: Path, stack: str) -> bool:
    """Whether the stack's secrets need a passphrase that the environment does not hold; "" counts as one."""
    from ..workflows.pulumi_home import try_out

    if "PULUMI_CONFIG_PASSPHRASE" in os.environ or os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        return False
    if try_out(project, stack):
        return False
    files = (project / f"Pulumi.{stack}.{suffix}" for suffix in ("yaml", "yml"))
    texts = (file.read_text(encoding="utf-8") for file in files if file.is_file())
    return any(line.startswith("encryptionsalt:") for text in texts for line in text.splitlines())


def _tell(choice: stack_choice.StackChoice, settings: Settings) -> None:
    where = settings.host or (f"profile {settings.profile}" if settings.profile else "")
    said = "" if choice.reason == "--stack" else f" ({choice.reason})"
    output.say(f"stack {choice.stack}{said}{f', {where}' if where else ''}")


def confirms(question: str) -> bool:
    """Whether the person at the terminal says yes.

    Raises:
        GenieError: nobody can be asked.
    """
    if not sys.stdin.isatty():
        raise GenieError(f"{question} Nobody is here to answer; say it with --yes")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return input().strip().lower() in ("y", "yes")


def shown_text(file: str) -> str:
    """As `shown`, for a path that came as text."""
    return shown(Path(file)) if file else ""


def shown(path: Path) -> str:
    """The path as seen from here, where that is shorter to read."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
