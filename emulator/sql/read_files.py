"""read_files: the table function of that name, and COPY INTO, over files on volumes: csv, json, parquet, xml,
and Excel where the switch `reads_excel` lets it.

Options as Databricks' SQL reference has them, as far as tools use them: header (false for CSV there), delimiter, quote,
escape, encoding, multiLine, rowTag, headerRows, schema, inferSchema. Cloud paths are answered with an error, as there
is no cloud.
"""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from ..catalog import privileges, securables
from ..errors import ApiError
from ..state import records, volume_files
from ..state.store import quoted
from . import rows
from .session import Result, Session, SqlError

if TYPE_CHECKING:
    from ..workspace import Workspace

Columns = list[tuple[str, str]]
_TEMPORARY = "__files.read"
"""Where the rows of a file wait while a statement runs that reads it; nothing of it outlasts the statement."""
_LOOKED_AT = 20_000
RESCUED = "_rescued_data"


def replaced(session: Session, statement: exp.Expr) -> tuple[exp.Expr, list[str]]:
    """The statement with tables in place of `read_files(…)`, and the names of those tables."""
    statement = statement.copy()
    made: list[str] = []
    for table in list(statement.find_all(exp.Table)):
        called = table.this
        if not isinstance(called, exp.Anonymous) or called.name.lower() != "read_files":
            continue
        name = f"{_TEMPORARY}.t{len(made)}"
        path, options = _arguments(called)
        columns, found = _read(session, path, options)
        _keep(session, name, columns, found)
        made.append(name)
        alias = table.alias
        plain = exp.to_table(name, dialect="databricks")
        table.replace(exp.alias_(plain, alias, table=True) if alias else plain)
    return statement, made


def forget(workspace: Workspace, made: Sequence[str]) -> None:
    for name in made:
        securables.remove(workspace, "table", name)


def copy_into(session: Session, statement: exp.Copy) -> Result:
    """COPY INTO: each file exactly once; one that was taken is known by its path, size and last change."""
    full_name = session.full_name(statement.this)
    securables.require(session.workspace, session.caller, "table", full_name)
    path, options = statement.args["files"][0].name, _copy_options(statement)
    taken, count = 0, 0
    for entry in _entries(session, path):
        mark = json.dumps([full_name.lower(), entry.path, entry.size_bytes, entry.changed])
        if records.find(session.workspace, "copied_file", mark, full_name.lower()) is not None:
            continue
        columns, found = _read(session, entry.path, options)
        _keep(session, f"{_TEMPORARY}.copied", columns, found)
        names = ", ".join(f"`{name}`" for name, _ in columns if name != RESCUED)
        text = f"INSERT INTO {full_name} ({names}) SELECT {names} FROM {_TEMPORARY}.copied"
        done = rows.execute(session, _parsed(text))
        count += int(done.rows[0][0] or 0)
        forget(session.workspace, [f"{_TEMPORARY}.copied"])
        records.keep(session.workspace, "copied_file", mark, full_name.lower(), taken, {})
        taken += 1
    outcome = ["num_affected_rows", "num_inserted_rows", "num_skipped_corrupt_files"]
    return Result([(name, "bigint") for name in outcome], [[str(count), str(count), "0"]])


def _parsed(text: str) -> exp.Expr:
    import sqlglot

    return sqlglot.parse_one(text, read="databricks")


def _arguments(called: exp.Anonymous) -> tuple[str, dict[str, str]]:
    path, options = "", {}
    for each in called.expressions:
        if isinstance(each, exp.Kwarg):
            value = each.expression
            options[each.this.name.lower()] = str(value.this).lower() if isinstance(value, exp.Boolean) else value.name
        else:
            path = each.name
    return path, options


def _copy_options(statement: exp.Copy) -> dict[str, str]:
    options: dict[str, str] = {}
    for each in statement.args["params"]:
        if each.this.name.upper() == "FILEFORMAT":
            options["format"] = each.expression.name.lower()
        if each.this.name.upper() == "FORMAT_OPTIONS":
            options |= {pair.this.name.lower(): pair.args["value"].name for pair in each.expressions}
    return options


def _entries(session: Session, path: str) -> list[volume_files.Entry]:
    try:
        plain = volume_files.plain(path)
        volume = volume_files.volume_of(plain)
        securables.require(session.workspace, session.caller, "volume", volume)
        if not privileges.may_read_volume(session.workspace, session.caller, volume):
            raise SqlError("INSUFFICIENT_PERMISSIONS", f"User does not have READ VOLUME on Volume '{volume}'.")
    except ApiError as problem:
        code = "PATH_NOT_FOUND" if problem.status == 404 else problem.error_code
        raise SqlError(code, problem.message) from None
    found = volume_files.files_below(session.workspace, plain)
    if not found:
        raise SqlError("PATH_NOT_FOUND", f"Path does not exist: {path}.")
    return found


