"""volumes: the commands of `files` that speak to a workspace: load, ls, cat, put, get, rm, mkdir."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ... import output, target
from .progress import counting


def add_commands(commands: Any, add_reading: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds them to the sub-commands of `files`."""
    load = _command(commands, "load", "a file → a table, made or replaced if it was loaded so before", _load)
    load.add_argument("file", metavar="FILE", help="a file here, or /Volumes/…")
    load.add_argument("table_name", metavar="CATALOG.SCHEMA.TABLE")
    load.add_argument("--warehouse", default="", help="the SQL warehouse; genie:warehouse if left out")
    load.add_argument("--staging", default="", help="the folder on a volume through which a local file goes")
    add_reading(load)

    ls = _command(commands, "ls", "what lies in a folder of a volume", _ls)
    ls.add_argument("path", metavar="/Volumes/…")
    output.add_arguments(ls)
    cat = _command(commands, "cat", "a file of a volume, to stdout", _cat)
    cat.add_argument("path", metavar="/Volumes/…")

    put = _command(commands, "put", "a file or folder onto a volume", _put)
    put.add_argument("source", type=Path, metavar="FILE")
    put.add_argument("path", metavar="/Volumes/…", help="a folder, where it ends with /")
    put.add_argument("--overwrite", action="store_true", help="also where a file of another size is there")

    get = _command(commands, "get", "a file or folder from a volume", _get)
    get.add_argument("path", metavar="/Volumes/…")
    get.add_argument("target", type=Path, nargs="?", default=Path("."), metavar="HERE")
    get.add_argument("--overwrite", action="store_true", help="also where a file of another size is here")

    rm = _command(commands, "rm", "removes a file, or an empty folder", _rm)
    rm.add_argument("path", metavar="/Volumes/…")
    rm.add_argument("--recursive", action="store_true", help="a folder with all that is in it")
    mkdir = _command(commands, "mkdir", "makes a folder and those above it", _mkdir)
    mkdir.add_argument("path", metavar="/Volumes/…")


def _command(commands: Any, name: str, help: str, act: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    target.add_arguments(parser)
    parser.set_defaults(act=act)
    return parser


# ── looking ─────────────────────────────────────────────────────────────────────────────────


def _ls(arguments: argparse.Namespace) -> int:
    from ....client import volume_path
    from .files import size

    path = volume_path(arguments.path)
    found = target.chosen(arguments).connect().list_folder(path)
    if found is None:
        output.complain(f"{path}: there is no such folder")
        return 1
    rows = [
        {
            "name": each.name + ("/" if each.is_folder else ""),
            "size": "" if each.is_folder else size(each.size_bytes),
            "path": each.path,
            "size_bytes": each.size_bytes,
            "is_folder": each.is_folder,
        }
        for each in found
    ]
    output.print_rows(rows, ("name", "size"), arguments.output, "files-ls/1")
    return 0


def _cat(arguments: argparse.Namespace) -> int:
    import tempfile

    from ....client import volume_path

    workspace = target.chosen(arguments).connect()
    with tempfile.TemporaryDirectory(prefix="genie-") as folder:
        copy = Path(folder) / "file"
        workspace.download_file(volume_path(arguments.path), copy)
        with copy.open("rb") as source:
            while piece := source.read(1 << 20):
                sys.stdout.buffer.write(piece)
    sys.stdout.flush()
    return 0


# ── there and back ──────────────────────────────────────────────────────────────────────────


def _put(arguments: argparse.Namespace) -> int:
    from ....workflows.volume_files import put

    workspace = target.chosen(arguments).connect()
    with counting("uploading", "bytes") as told:
        for each in put(workspace, arguments.source, arguments.path, arguments.overwrite, told):
            print(output.harmless(str(each)))
    return 0


def _get(arguments: argparse.Namespace) -> int:
    from ....workflows.volume_files import get

    workspace = target.chosen(arguments).connect()
    with counting("downloading", "bytes") as told:
        for each in get(workspace, arguments.path, arguments.target, arguments.overwrite, told):
            print(output.harmless(str(each)))
    return 0


def _rm(arguments: argparse.Namespace) -> int:
    from ....workflows.volume_files import remove

    count = remove(target.chosen(arguments).connect(), arguments.path, arguments.recursive)
    output.say(f"removed {count} file{'s' if count != 1 else ''}")
    return 0


def _mkdir(arguments: argparse.Namespace) -> int:
    from ....client import volume_path

    target.chosen(arguments).connect().make_folder(volume_path(arguments.path))
    return 0


# ── load ────────────────────────────────────────────────────────────────────────────────────


def _load(arguments: argparse.Namespace) -> int:
    from ....workflows.load_file import load
    from .files import options_of

    here = target.chosen(arguments)

    def tell(level: str, text: str) -> None:
        (output.complain if level == "warning" else output.say)(text)

    rows = load(
        here.settings,
        here.connect(),
        arguments.file,
        arguments.table_name,
        options_of(arguments),
        warehouse=arguments.warehouse,
        staging=arguments.staging,
        tell=tell,
    )
    print(output.harmless(f"{arguments.table_name}: {rows:,} row{'s' if rows != 1 else ''}"))
    return 0
