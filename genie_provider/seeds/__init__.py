"""seeds: tables, schemas and functions in Unity Catalog as resources of the program.

    from genie_provider.seeds import SeedFunction, SeedSchema, SeedTable, TableFile

Made through a SQL warehouse, marked as ours, checked by content, changed in place, and dropped only when the
mark says that this stack made them.

    content       a small file or inline rows → typed columns and rows
    descriptions  comments and keys of columns
    sql_literals  names and values → SQL that means exactly them
    owned         what the three kinds share: connection, warehouse, mark
    tables, table_files, schemas, functions, sql_objects, volume_files       the lifecycles
    spec_sources, spec_tables        tables that specs make of files
    providers     what programs send along
    resources, volume_resources      what programs name
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .resources import SeedFunction, SeedSchema, SeedTable, SqlObject, TableFile
    from .volume_resources import VolumeFile, VolumeFolder

__all__ = ["SeedFunction", "SeedSchema", "SeedTable", "SqlObject", "TableFile", "VolumeFile", "VolumeFolder"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import resources, volume_resources

    return getattr(volume_resources if name.startswith("Volume") else resources, name)
