"""seeds: the resources by which programs make tables, files and SQL objects; their lifecycles are another room.

    resources         SeedTable, TableFile, SeedSchema, SeedFunction, SqlObject
    volume_resources  VolumeFile, VolumeFolder
    spec_tables       the tables that specs make of files (`from_file`)
    demo              the demo's schema, tables and functions

Nothing here talks to a workspace: the host does, by `genie_provider.seeds`.
"""

from __future__ import annotations

from .resources import SeedFunction, SeedSchema, SeedTable, SqlObject, TableFile
from .volume_resources import VolumeFile, VolumeFolder

__all__ = ["SeedFunction", "SeedSchema", "SeedTable", "SqlObject", "TableFile", "VolumeFile", "VolumeFolder"]
