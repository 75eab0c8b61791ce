"""seeds: small tables, schemas and functions in Unity Catalog as resources of the program.

    from genie_provider.seeds import SeedFunction, SeedSchema, SeedTable

Made through a SQL warehouse, marked as ours, checked by content, changed in place, and dropped only when the
mark says that this stack made them.

    content       CSV, Parquet or inline rows → typed columns and rows
    sql_literals  names and values → SQL that means exactly them
    owned         what the three kinds share: connection, warehouse, mark
    tables, schemas, functions       the lifecycles
    providers     what programs send along
    resources     what programs name
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .resources import SeedFunction, SeedSchema, SeedTable

__all__ = ["SeedFunction", "SeedSchema", "SeedTable"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import resources

    return getattr(resources, name)
