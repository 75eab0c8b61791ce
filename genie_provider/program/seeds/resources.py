"""resources: SeedTable, SeedSchema, SeedFunction and SqlObject, as programs name them.

Each waits for the schema that the program makes for it, and registers what it makes, so that spaces on it wait
in turn (see `program.registry`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal

import pulumi
from pulumi.dynamic import Resource

from ...errors import GenieError
from ...files import guard, hashes
from ...files.options import ReadOptions
from ...model.ownership_key import ownership_key
from ...seeds import content
from ...seeds.descriptions import check_names
from ...seeds.owned import OWNER
from ...seeds.providers import (
    SeedFunctionProvider,
    SeedSchemaProvider,
    SeedTableProvider,
    SqlObjectProvider,
    TableFileProvider,
)
from ...seeds.table_files import STAMP, is_local
from .. import registry


class SeedSchema(Resource, module="genie", name="SeedSchema"):
    """A schema. One that is there already is used, and left as it is by `pulumi destroy`.

    Args:
        name: the logical name.
        schema: catalog.schema; may be an Output.
    """

    def __init__(
        self,
        name: str,
        schema: pulumi.Input[str],
        *,
        comment: str = "",
        warehouse: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"name": schema, "comment": comment, "warehouse": warehouse}
        super().__init__(SeedSchemaProvider(), name, _inputs(name, inputs), opts)
        registry.current().provides(name, self, *_names(schema))


class SeedTable(Resource, module="genie", name="SeedTable"):
    """A small table with the rows of a file, or with rows given inline; compared row by row.

    Args:
        name: the logical name.
        table: catalog.schema.table; may be an Output.
        file: a file of any format that `files formats` lists; an empty cell is NULL.
        rows: instead of a file, maps of column to value.
        types: column → SQL type, where the values alone do not tell it.
        column_comments: column → comment.
        primary_key: names of columns.
        reading: how to read the file: sheet, range, records, delimiter, encoding, … (`ReadOptions`).
    """

    def __init__(
        self,
        name: str,
        table: pulumi.Input[str],
        *,
        file: str | Path | None = None,
        rows: Sequence[Mapping[str, Any]] | None = None,
        types: Mapping[str, str] | None = None,
        comment: str = "",
        column_comments: Mapping[str, str] | None = None,
        primary_key: Sequence[str] = (),
        warehouse: str = "",
        opts: pulumi.ResourceOptions | None = None,
        **reading: Any,
    ) -> None:
        held = _content(name, file, rows, types, reading)
        inputs = {
            "name": table,
            "columns": ", ".join(map(str, held.columns)),
            "rows": content.keyed(held.rows),
            "comment": comment,
            "warehouse": warehouse,
            **_described(name, column_comments, primary_key, [column.name for column in held.columns]),
        }
        super().__init__(SeedTableProvider(), name, _inputs(name, inputs), _after_schema(table, opts))
        registry.current().provides(name, self, *_names(table))


class TableFile(Resource, module="genie", name="TableFile"):
    """A table out of a file of any size.

    A file beside the program is read here, uploaded as Parquet and loaded in one statement; one on a volume or in the
    cloud is read by the warehouse, without a download, if it knows the format.

    Args:
        name: the logical name.
        table: catalog.schema.table; may be an Output.
        file: a path below the project's folder, `/Volumes/…`, or `s3://…` and the like.
        types: column → SQL type, where the values alone do not tell it.
        column_comments: column → comment.
        primary_key: names of columns.
        staging: the folder on a volume through which the file goes; a volume in the table's schema unless given.
        reading: how to read the file: sheet, range, records, delimiter, encoding, … (`ReadOptions`).
    """

    def __init__(
        self,
        name: str,
        table: pulumi.Input[str],
        file: str,
        *,
        types: Mapping[str, str] | None = None,
        comment: str = "",
        column_comments: Mapping[str, str] | None = None,
        primary_key: Sequence[str] = (),
        staging: str = "",
        warehouse: str = "",
        opts: pulumi.ResourceOptions | None = None,
        **reading: Any,
    ) -> None:
        inputs: dict[str, Any] = {
            "name": table,
            "file": str(file),
            "options": _reading(name, types, reading).as_inputs(),
            "comment": comment,
            "staging": staging,
            "warehouse": warehouse,
            **_described(name, column_comments, primary_key),
            **_state_of(name, str(file)),
        }
        super().__init__(TableFileProvider(), name, _inputs(name, inputs), _after_schema(table, opts))
        registry.current().provides(name, self, *_names(table))


class SeedFunction(Resource, module="genie", name="SeedFunction"):
    """A SQL function.

    Args:
        name: the logical name.
        function: catalog.schema.function; may be an Output.
        parameters: as SQL has them: "hired date, today date".
        returns: its SQL type.
        body: the SQL expression it returns.
    """

    def __init__(
        self,
        name: str,
        function: pulumi.Input[str],
        *,
        returns: str,
        body: str,
        parameters: str = "",
        comment: str = "",
        warehouse: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "name": function,
            "parameters": parameters,
            "returns": returns,
            "body": body.strip(),
            "comment": comment,
            "warehouse": warehouse,
        }
        super().__init__(SeedFunctionProvider(), name, _inputs(name, inputs), _after_schema(function, opts))
        registry.current().provides(name, self, *_names(function))


class SqlObject(Resource, module="genie", name="SqlObject"):
    """A view, metric view or function with the text of a file.

    Args:
        name: the logical name.
        object_name: catalog.schema.name; may be an Output.
        kind: "view", "metric_view" or "function".
        text: a view's query, a metric view's YAML, or what follows a function's name.
    """

    def __init__(
        self,
        name: str,
        object_name: pulumi.Input[str],
        *,
        kind: Literal["view", "metric_view", "function"],
        text: pulumi.Input[str],
        comment: str = "",
        warehouse: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"name": object_name, "kind": kind, "text": text, "comment": comment, "warehouse": warehouse}
        super().__init__(SqlObjectProvider(), name, _inputs(name, inputs), _after_schema(object_name, opts))
        registry.current().provides(name, self, *_names(object_name))


def _content(
    name: str,
    file: str | Path | None,
    rows: Sequence[Mapping[str, Any]] | None,
    types: Mapping[str, str] | None,
    reading: Mapping[str, Any],
) -> content.Content:
    if (file is None) == (rows is None):
        raise pulumi.RunError(f"{name}: a SeedTable has either a file or rows")
    try:
        if rows is not None:
            return content.from_rows(rows, types)
        found = content.from_file(str(file), types, _reading(name, None, reading))
    except GenieError as error:
        raise pulumi.RunError(f"{name}: {error}") from None
    for notice in found.notices:
        pulumi.info(notice)
    return found


def _reading(name: str, types: Mapping[str, str] | None, given: Mapping[str, Any]) -> ReadOptions:
    try:
        options = ReadOptions.from_inputs(given)
    except TypeError:
        unknown = sorted(set(given) - {each.name for each in fields(ReadOptions)})
        raise pulumi.RunError(f"{name}: there is no argument {', '.join(unknown)}") from None
    return replace(options, types={**options.types, **(types or {})})


def _described(
    name: str, comments: Mapping[str, str] | None, key: Sequence[str], columns: Sequence[str] | None = None
) -> dict[str, Any]:
    """The inputs about columns; only those that are given."""
    given: dict[str, Any] = {}
    if comments:
        given["column_comments"] = dict(comments)
    if key:
        given["primary_key"] = list(key)
    if columns is not None:
        try:
            check_names(given, columns)
        except GenieError as error:
            raise pulumi.RunError(f"{name}: {error}") from None
    return given


def _state_of(name: str, file: str) -> dict[str, Any]:
    """What tells one content of a local file from another; nothing for a file elsewhere."""
    if not is_local({"file": file}):
        return {}
    try:
        path = guard.usable(Path(file))
        with guard.unchanged(path) as stamp:
            found = hashes.sha256_of(path)
    except GenieError as error:
        raise pulumi.RunError(f"{name}: {error}") from None
    return {"sha256": found, "size_bytes": stamp.size_bytes, STAMP: stamp.text}


def _inputs(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in inputs.items() if value not in ("", {}) or key == "rows"}
    return {**given, OWNER: ownership_key(pulumi.get_project(), pulumi.get_stack(), name)}


def _names(full_name: pulumi.Input[str]) -> list[str]:
    return [full_name] if isinstance(full_name, str) else []


def _after_schema(full_name: pulumi.Input[str], opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    maker = registry.current().maker_of(full_name.rpartition(".")[0]) if isinstance(full_name, str) else None
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[maker])) if maker else opts
