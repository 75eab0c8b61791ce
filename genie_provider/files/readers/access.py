"""access: Access databases, by the programs of mdbtools, whose rows are counted against the table's own number."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ..options import ReadOptions
from ..raw import Bad, RawTable, batched
from ..texts import timestamp
from ..troubles import Troubles, refusal

_NULL: Final = "\x01NULL\x01"
"""Stands for NULL in the text of mdb-export, which else writes NULL and empty texts alike."""
_GUID = re.compile(r"\{([0-9A-Fa-f]{8})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-([0-9A-Fa-f]{4})-?([0-9A-Fa-f]{12})\}\Z")
_TYPES: Final = {
    "Boolean": "boolean",
    "Byte": "smallint",
    "Integer": "smallint",
    "Long Integer": "int",
    "BigInt": "bigint",
    "Currency": "decimal(19,4)",
    "Single": "float",
    "Double": "double",
    "DateTime": "timestamp",
    "Text": "string",
    "Memo/Hyperlink": "string",
    "Replication ID": "guid",
    "OLE": "binary",
    "Binary": "binary",
}


def parts(file: Path, options: ReadOptions, troubles: Troubles) -> list[str]:
    tables = [line for line in _run(file, ["mdb-tables", "-1", str(file.resolve())]).splitlines() if line]
    if not options.table:
        return tables
    if options.table not in tables:
        raise refusal(file, f"there is no table {options.table!r}; there are {', '.join(tables)}")
    return [options.table]


def read(file: Path, part: str, options: ReadOptions, troubles: Troubles) -> RawTable:
    count = _run(file, ["mdb-count", str(file.resolve()), part]).strip()
    types = _declared(file, part)
    reader = _export(file, part)
    headings = next(reader)[1]
    kinds = [types.get(name, "string") for name in headings]
    declared = {name: "string" if kind == "guid" else kind for name, kind in zip(headings, kinds, strict=True)}
    rows = ((number, [_value(text, kind) for text, kind in zip(row, kinds, strict=True)]) for number, row in reader)
    return RawTable(part, headings, batched(rows), declared=declared, expected_rows=int(count or 0))


def _declared(file: Path, part: str) -> dict[str, str]:
    schema = _run(file, ["mdb-schema", "-T", part, "--no-indexes", "--no-relations", str(file.resolve())])
    found = {}
    for name, type, size in _column_lines(schema):
        found[name] = f"decimal({size.replace(' ', '')})" if type == "Numeric" and size else _TYPES.get(type, "string")
    return found


def _column_lines(schema: str) -> Iterator[tuple[str, str, str]]:
    for line in schema.splitlines():
        match = re.match(r"\s*\[(.+?)\]\s+(.+?),?\s*$", line)
        if match and "CREATE TABLE" not in line:
            type, _, size = match[2].replace("NOT NULL", "").strip().partition("(")
            yield match[1], type.strip(), size.rstrip(") ")


def _run(file: Path, command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=False, timeout=600)
    if done.returncode:
        raise _failed(file, done.stderr)
    return done.stdout.decode("utf-8", "replace")


def _failed(file: Path, stderr: bytes) -> Exception:
    words = stderr.decode("utf-8", "replace").strip().splitlines()
    return refusal(file, f"is damaged, protected by a password, or no Access database: {(words or ['?'])[0][:120]}")


def _export(file: Path, part: str) -> Iterator[tuple[int, list[str]]]:
    """The headings as row 0, then the rows from 1."""
    command = ["mdb-export", "-0", _NULL, "-b", "hex", "-D", "%Y-%m-%d", "-T", "%Y-%m-%d %H:%M:%S"]
    with tempfile.TemporaryFile() as stderr:
        with subprocess.Popen([*command, str(file.resolve()), part], stdout=subprocess.PIPE, stderr=stderr) as process:
            assert process.stdout is not None
            csv.field_size_limit(1 << 26)
            try:
                lines = io.TextIOWrapper(process.stdout, encoding="utf-8", newline="")
                yield from enumerate(csv.reader(lines, strict=True))
            except (csv.Error, UnicodeDecodeError) as error:
                raise refusal(file, f"mdb-export wrote what is no CSV: {error}", part=part) from None
            finally:
                process.stdout.close()
        if process.returncode not in (0, -13):  # -13: we stopped listening
            stderr.seek(0)
            raise _failed(file, stderr.read())


def _value(text: str, kind: str) -> Any:
    if text == _NULL:
        return None
    base = kind.partition("(")[0]
    try:
        if base == "boolean":
            return text.strip() in ("1", "TRUE")
        if base in ("smallint", "int", "bigint"):
            return int(text)
        if base == "decimal":
            return Decimal(text)
        if base in ("float", "double"):
            return float(text)
        if base == "timestamp":
            return timestamp(text)
        if base == "binary":
            return bytes.fromhex(text)
        if base == "guid":
            return _whole_guid(bytes.fromhex(text).decode("ascii"))
    except (ValueError, ArithmeticError):
        return Bad("error-cell", f"{text[:40]!r} is no {kind}")
    return text


def _whole_guid(text: str) -> str:
    """mdbtools 1.0 writes a GUID as if it were binary, and leaves out its last hyphen."""
    match = _GUID.match(text)
    return "{" + "-".join(match.groups()) + "}" if match else text
