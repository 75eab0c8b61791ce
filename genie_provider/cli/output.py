"""output: rows and records as table, JSON, CSV or YAML on stdout.

Whatever a workspace holds is shown harmlessly: codes that would steer a terminal are written out.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

FORMATS = ("table", "json", "csv", "yaml")

Row = Mapping[str, Any]


def add_arguments(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    parser.add_argument("--output", choices=formats, default="table", help="how to print (default: table)")


def print_rows(rows: Sequence[Row], columns: Sequence[str], output: str) -> None:
    """Rows under `columns`; JSON and YAML show every field a row has."""
    if output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([harmless(_cell(row.get(column))) for column in columns] for row in rows)
    elif output == "table":
        _print_table(rows, columns)
    else:
        _print_values([dict(row) for row in rows], output)


def print_record(record: Row, output: str) -> None:
    """One thing: a table of two columns, a CSV of one row."""
    if output == "table":
        width = max(map(len, record), default=0)
        for name, value in record.items():
            lines = _cell(value).splitlines() or [""]
            print(f"{name.replace('_', ' '):<{width}}  {harmless(lines[0])}")
            for line in lines[1:]:
                print(f"{'':<{width}}  {harmless(line)}")
    elif output == "csv":
        print_rows([record], list(record), output)
    else:
        _print_values(dict(record), output)


def harmless(text: str) -> str:
    """One line without codes that a terminal obeys: they are written out, as \\x1b."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if _is_harmless(letter) else _written_out(letter) for letter in text)


def say(*words: object) -> None:
    """Words for the person, on stderr, where they are not data."""
    text = " ".join(map(str, words))
    print("\n".join(harmless(line) for line in text.split("\n")), file=sys.stderr)


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


def _print_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    if not rows:
        return
    heads = [column.replace("_", " ") for column in columns]
    cells = [[harmless(_cell(row.get(column))) for column in columns] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(heads, *cells, strict=True)]
    for line in (heads, *cells):
        padded = (text + " " * (width - width_of(text)) for text, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def _print_values(value: Any, output: str) -> None:
    if output == "yaml":
        from ..yamlio.printer import to_yaml

        text = to_yaml(value) if isinstance(value, dict) else _yaml_list(value)
        print(text, end="")
        return
    text = json.dumps(value, ensure_ascii=False, indent=2)
    print(re.sub(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", _escape, text))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _yaml_list(values: Sequence[Any]) -> str:
    from ..yamlio.printer import to_yaml

    if not values:
        return "[]\n"
    text = to_yaml({"-": list(values)})
    return "".join(line.removeprefix("  ") for line in text.splitlines(keepends=True)[1:])
