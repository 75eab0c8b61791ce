"""output: rows and records as table, JSON, CSV or YAML on stdout; words for people on stderr.

JSON says in `schema` what it is and which version of it; `schemas/` holds the schemas, `genie schema COMMAND` prints
them. A table on a terminal fits it and has colour (not with NO_COLOR); in a pipe it is plain text of any width.
Whatever a workspace holds is shown harmlessly: codes that would steer a terminal are written out.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

FORMATS = ("table", "json", "csv", "yaml")

Row = Mapping[str, Any]


def add_arguments(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    parser.add_argument("--output", choices=formats, default="table", help="how to print (default: table)")


def print_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    output: str,
    schema: str,
    *,
    styles: Mapping[str, str] | None = None,
) -> None:
    """Rows under `columns`; JSON and YAML show every field a row has.

    Args:
        schema: what the JSON is, such as "list/1".
        styles: the colour of a cell with just that text, on a terminal.
    """
    if output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([harmless(_cell(row.get(column))) for column in columns] for row in rows)
    elif output == "table":
        _print_table(rows, columns, styles or {})
    elif output == "yaml":
        _print_yaml([dict(row) for row in rows])
    else:
        print_json(schema, {"items": [dict(row) for row in rows]})


def print_record(record: Row, output: str, schema: str) -> None:
    """One thing: a table of two columns, a CSV of one row."""
    if output == "table":
        width = max(map(len, record), default=0)
        for name, value in record.items():
            lines = _cell(value).splitlines() or [""]
            print(f"{name.replace('_', ' '):<{width}}  {harmless(lines[0])}")
            for line in lines[1:]:
                print(f"{'':<{width}}  {harmless(line)}")
    elif output == "csv":
        print_rows([record], list(record), output, schema)
    elif output == "yaml":
        _print_yaml(dict(record))
    else:
        print_json(schema, record)


def print_json(schema: str, record: Row) -> None:
    """A record that says what it is: `{"schema": "genie/list/1", …}`."""
    text = json.dumps({"schema": f"genie/{schema}", **record}, ensure_ascii=False, indent=2, default=str)
    print(re.sub(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", _escape, text))


def harmless(text: str) -> str:
    """One line without codes that a terminal obeys: they are written out, as \\x1b."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if _is_harmless(letter) else _written_out(letter) for letter in text)


_QUIET = False


def set_quiet(quiet: bool) -> None:
    """With `--quiet`, `say` is silent; what went wrong is told by `complain`."""
    global _QUIET
    _QUIET = quiet


def say(*words: object) -> None:
    """Words for the person, on stderr, where they are not data; none with `--quiet`."""
    if not _QUIET:
        complain(*words)


def complain(*words: object) -> None:
    """Words about a problem, on stderr, also with `--quiet`."""
    text = " ".join(map(str, words))
    print("\n".join(harmless(line) for line in text.split("\n")), file=sys.stderr)


def is_quiet() -> bool:
    return _QUIET


def has_colour(stream: TextIO) -> bool:
    """Whether colour helps there: a terminal that knows it, and nobody who said NO_COLOR."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width_of(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _is_harmless(letter: str) -> bool:
    if letter == "\u200d":  # joins emoji
        return True
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _written_out(letter: str) -> str:
    code = ord(letter)
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(letter)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {part}" if part != "" else str(name) for name, part in value.items())
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _print_table(rows: Sequence[Row], columns: Sequence[str], styles: Mapping[str, str]) -> None:
    if not rows:
        return
    heads = [column.replace("_", " ") for column in columns]
    cells = [[harmless(_cell(row.get(column))) for column in columns] for row in rows]
    if sys.stdout.isatty():
        _print_on_terminal(heads, cells, styles, [harmless(str(row.get("url") or "")) for row in rows])
        return
    widths = [max(map(width_of, column)) for column in zip(heads, *cells, strict=True)]
    for line in (heads, *cells):
        padded = (text + " " * (width - width_of(text)) for text, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def _print_on_terminal(
    heads: Sequence[str], cells: Sequence[Sequence[str]], styles: Mapping[str, str], urls: Sequence[str]
) -> None:
    """A table that fits: long cells are folded. An address is a link behind the first cell, too long for a column."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    shown = [at for at, head in enumerate(heads) if head != "url" or not has_colour(sys.stdout)]
    for at in shown:
        table.add_column(heads[at], overflow="fold")
    for line, url in zip(cells, urls, strict=True):
        texts = [Text(line[at], style=styles.get(line[at], "")) for at in shown]
        if url and len(shown) < len(heads):
            texts[0].stylize(f"link {url}")
        table.add_row(*texts)
    Console(no_color=not has_colour(sys.stdout), highlight=False).print(table)


def _print_yaml(value: Any) -> None:
    from ..yamlio.printer import to_yaml

    print(to_yaml(value) if isinstance(value, dict) else _yaml_list(value), end="")


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _yaml_list(values: Sequence[Any]) -> str:
    from ..yamlio.printer import to_yaml

    if not values:
        return "[]\n"
    text = to_yaml({"-": list(values)})
    return "".join(line.removeprefix("  ") for line in text.splitlines(keepends=True)[1:])