def _read(session: Session, path: str, options: dict[str, str]) -> tuple[Columns, Iterator[Sequence[Any]]]:
    """Columns with types, and rows, of all files under the path."""
    entries = _entries(session, path)
    form = options.get("format") or entries[0].path.rpartition(".")[2].lower()
    if form not in _FORMS or (form == "excel" and not session.workspace.settings.reads_excel):
        raise SqlError("UNSUPPORTED_FEATURE", f"The local workspace does not read files of the format '{form}'.")
    blobs = [session.workspace.blobs.path(entry.blob) for entry in entries]
    try:
        names, types, found = _FORMS[form](blobs, options)
    except (ValueError, OSError, KeyError) as problem:
        raise SqlError("FAILED_READ_FILE.NO_HINT", f"Error while reading file {path}: {problem}") from None
    columns = _with_schema(names, types, options)
    if form != "parquet" and "schema" not in options:
        columns.append((RESCUED, "string"))
    return columns, found


def _with_schema(names: Sequence[str], types: Sequence[str], options: dict[str, str]) -> Columns:
    if "schema" in options:
        return [(each["name"], each["type"]) for each in securables.columns_from(options["schema"])]
    return list(zip(names, types, strict=True))


def _keep(session: Session, name: str, columns: Columns, found: Iterator[Sequence[Any]]) -> None:
    workspace = session.workspace
    listed = [{"name": column, "type": type} for column, type in columns]
    info = securables.put_table(workspace, name, listed, owner=session.caller.name)
    table = rows.make(workspace, info)
    marks = ", ".join("?" * len(columns))
    width = len(columns)
    kinds = [type.partition("(")[0] for _, type in columns]
    padded = ([_held(v, k) for v, k in zip([*row, *[None] * (width - len(row))], kinds, strict=False)] for row in found)
    try:
        workspace.store.connection.executemany(f"insert into {quoted(table)} values ({marks})", padded)
    except (ValueError, OSError) as problem:
        raise SqlError("FAILED_READ_FILE.NO_HINT", f"Error while reading a file: {problem}") from None


def _held(value: Any, kind: str) -> Any:
    """A value as the rows keep it: booleans as numbers, days and moments as text, moments in UTC."""
    if value is None or (isinstance(value, (int, float)) and kind != "string"):
        return int(value) if isinstance(value, bool) else value
    if kind == "boolean":
        return int(str(value).lower() == "true")
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.timezone.utc).replace(tzinfo=None) if value.tzinfo else value
        return value.isoformat(sep=" ")
    if kind == "timestamp":
        return str(value).replace("T", " ").removesuffix("Z")
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, decimal.Decimal):
        return str(value)
    return str(value) if isinstance(value, dt.date) else value


# ── the formats ─────────────────────────────────────────────────────────────────────────────

Found = tuple[list[str], list[str], Iterator[Sequence[Any]]]


def _csv(blobs: list[Path], options: dict[str, str]) -> Found:
    first = next(_csv_rows(blobs[:1], options), [])
    header = options.get("header", "false").lower() == "true"
    names = first if header else [f"_c{at}" for at in range(len(first))]

    def values() -> Iterator[Sequence[Any]]:
        return ([cell if cell != "" else None for cell in row] for row in _csv_rows(blobs, options, header))

    sample = list(islice(values(), _LOOKED_AT))
    inferred = options.get("inferschema", "true").lower() == "true"
    types = [_type_of_texts([row[at] for row in sample if at < len(row)]) for at in range(len(names))]
    return list(names), types if inferred else ["string"] * len(names), values()


def _csv_rows(blobs: Iterable[Path], options: dict[str, str], header: bool = False) -> Iterator[list[str]]:
    sign = options.get("delimiter") or options.get("sep") or ","
    escape = options.get("escape", "\\")
    quote = options.get("quote", '"')
    for blob in blobs:
        with blob.open(encoding=options.get("encoding", "utf-8").replace("utf-8", "utf-8-sig"), newline="") as source:
            arguments: dict[str, Any] = {"delimiter": sign.replace("\\t", "\t"), "quotechar": quote or None}
            if escape != quote:
                arguments["escapechar"] = escape
            found = (row for row in csv.reader(source, **arguments) if row)
            if header:
                next(found, None)
            yield from found


