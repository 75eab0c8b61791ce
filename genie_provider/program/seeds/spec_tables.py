"""spec_tables: the tables that specs make of files, by `from_file`.

Small ones become a SeedTable, compared row by row; larger ones and those on volumes a TableFile. All files are looked
at before the first of them is sent; a table that several specs name is made once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi

from ...errors import SpecError
from ...seeds.spec_sources import SpecTable, problems_of, tables_of, way_of
from ..registry import Registry, table_makers
from .resources import SeedTable, TableFile


def make(registry: Registry, names: list[str]) -> None:
    """Makes the tables of specs that were loaded.

    Raises:
        pulumi.RunError: with everything that is wrong with any of the files; nothing of them was sent.
    """
    if not any(table.from_file for name in names for table in registry.loaded.specs[name].data_sources.tables):
        return
    problems = problems_of(registry.loaded, Path.cwd())
    if problems:
        raise pulumi.RunError(f"the files of the specs have problems\n{SpecError(problems)}")
    for each in {each.table.lower(): each for each in tables_of(registry.loaded)}.values():
        if registry.maker_of(each.table) is None:
            _make(each)


def _make(each: SpecTable) -> None:
    source = each.source
    described: dict[str, Any] = {
        "types": source.types,
        "comment": source.comment,
        "column_comments": source.column_comments,
        "primary_key": source.primary_key,
        **each.reading,
    }
    if way_of(each, Path.cwd()) == "rows":
        SeedTable(each.table, each.table, file=source.path, **described)
    else:
        TableFile(each.table, each.table, source.path, staging=source.staging, **described)


table_makers.append(make)
