"""cli: the commands. Each lives in a module of its own, imported only when it is called.

In: the words of a command line. Out: an exit code; data on stdout, words for people on stderr. Here nothing is
worked out: a command calls a public function of another room.

A command is a module below `commands/` with `HELP`, `add_arguments(parser)` and `run(arguments) -> exit code`,
and a row in `GROUPS`: its name, the module, one line for `genie --help`. A module with `PASSES_ON = True` finds
flags that it does not know in `arguments.rest`, for pulumi. One that answers `--output json` has a schema in
`schemas/` and prints through `output.print_json`.

Exit codes, the same everywhere: 0 fine, 1 problems (said on stderr), 2 usage, 3 not known (the workspace or
pulumi could not be asked). Ctrl-C ends with 130.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Every day": {
        "status": ("everyday.status", "every space of the stack: in sync, edited in the UI, changed in the spec, …"),
        "diff": ("everyday.diff", "the spec against the live space, entry by entry, without the engine"),
        "drift": ("everyday.drift", "what was edited in the UI since the last up"),
        "pull": ("everyday.pull", "bring spec files up to what was edited in the UI"),
        "preview": ("everyday.engine", "pulumi preview, for all spaces or those named"),
        "up": ("everyday.engine", "pulumi up, for all spaces or those named"),
        "refresh": ("everyday.engine", "pulumi refresh, for all spaces or those named"),
        "destroy": ("everyday.engine", "pulumi destroy, for all spaces or those named"),
        "open": ("everyday.open_", "open a space in the browser"),
    },
    "Specs": {
        "new": ("specs.new", "write a spec out of tables of Unity Catalog, or like another space"),
        "clone": ("specs.clone", "write a new spec from a space or another spec"),
        "cat": ("specs.cat", "a spec as one stack fills it in"),
        "validate": ("specs.validate", "check specs without network or credentials"),
        "mv": ("specs.mv", "give a space another name: file and state in one"),
        "schema": ("specs.schema", "the JSON Schema of the spec, or of what a command prints"),
    },
    "Answers": {
        "eval": ("answers.eval_", "run the benchmarks of spaces and judge the answers: a gate for CI"),
        "questions": ("answers.questions", "what people ask a space and no benchmark asks yet"),
    },
    "Review and history": {
        "report": ("changes.report", "what an up would do, as a document or the comment of a pull request"),
        "deploy": ("changes.deploy", "up, then the benchmarks of what changed; back where they fail"),
        "history": ("changes.history", "who deployed what when; the versions of a space"),
        "restore": ("changes.restore", "write a version of a space back into its spec file"),
    },
    "Spaces and state": {
        "import": ("specs.import_", "take over spaces made in the UI: specs, state, an empty preview"),
        "export": ("specs.export", "write spaces of the workspace as spec files"),
        "list": ("everyday.list_", "list the spaces of the workspace"),
        "show": ("everyday.show", "show one space of the workspace"),
        "rm": ("stack.rm", "trash a space and remove its spec"),
        "forget": ("stack.forget", "take a space out of the state; the space itself stays"),
        "bulk": ("stack.bulk", "pulumi up, refresh or destroy for hundreds of spaces: state written once"),
        "recover": ("stack.recover", "put a stack right after a run was killed"),
    },
    "Around the spaces": {
        "blueprint": ("around.blueprint", "what the blueprint calls things, in every stack"),
        "audience": ("around.audience", "whether the people who may open a space may read its tables"),
    },
    "Data": {
        "files": ("data.files", "look into files of data, convert them, load them; files on Volumes"),
    },
    "Set-up": {
        "init": ("setup.init", "begin a project: everything that `genie up` needs"),
        "upgrade": ("setup.upgrade", "check that project, host and state fit the installed version"),
        "local": ("setup.local", "start, stop or show a local workspace, to try things without an account"),
        "doctor": ("setup.doctor", "find out what is wrong with the set-up, and how to mend it"),
        "whoami": ("setup.whoami", "show the workspace and who you are there"),
        "profiles": ("setup.profiles", "list the profiles of ~/.databrickscfg"),
        "migrate": ("specs.migrate", "make a project of Genie-Forge one of this kind"),
        "completion": ("setup.completion", "print what bash, zsh or fish need to complete commands and names"),
        "help": ("setup.help_", "a page of the guide, in the terminal"),
    },
}
"""What `--help` shows, in its order: group → command → (module below `commands/`, one line)."""

COMMANDS = {name: row for rows in GROUPS.values() for name, row in rows.items()}

FINE, PROBLEMS, USAGE, NOT_KNOWN, INTERRUPTED = 0, 1, 2, 3, 130

_NOT_KNOWN = frozenset({"unreachable", "unauthenticated"})
"""Kinds of `WorkspaceError` after which nobody knows how things are."""

_TRACEBACK = "GENIE_TRACEBACK"


def main(arguments: Sequence[str]) -> int:
    """Runs one command; its exit code. A closed pipe (`… | head`) ends quietly; no traceback is ever shown."""
    try:
        return _run(arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if os.environ.get(_TRACEBACK):
            raise
        return _tell(error, arguments)


def _run(arguments: Sequence[str]) -> int:
    if arguments[:1] in (["--version"], ["-V"]):
        from . import version

        return version.show()
    parser = parser_of(arguments)
    _complete(parser)
    parsed, rest = parser.parse_known_args(arguments)
    if not parsed.command:
        parser.print_help()
        return USAGE
    if rest and not parsed.passes_on:
        parser.error(
            f"{parsed.command} does not know {' '.join(rest)}; `genie {parsed.command} --help` lists its flags"
        )
    from ..config import garbage_collection
    from ..progress import told_to
    from . import output
    from .progress import Progress

    garbage_collection.look_rarely()
    output.set_quiet(getattr(parsed, "quiet", False))
    parsed.rest = rest
    with Progress() as progress, told_to(progress):
        return int(parsed.run(parsed))


def parser_of(arguments: Sequence[str], *, whole: bool = False) -> argparse.ArgumentParser:
    """The parser, with only the module of the command at hand imported; all of them where `whole`."""
    parser = argparse.ArgumentParser(
        prog=program_name(),
        description="Genie spaces as code: the commands around pulumi.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s COMMAND … | --version | --help",
        epilog=_overview(),
    )
    parser.add_argument("-V", "--version", action="store_true", help="the versions of this tool, its host and pulumi")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", help=argparse.SUPPRESS, prog=program_name())
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if whole or name == wanted:
            _fill(command, module, summary)
    return parser


def program_name() -> str:
    """How people called us: `genie`, or `python -m genie_provider` where the script is not installed."""
    return "genie" if os.path.basename(sys.argv[0]).startswith("genie") else "python -m genie_provider"


def _fill(command: argparse.ArgumentParser, module: str, summary: str) -> None:
    room = import_module(f".commands.{module}", __name__)
    command.description = getattr(room, "HELP", summary)
    room.add_arguments(command)
    if "--quiet" not in command._option_string_actions:
        command.add_argument("-q", "--quiet", action="store_true", help="no words on stderr but problems")
    command.set_defaults(run=room.run, passes_on=getattr(room, "PASSES_ON", False))


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = []
    for group, rows in GROUPS.items():
        lines += ["", f"{group}:", *(f"  {name:<{width}}  {summary}" for name, (_, summary) in rows.items())]
    lines += ["", "`genie COMMAND --help` shows a command's flags, `genie help` the pages of the guide."]
    return "\n".join(lines[1:])


def _complete(parser: argparse.ArgumentParser) -> None:
    """Answers the shell where it asks for completions; else returns at once."""
    if "_ARGCOMPLETE" in os.environ:
        from .completion import answer

        answer(parser)


def _tell(error: Exception, arguments: Sequence[str]) -> int:
    """What went wrong, for people; the exit code."""
    from ..errors import GenieError, WorkspaceError, shown

    if isinstance(error, GenieError):
        print(shown(str(error)), file=sys.stderr)
        unknown = isinstance(error, WorkspaceError) and error.kind in _NOT_KNOWN
        return NOT_KNOWN if unknown else PROBLEMS
    if isinstance(error, OSError):
        place = error.filename or error.filename2
        print(shown(f"{place}: {error.strerror}" if place else f"{error.strerror or error}"), file=sys.stderr)
        return PROBLEMS
    command = next((word for word in arguments if not word.startswith("-")), "")
    print(
        shown(f"{command}: an error of this tool: {type(error).__name__}: {str(error)[:300]}\n")
        + f"{_TRACEBACK}=1 in the environment shows where; please report it with that.",
        file=sys.stderr,
    )
    return PROBLEMS
