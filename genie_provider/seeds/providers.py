"""providers: what a program sends along with its seeds."""

from __future__ import annotations

from collections.abc import Mapping

from ..lifecycle import Lifecycle
from ..stock_host import LifecycleProvider


def _table(config: Mapping[str, str]) -> Lifecycle:
    from .tables import SeedTableLifecycle

    return SeedTableLifecycle(config)


def _schema(config: Mapping[str, str]) -> Lifecycle:
    from .schemas import SeedSchemaLifecycle

    return SeedSchemaLifecycle(config)


def _function(config: Mapping[str, str]) -> Lifecycle:
    from .functions import SeedFunctionLifecycle

    return SeedFunctionLifecycle(config)


def _table_file(config: Mapping[str, str]) -> Lifecycle:
    from .table_files import TableFileLifecycle

    return TableFileLifecycle(config)


def _sql_object(config: Mapping[str, str]) -> Lifecycle:
    from .sql_objects import SqlObjectLifecycle

    return SqlObjectLifecycle(config)


def _volume_files(config: Mapping[str, str]) -> Lifecycle:
    from .volume_files import VolumeFilesLifecycle

    return VolumeFilesLifecycle(config)


class SeedTableProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:SeedTable`."""

    lifecycle_factory = staticmethod(_table)


class SeedSchemaProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:SeedSchema`."""

    lifecycle_factory = staticmethod(_schema)


class SeedFunctionProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:SeedFunction`."""

    lifecycle_factory = staticmethod(_function)


class TableFileProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:TableFile`."""

    lifecycle_factory = staticmethod(_table_file)


class SqlObjectProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:SqlObject`."""

    lifecycle_factory = staticmethod(_sql_object)


class VolumeFilesProvider(LifecycleProvider):
    """Serves `pulumi-python:dynamic/genie:VolumeFile` and `…:VolumeFolder`."""

    lifecycle_factory = staticmethod(_volume_files)
