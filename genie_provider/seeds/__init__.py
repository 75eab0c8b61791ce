"""seeds: tables, schemas and functions in Unity Catalog as resources of the program.

    from genie_provider.seeds import SeedFunction, SeedSchema, SeedTable, TableFile

Made through a SQL warehouse, marked as ours, checked by content, changed in place, and dropped only when the
mark says that this stack made them.

    content       a small file or inline rows → typed columns and rows
    descriptions  comments and keys of columns
    sql_literals  names and values → SQL that means exactly them
    owned         what the three kinds share: connection, warehouse, mark
    tables, table_files, schemas, functions, sql_objects, volume_files       the lifecycles
    providers     what programs send along
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_RESOURCES = frozenset(
    {"SeedFunction", "SeedSchema", "SeedTable", "SqlObject", "TableFile", "VolumeFile", "VolumeFolder"}
)
"""What programs used to import from here, and still may; it lives on the program's side."""


def __getattr__(name: str) -> Any:
    if name not in _RESOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("genie_provider.program.seeds"), name)
