"""`files`: what lies in files of data, here and on Volumes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ... import output

HELP = """Look into files of data, convert them, load them into tables, and handle files on Volumes.

  python -m genie_provider files formats
  python -m genie_provider files info targets.xlsx
  python -m genie_provider files convert old.dbf new.parquet
  python -m genie_provider files load targets.xlsx main.plan.targets --sheet 2026
  python -m genie_provider files ls /Volumes/main/plan/landing

CSV, Excel, OpenDocument, XML, JSON, PDF, Access, dBASE and Parquet are read. No value is changed or dropped in
silence: what cannot be read as it stands is told with its place, and stops unless --allow names it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="files_command", metavar="COMMAND", required=True)
    info = commands.add_parser("info", help="sheets, tables, columns, types, rows and troubles of files")
    info.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add_reading(info)
    output.add_arguments(info, ("table", "json"))
    info.set_defaults(act=_info)

    convert = commands.add_parser("convert", help="files → one .parquet, .csv or .jsonl")
    convert.add_argument("files", nargs="+", type=Path, metavar="FILE")
    convert.add_argument("target", type=Path, metavar="OUT", help="a .parquet, .csv or .jsonl")
    add_reading(convert)
    convert.add_argument("--apart", action="store_true", help="a file for each sheet or table: OUT-SHEET")
    convert.add_argument("--partition", default="", metavar="COLUMN", help="a folder with a file for each value")
    convert.add_argument("--compression", choices=("zstd", "snappy", "gzip", "none"), default="zstd")
    convert.set_defaults(act=_convert)

    formats = commands.add_parser("formats", help="what is readable here, what is missing and how to get it")
    output.add_arguments(formats)
    formats.set_defaults(act=_formats)
    from . import volumes

    volumes.add_commands(commands, add_reading)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """The flags that say how to read a file."""
    parser.add_argument("--sheet", default="", help="the sheet, by name or by number from 1")
    parser.add_argument("--range", default="", help="the part of the sheet, as A3:F; its first row has the headings")
    parser.add_argument("--table", default="", help="the table of an Access database, or of a PDF")
    parser.add_argument("--pages", default="", help="pages of a PDF, as 2-5")
    parser.add_argument("--records", default="", help="where records lie: /catalog/item in XML, data.items in JSON")
    parser.add_argument("--delimiter", default="", help="between the cells of a CSV: one character, or `tab`")
    parser.add_argument("--encoding", default="", help="of a CSV or dBASE file, as cp1252")
    parser.add_argument("--quote", help="around the cells of a CSV; '' for none")
    parser.add_argument("--decimal", choices=(".", ","), default=".", help="the decimal sign of a CSV")
    parser.add_argument("--no-header", action="store_true", help="the first row is no heading")
    parser.add_argument("--type", action="append", default=[], metavar="COLUMN=TYPE", help="as price=decimal(10,2)")
    parser.add_argument("--allow", action="append", default=[], metavar="KIND", help="a kind of trouble that may be")


def options_of(arguments: argparse.Namespace) -> Any:
    """How to read, as the flags say.

    Raises:
        GenieError: a kind of trouble, or a type, that does not exist.
    """
    from ....errors import GenieError
    from ....files.options import ReadOptions
    from ....files.troubles import STOPPING

    allowed = tuple(word for given in arguments.allow for word in given.split(","))
    unknown = [word for word in allowed if word not in STOPPING]
    if unknown:
        raise GenieError(f"--allow {unknown[0]}: there are {', '.join(STOPPING)}")
    types = dict(_pair(text) for text in arguments.type)
    names = ("sheet", "range", "table", "pages", "records", "delimiter", "encoding", "quote", "decimal")
    given = {name: getattr(arguments, name) for name in names}
    return ReadOptions(**given, header=not arguments.no_header, types=types, allow=allowed)


def _pair(text: str) -> tuple[str, str]:
    from ....errors import GenieError

    name, sign, type = text.partition("=")
    if not sign:
        raise GenieError(f"--type {text}: give COLUMN=TYPE")
    return name, type


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.act(arguments))


# ── info ────────────────────────────────────────────────────────────────────────────────────


def _info(arguments: argparse.Namespace) -> int:
    from ....errors import GenieError
    from ....files.info import info
    from .progress import counting

    options, found, failed = options_of(arguments), [], False
    for file in arguments.files:
        try:
            with counting(f"reading {file}") as told:
                found.append(info(file, options, told))
        except GenieError as error:
            output.complain(error)
            failed = True
    if arguments.output == "json":
        output.print_json("files-info/1", {"files": [each.as_json() for each in found]})
    else:
        for at, each in enumerate(found):
            if at:
                print()
            _show(each)
    return 1 if failed or any(each.stops for each in found) else 0


def _show(found: Any) -> None:
    print(output.harmless(f"{found.file}  {found.format}, {size(found.size_bytes)}"))
    _show_troubles(found.troubles)
    for part in found.parts:
        print()
        name = f"{part.part}: " if part.part else ""
        if part.columns:
            print(output.harmless(f"{name}{_count(part.rows, 'row')}, {_count(len(part.columns), 'column')}"))
        elif name:
            print(output.harmless(name.strip()))
        _show_columns(part.columns)
        _show_troubles(part.troubles)


def _show_columns(columns: Any) -> None:
    width = max((output.width_of(each.name) for each in columns), default=0)
    for each in columns:
        padded = each.name + " " * (width - output.width_of(each.name))
        print(output.harmless(f"  {padded}  {each.type}"))


def _show_troubles(troubles: Any) -> None:
    from dataclasses import replace

    for each in troubles:
        sign = "PROBLEM" if each.stops else "notice "
        text = str(replace(each, file="", part="")).replace("notice: ", "", 1)
        kind = f" [{each.kind}]" if each.stops and each.kind != "unreadable" else ""
        print(output.harmless(f"  {sign}  {text}{kind}"))


def size(size_bytes: int) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} bytes"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' if number != 1 else ''}"


# ── convert and formats ─────────────────────────────────────────────────────────────────────


def _convert(arguments: argparse.Namespace) -> int:
    from ....files.convert import convert_files
    from .progress import counting

    with counting("converting") as told:
        written = convert_files(
            arguments.files,
            arguments.target,
            options_of(arguments),
            apart=arguments.apart,
            partition=arguments.partition,
            compression=arguments.compression,
            told=lambda name, rows: told(rows, f"reading {name}"),
        )
    for each in written:
        for trouble in each.troubles:
            output.say(trouble)
        where = f"{each.file}: {_count(each.rows, 'row')}, {_count(len(each.columns), 'column')}"
        print(output.harmless(f"{where}, {size(each.size_bytes)}"))
    return 0


def _formats(arguments: argparse.Namespace) -> int:
    from ....files.formats import FORMATS

    rows = [
        {
            "format": each.name,
            "suffixes": " ".join(each.suffixes),
            "readable": not each.missing,
            "by_the_warehouse": bool(each.warehouse),
            "extra": each.extra,
            "programs": ", ".join(each.programs),
            "missing": ", ".join(each.missing),
            "remedy": each.remedy,
        }
        for each in FORMATS
    ]
    columns = ("format", "suffixes", "readable", "by_the_warehouse", "extra", "programs", "missing", "remedy")
    output.print_rows(rows, columns, arguments.output, "files-formats/1")
    return 0
