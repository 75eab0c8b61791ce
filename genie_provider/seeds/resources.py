"""resources: SeedTable, SeedSchema and SeedFunction, as programs name them.

Each waits for the schema that the program makes for it, and registers what it makes, so that spaces on it wait
in turn (see `program.registry`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..errors import GenieError
from ..model.ownership_key import ownership_key
from ..program import registry
from . import content
from .owned import OWNER
from .providers import SeedFunctionProvider, SeedSchemaProvider, SeedTableProvider


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
    """A small table with the rows of a file, or with rows given inline.

    Args:
        name: the logical name.
        table: catalog.schema.table; may be an Output.
        file: a CSV file (first line: column names; an empty cell is NULL) or a Parquet file.
        rows: instead of a file, maps of column to value.
        types: column → SQL type, where the values alone do not tell it.
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
        warehouse: str = "",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        held = _content(name, file, rows, types)
        inputs = {
            "name": table,
            "columns": ", ".join(map(str, held.columns)),
            "rows": content.keyed(held.rows),
            "comment": comment,
            "warehouse": warehouse,
        }
        super().__init__(SeedTableProvider(), name, _inputs(name, inputs), _after_schema(table, opts))
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


def _content(
    name: str,
    file: str | Path | None,
    rows: Sequence[Mapping[str, Any]] | None,
    types: Mapping[str, str] | None,
) -> content.Content:
    if (file is None) == (rows is None):
        raise pulumi.RunError(f"{name}: a SeedTable has either a file or rows")
    try:
        return content.from_rows(rows, types) if rows is not None else content.from_file(str(file), types)
    except GenieError as error:
        raise pulumi.RunError(f"{name}: {error}") from None


def _inputs(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in inputs.items() if not isinstance(value, str) or value != ""}
    return {**given, OWNER: ownership_key(pulumi.get_project(), pulumi.get_stack(), name)}


def _names(full_name: pulumi.Input[str]) -> list[str]:
    return [full_name] if isinstance(full_name, str) else []


def _after_schema(full_name: pulumi.Input[str], opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    maker = registry.current().maker_of(full_name.rpartition(".")[0]) if isinstance(full_name, str) else None
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[maker])) if maker else opts