_TEXT_TYPES = (
    ("int", re.compile(r"[+-]?\d{1,9}\Z")),
    ("bigint", re.compile(r"[+-]?\d{1,18}\Z")),
    ("double", re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")),
    ("boolean", re.compile(r"(?i:true|false)\Z")),
    ("date", re.compile(r"\d{4}-\d{2}-\d{2}\Z")),
    ("timestamp", re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?\Z")),
)


def _type_of_texts(texts: Sequence[Any]) -> str:
    held = [text for text in texts if text is not None]
    return next((kind for kind, shape in _TEXT_TYPES if held and all(map(shape.match, held))), "string")


def _json(blobs: list[Path], options: dict[str, str]) -> Found:
    many = options.get("multiline", "false").lower() == "true"

    def records_of(blob: Path) -> Iterator[dict[str, Any]]:
        with blob.open(encoding="utf-8-sig") as source:
            if many:
                value = json.load(source)
                yield from value if isinstance(value, list) else [value]
            else:
                yield from (json.loads(line) for line in source if line.strip())

    found = chain.from_iterable(map(records_of, blobs))
    return _of_records(list(found))


def _of_records(found: list[dict[str, Any]]) -> Found:
    names = sorted(dict.fromkeys(key for record in found for key in record))
    types = [_type_of_values([record.get(name) for record in found]) for name in names]
    return names, types, ([record.get(name) for name in names] for record in found)


def _type_of_values(values: Sequence[Any]) -> str:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds and kinds <= {int, float}:
        return "bigint" if kinds == {int} else "double"
    return "string"


def _xml(blobs: list[Path], options: dict[str, str]) -> Found:
    from xml.etree import ElementTree

    tag = options.get("rowtag")
    if not tag:
        raise SqlError("XML_ROW_TAG_MISSING", "rowTag option is required for reading files in XML format.")
    found: list[dict[str, Any]] = []
    for blob in blobs:
        for element in ElementTree.parse(blob).iter(tag):
            attributes = {f"_{name}": value for name, value in element.attrib.items()}
            found.append({**attributes, **{child.tag: child.text for child in element}})
    names = sorted(dict.fromkeys(key for record in found for key in record))
    types = [_type_of_texts([record.get(name) for record in found]) for name in names]
    return names, types, ([record.get(name) for name in names] for record in found)


def _parquet(blobs: list[Path], options: dict[str, str]) -> Found:
    try:
        from pyarrow import parquet
    except ImportError:
        raise SqlError("UNSUPPORTED_FEATURE", "The local workspace needs pyarrow to read Parquet.") from None
    schema = parquet.ParquetFile(blobs[0]).schema_arrow
    types = [_arrow_type(field.type) for field in schema]

    def values() -> Iterator[Sequence[Any]]:
        for blob in blobs:
            for batch in parquet.ParquetFile(blob).iter_batches(batch_size=10_000):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    return list(schema.names), types, values()


def _excel(blobs: list[Path], options: dict[str, str]) -> Found:
    """The first sheet of each workbook."""
    try:
        import openpyxl
    except ImportError:
        raise SqlError("UNSUPPORTED_FEATURE", "The local workspace needs openpyxl to read Excel.") from None
    heads = int(options.get("headerrows", "0"))
    found: list[Sequence[Any]] = []
    names: list[str] = []
    for blob in blobs:
        with blob.open("rb") as source:
            book = openpyxl.load_workbook(source, read_only=True, data_only=True)
            held = list(book.worksheets[0].iter_rows(values_only=True))
        names = names or [str(cell) if heads else f"_c{at}" for at, cell in enumerate(held[0], start=1)]
        found += held[heads:]
    return names, [_type_of_values([row[at] for row in found]) for at in range(len(names))], iter(found)


def _arrow_type(kind: Any) -> str:
    text = str(kind)
    plain = {"int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint", "float": "float"}
    plain |= {"double": "double", "bool": "boolean", "string": "string", "large_string": "string", "binary": "binary"}
    if text.startswith("timestamp"):
        return "timestamp" if "tz=" in text else "timestamp_ntz"
    if text.startswith("decimal"):
        return f"decimal({kind.precision},{kind.scale})"
    return "date" if text.startswith("date") else plain.get(text, "string")


_FORMS = {"csv": _csv, "json": _json, "xml": _xml, "parquet": _parquet, "excel": _excel}
